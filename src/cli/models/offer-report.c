/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/models/offer-report.h"
#include "cli/json-print.h"
#include "cli/terminal.h"
#include "models/download/model-download.h"

#include <glib/gi18n-lib.h>

#define PAGE_COLUMNS 79
#define TEXT_INDENT 8

static void
print_paragraph (const char *text)
{
  g_autoptr (GString) wrapped = g_string_new (NULL);

  genga_terminal_append_wrapped (wrapped, text, TEXT_INDENT, PAGE_COLUMNS);
  g_print ("%s", wrapped->str);
}

static void
append_fact (GString *text, const char *fact)
{
  if (fact == NULL)
    return;
  if (text->len > 0)
    g_string_append (text, ", ");
  g_string_append (text, fact);
}

/* "Compact, 2x, 4.8 MB, CC BY-NC 4.0, not for commercial use, by sirosky" */
static char *
dup_facts (const GengaOffer *offer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *scale = offer->scale > 0 ? g_strdup_printf ("%dx", offer->scale) : NULL;
  guint64 size_bytes = genga_offer_get_size (offer);
  g_autofree char *size = size_bytes > 0 ? g_format_size (size_bytes) : NULL;
  g_autofree char *licence = genga_offer_dup_licence (offer);
  g_autofree char *author =
      /* TRANSLATORS: %s is who made a model. */
      offer->author != NULL ? g_strdup_printf (_ ("by %s"), offer->author) : NULL;

  append_fact (text, offer->family);
  append_fact (text, scale);
  append_fact (text, size);
  append_fact (text, licence);
  append_fact (text, author);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
genga_offer_report_print (const GengaOffer *offer)
{
  g_autofree char *purpose = genga_offer_dup_purpose (offer);
  g_autofree char *facts = dup_facts (offer);

  if (g_str_equal (offer->id, offer->name))
    g_print ("  %s\n", offer->name);
  else
    g_print ("  %s (%s)\n", offer->name, offer->id);
  if (purpose[0] != '\0')
    print_paragraph (purpose);
  print_paragraph (facts);
  if (genga_model_download_is_there (offer))
    print_paragraph (_ ("Installed."));
  else if (!genga_offer_can_download (offer))
    /* TRANSLATORS: about a model; its page's address follows. */
    print_paragraph (_ ("To be downloaded with a browser from its page:"));
  g_print ("%*s%s\n", TEXT_INDENT, "", offer->page);
}

static void
add_tags (JsonBuilder *builder, const GengaOffer *offer)
{
  json_builder_set_member_name (builder, "tags");
  json_builder_begin_array (builder);
  for (guint i = 0; offer->tags[i] != NULL; i++)
    json_builder_add_string_value (builder, offer->tags[i]);
  json_builder_end_array (builder);
}

void
genga_offer_report_add (JsonBuilder *builder, const GengaOffer *offer)
{
  g_autofree char *purpose = genga_offer_dup_purpose (offer);

  json_builder_begin_object (builder);
  genga_json_add_string (builder, "id", offer->id);
  genga_json_add_string (builder, "name", offer->name);
  genga_json_add_string (builder, "purpose", purpose);
  add_tags (builder, offer);
  genga_json_add_string (builder, "author", offer->author);
  genga_json_add_string (builder, "family", offer->family);
  genga_json_add_int (builder, "scale", offer->scale);
  genga_json_add_int (builder, "size_bytes", genga_offer_get_size (offer));
  genga_json_add_string (builder, "licence", offer->licence);
  genga_json_add_string (builder, "licence_url", offer->licence_url);
  genga_json_add_string (builder, "page", offer->page);
  genga_json_add_boolean (builder, "downloadable", genga_offer_can_download (offer));
  genga_json_add_boolean (builder, "installed", genga_model_download_is_there (offer));
  json_builder_end_object (builder);
}
