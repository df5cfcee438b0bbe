/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli models search: which models can be had. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/models/command-models-parts.h"
#include "cli/json-print.h"
#include "cli/models/offer-report.h"
#include "models/catalogue/offer-list.h"

#include <glib/gi18n-lib.h>

static void
print_found (GPtrArray *found)
{
  if (found->len == 0)
    g_print ("%s\n", _ ("No model in the catalogue fits."));
  for (guint i = 0; i < found->len; i++)
    genga_offer_report_print (found->pdata[i]);
}

static void
print_found_json (GPtrArray *found)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; i < found->len; i++)
    genga_offer_report_add (builder, found->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
}

static int
run_search (const GengaCommand *self, int argc, char **argv)
{
  g_autofree char *tag = NULL;
  g_autofree char *family = NULL;
  int scale = 0;
  gboolean wants_json = FALSE;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "scale", 0, 0, G_OPTION_ARG_INT, &scale, N_ ("Only models that enlarge that many times."),
      "N" },
    { "purpose", 0, 0, G_OPTION_ARG_STRING, &tag,
      N_ ("Only models for this: anime, cartoon, manga, photo, pixel-art, video-frame, "
          "compression-removal, denoise, deblur, dehalo, …"),
      N_ ("TAG") },
    { "family", 0, 0, G_OPTION_ARG_STRING, &family,
      N_ ("Only networks of this family, such as Compact, ESRGAN or SPAN."), N_ ("FAMILY") },
    { 0 },
  };
  const GengaCommandLine line = {
    .entries = entries,
    .wants_json = &wants_json,
    .arguments = &words,
    .may_be_empty = TRUE,
  };
  g_autoptr (GengaOfferList) offers = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  offers = genga_offer_list_load (&error);
  if (offers == NULL)
    return genga_command_fail (error);

  found = genga_offer_list_search (
      offers, &(GengaOfferQuery){ (const char *const *)words, tag, family, scale });
  if (wants_json)
    print_found_json (found);
  else
    print_found (found);
  return 0;
}

const GengaCommand genga_command_models_search = {
  .name = "models search",
  .synopsis = N_ ("[OPTION…] [WORD…]"),
  .summary = N_ ("Search Genga's catalogue of community models."),
  .description =
      N_ ("All words have to be in a model's name, author, family, licence, scale (“2x”) or "
          "purpose. Without any, the whole catalogue is listed. Nothing is asked of a network.\n"
          "\n"
          "Examples:\n"
          "  genga-cli models search manga\n"
          "  genga-cli models search --scale 2 --family Compact anime"),
  .run = run_search,
};
