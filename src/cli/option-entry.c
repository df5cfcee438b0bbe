/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/option-entry.h"
#include "job/apart/sandbox.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
parse_row (const char *flag, const char *text, gpointer user_data, GError **error)
{
  const char *name = flag + strspn (flag, "-");
  GengaOption option;

  g_return_val_if_fail (genga_option_find (name, &option), FALSE);

  if (genga_options_parse (user_data, option, text != NULL ? text : "yes", error))
    return TRUE;
  g_prefix_error (error, "--%s: ", name);
  return FALSE;
}

static gboolean
parse_models_dir (const char *flag, const char *folder, gpointer user_data, GError **error)
{
  const char *path = g_getenv ("GENGA_MODELS_PATH");
  g_autofree char *longer = NULL;

  if (path != NULL && *path != '\0')
    longer = g_strdup_printf ("%s:%s", folder, path);
  g_setenv ("GENGA_MODELS_PATH", longer != NULL ? longer : folder, TRUE);
  return TRUE;
}

static gboolean
parse_no_sandbox (const char *flag, const char *text, gpointer user_data, GError **error)
{
  genga_sandbox_disable ();
  return TRUE;
}

const GOptionEntry genga_no_sandbox_entry = {
  "no-sandbox",
  0,
  G_OPTION_FLAG_NO_ARG,
  G_OPTION_ARG_CALLBACK,
  parse_no_sandbox,
  N_ ("Don't confine the program to the files that it needs, to find out whether that is what "
      "fails."),
  NULL,
};

const GOptionEntry genga_models_dir_entry = {
  "models-dir",
  0,
  G_OPTION_FLAG_FILENAME,
  G_OPTION_ARG_CALLBACK,
  parse_models_dir,
  N_ ("Also look for models in this folder; can be given several times. The environment variable "
      "GENGA_MODELS_PATH names more folders, separated by colons."),
  N_ ("FOLDER"),
};

void
genga_option_init_entry (GengaOption option, GOptionEntry *entry)
{
  const GengaOptionInfo *info = genga_option_get_info (option);
  GParamSpec *pspec = genga_option_get_pspec (option);
  int flags = 0;

  if (info->metavar == NULL)
    flags |= G_OPTION_FLAG_NO_ARG;
  else if (G_IS_PARAM_SPEC_STRING (pspec))
    flags |= G_OPTION_FLAG_FILENAME; /* bytes as typed: models and folders are paths */

  *entry = (GOptionEntry){
    .long_name = info->name,
    .flags = flags,
    .arg = G_OPTION_ARG_CALLBACK,
    .arg_data = parse_row,
    .description = g_param_spec_get_blurb (pspec),
    .arg_description = info->metavar,
  };
}

void
genga_option_init_json_entry (gboolean *wants_json, GOptionEntry *entry)
{
  *entry = (GOptionEntry){
    .long_name = "json",
    .arg = G_OPTION_ARG_NONE,
    .arg_data = wants_json,
    .description = N_ ("Print JSON, for other programs."),
  };
}
