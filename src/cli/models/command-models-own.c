/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli models remove, models verify: what becomes of models that were downloaded. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/models/command-models-parts.h"
#include "cli/json-print.h"
#include "core/error.h"
#include "core/text.h"
#include "models/download/download-record.h"
#include "models/download/model-verify.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>

#define EXIT_SOME_WRONG 4 /* that of a model which cannot be used */

static const GengaOffer *
find (GengaOfferList *offers, const char *name, GError **error)
{
  const GengaOffer *offer = genga_offer_list_find (offers, name);

  if (offer == NULL)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                 _ ("“%s” is not in Genga's catalogue. “genga-cli models search” lists it."), name);
  return offer;
}

/* ---- removing ---- */

/* A download that is in the catalogue no more is still called by its id. */
static gboolean
remove_model (const char *name, GError **error)
{
  g_autoptr (GengaDownload) download = genga_download_record_find (name);
  g_autoptr (GengaOfferList) offers = download == NULL ? genga_offer_list_load (error) : NULL;
  const GengaOffer *offer;

  if (download != NULL)
    return genga_download_record_remove (name, error);
  offer = offers != NULL ? find (offers, name, error) : NULL;
  return offer != NULL && genga_download_record_remove (offer->id, error);
}

static int
run_remove (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) names = NULL;
  gboolean wants_json = FALSE;
  const GengaCommandLine line = {
    .wants_json = &wants_json,
    .arguments = &names,
    .n_arguments = 1,
  };
  g_autoptr (GError) error = NULL;

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  if (!remove_model (names[0], &error))
    return genga_command_fail (error);
  if (wants_json)
    {
      JsonBuilder *builder = json_builder_new ();

      json_builder_begin_object (builder);
      genga_json_add_string (builder, "removed", names[0]);
      json_builder_end_object (builder);
      genga_json_print (builder, TRUE);
    }
  return 0;
}

const GengaCommand genga_command_models_remove = {
  .name = "models remove",
  .synopsis = N_ ("[OPTION…] MODEL"),
  .summary = N_ ("Remove a model that Genga downloaded."),
  .description =
      N_ ("Files that you put into your folder of models yourself are never removed, nor "
          "is one that was changed since.\n"
          "\n"
          "Example:\n"
          "  genga-cli models remove 2x-AnimeSharpV4"),
  .run = run_remove,
};

/* ---- verifying ---- */

static const char *
get_state_word (GengaVerifyState state)
{
  static const char *const words[] = {
    [GENGA_VERIFY_RIGHT] = N_ ("as published"),
    [GENGA_VERIFY_WRONG] = N_ ("another content than published"),
    [GENGA_VERIFY_MISSING] = N_ ("missing"),
    [GENGA_VERIFY_UNKNOWN] = N_ ("no hash is known"),
  };

  return words[state];
}

static const char *
get_state_nick (GengaVerifyState state)
{
  static const char *const nicks[] = {
    [GENGA_VERIFY_RIGHT] = "right",
    [GENGA_VERIFY_WRONG] = "wrong",
    [GENGA_VERIFY_MISSING] = "missing",
    [GENGA_VERIFY_UNKNOWN] = "unknown",
  };

  return nicks[state];
}

static void
print_results (GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      const GengaVerified *result = results->pdata[i];
      g_autofree char *path = genga_text_dup_path (result->path);

      /* TRANSLATORS: a path, and what is so of the file. */
      g_print (_ ("%s: %s\n"), path, _ (get_state_word (result->state)));
    }
}

static void
print_results_json (GPtrArray *results)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < results->len; i++)
    {
      const GengaVerified *result = results->pdata[i];

      json_builder_begin_object (builder);
      genga_json_add_path (builder, "path", result->path);
      genga_json_add_string (builder, "model", result->model);
      genga_json_add_string (builder, "state", get_state_nick (result->state));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
}

static GPtrArray *
verify (const char *name, GError **error)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GengaOfferList) offers = genga_offer_list_load (error);
  const GengaOffer *only = offers != NULL && name != NULL ? find (offers, name, error) : NULL;
  GPtrArray *results;

  if (offers == NULL || (name != NULL && only == NULL))
    return NULL;
  results = genga_model_verify (offers, only, (const char *const *)folders, NULL, error);
  if (results == NULL || only == NULL || results->len > 0)
    return results;
  g_ptr_array_unref (results);
  /* TRANSLATORS: a model's name. */
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL, _ ("“%s” is not installed."), only->name);
  return NULL;
}

static int
run_verify (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) names = NULL;
  gboolean wants_json = FALSE;
  const GengaCommandLine line = {
    .has_models_dir = TRUE,
    .wants_json = &wants_json,
    .arguments = &names,
    .may_be_empty = TRUE,
  };
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GError) error = NULL;

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  if (names != NULL && g_strv_length (names) > 1)
    return genga_command_usage (self, _ ("%s takes %u arguments, not %u."), self->name, 1,
                                g_strv_length (names));
  results = verify (names != NULL ? names[0] : NULL, &error);
  if (results == NULL)
    return genga_command_fail (error);
  if (wants_json)
    print_results_json (results);
  else
    print_results (results);
  for (guint i = 0; i < results->len; i++)
    {
      GengaVerifyState state = ((const GengaVerified *)results->pdata[i])->state;

      if (state == GENGA_VERIFY_WRONG || state == GENGA_VERIFY_MISSING)
        code = EXIT_SOME_WRONG;
    }
  return MAX (code, 0);
}

const GengaCommand genga_command_models_verify = {
  .name = "models verify",
  .synopsis = N_ ("[OPTION…] [MODEL]"),
  .summary = N_ ("Check the files of your models against the catalogue's hashes."),
  .description =
      N_ ("Says of each model file whether it is what its author has published. The exit "
          "code is 4 if one is not, else 0; of files that are in no catalogue nothing "
          "is known.\n"
          "\n"
          "Example:\n"
          "  genga-cli models verify"),
  .run = run_verify,
};
