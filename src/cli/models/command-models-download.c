/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli models download: fetches a model of the catalogue for somebody who accepts its licence.
 */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/models/command-models-parts.h"
#include "cli/interrupt.h"
#include "cli/json-print.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "models/catalogue/offer-list.h"
#include "models/download/fetch.h"
#include "models/download/model-download.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLEAR_TO_END "\033[K"
#define TICK_MS 100

/* ---- the licence ---- */

static void
print_licence (const GengaOffer *offer)
{
  g_autofree char *licence = genga_offer_dup_licence (offer);
  g_autofree char *size = g_format_size (genga_offer_get_size (offer));

  /* TRANSLATORS: a model's name, its size, its licence. */
  g_printerr (_ ("%s, %s. Licence of the weights: %s.\n"), offer->name, size, licence);
  if (offer->licence_url != NULL)
    g_printerr ("%s\n", offer->licence_url);
  if (offer->author != NULL)
    /* TRANSLATORS: who made a model. */
    g_printerr (_ ("Author: %s\n"), offer->author);
}

static gboolean
is_yes (const char *answer)
{
  g_autofree char *word = g_utf8_casefold (answer, -1);

  /* TRANSLATORS: what people type for “yes”, in small letters: the word and its first letter. */
  return g_str_equal (word, "y") || g_str_equal (word, "yes") || g_str_equal (word, _ ("y")) ||
         g_str_equal (word, _ ("yes"));
}

/* FALSE with an error where nobody can be asked. */
static gboolean
ask_licence (const GengaOffer *offer, GError **error)
{
  char answer[64] = "";

  print_licence (offer);
  if (!isatty (STDIN_FILENO) || !isatty (STDERR_FILENO))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   /* TRANSLATORS: a model's name. */
                   _ ("The licence of “%s” has to be accepted before the download: add "
                      "--accept-licence."),
                   offer->name);
      return FALSE;
    }
  g_printerr ("%s ", _ ("Do you accept the licence, and download the model? [y/N]"));
  if (fgets (answer, sizeof answer, stdin) != NULL && g_utf8_validate (answer, -1, NULL) &&
      is_yes (g_strstrip (answer)))
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE, _ ("Nothing was downloaded."));
  return FALSE;
}

/* ---- the download ---- */

/* Filled in by the thread that downloads, read by the main thread behind it. */
typedef struct
{
  const GengaOffer *offer;
  GengaProgress *progress;
  char *target;
  GError *error;
  gboolean is_live; /* a line is redrawn */
} Run;

static gpointer
run_download (gpointer data)
{
  Run *self = data;

  genga_model_download_run (self->offer, self->progress, &self->target, &self->error);
  return NULL;
}

/* "2x-AniScale: 1.2 MB of 4.8 MB · 3 s left" */
static gboolean
on_tick (gpointer data)
{
  const Run *self = data;
  GengaProgressState sample;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *total = g_format_size (genga_offer_get_size (self->offer));

  genga_progress_poll (self->progress, &sample);
  g_autofree char *done = g_format_size (sample.bytes_written);
  /* TRANSLATORS: a model, how many bytes of it are there, how many it has. */
  g_string_printf (text, _ ("%s: %s of %s"), self->offer->name, done, total);
  if (sample.seconds_left >= 0)
    {
      g_autofree char *left = genga_terminal_dup_duration (sample.seconds_left);

      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("%s left"), left);
    }
  g_printerr ("\r%s" CLEAR_TO_END, text->str);
  return G_SOURCE_CONTINUE;
}

static void
run_to_end (Run *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GengaProgress) progress = genga_progress_new (cancellable);
  guint tick = self->is_live ? g_timeout_add (TICK_MS, on_tick, self) : 0;

  self->progress = progress;
  genga_interrupt_run ("genga-download", run_download, self, cancellable);
  if (tick != 0)
    {
      g_source_remove (tick);
      g_printerr ("\r" CLEAR_TO_END);
    }
}

static int
print_result (const Run *self, gboolean wants_json)
{
  JsonBuilder *builder;

  if (self->error != NULL)
    return genga_command_fail (self->error);
  if (!wants_json)
    {
      genga_terminal_print_path (self->target, FALSE);
      return 0;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  genga_json_add_string (builder, "id", self->offer->id);
  genga_json_add_path (builder, "path", self->target);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
  return 0;
}

static int
download (const char *name, gboolean accepts_licence, gboolean wants_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaOfferList) offers = genga_offer_list_load (&error);
  const GengaOffer *offer = offers != NULL ? genga_offer_list_find (offers, name) : NULL;

  if (offers != NULL && offer == NULL)
    g_set_error (&error, GENGA_ERROR, GENGA_ERROR_MODEL,
                 _ ("“%s” is not in Genga's catalogue. “genga-cli models search” lists it."), name);
  if (error != NULL)
    return genga_command_fail (error);
  if (genga_fetch_is_available () && genga_offer_can_download (offer) &&
      !genga_model_download_is_there (offer) && !accepts_licence && !ask_licence (offer, &error))
    return genga_command_fail (error);

  Run run = { .offer = offer, .is_live = !wants_json && isatty (STDERR_FILENO) };
  run_to_end (&run);
  int code = print_result (&run, wants_json);
  g_free (run.target);
  g_clear_error (&run.error);
  return code;
}

static int
run_download_command (const GengaCommand *self, int argc, char **argv)
{
  gboolean accepts_licence = FALSE;
  gboolean wants_json = FALSE;
  g_auto (GStrv) names = NULL;
  const GOptionEntry entries[] = {
    { "accept-licence", 0, 0, G_OPTION_ARG_NONE, &accepts_licence,
      N_ ("Accept the licence of the model without being asked."), NULL },
    { 0 },
  };
  const GengaCommandLine line = {
    .entries = entries,
    .wants_json = &wants_json,
    .arguments = &names,
    .n_arguments = 1,
  };

  int code = genga_command_line_parse (self, &line, argc, argv);
  return code >= 0 ? code : download (names[0], accepts_licence, wants_json);
}

const GengaCommand genga_command_models_download = {
  .name = "models download",
  .synopsis = N_ ("[OPTION…] MODEL"),
  .summary = N_ ("Download a model of the catalogue into your folder of models."),
  .description =
      N_ ("Genga shows the licence of the weights and asks first. The file comes over https alone; "
          "it is used only if its size and SHA-256 are those in the catalogue and Genga can read "
          "it. Ctrl+C keeps what has come, and the same command continues. Of models without a "
          "checked link Genga names the page.\n"
          "\n"
          "Example:\n"
          "  genga-cli models download 2x-AnimeSharpV4"),
  .run = run_download_command,
};
