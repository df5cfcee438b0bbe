/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/iptc-xmp.h"

#include <string.h>

#define RDF_END "</rdf:RDF>"
#define MAX_VALUES 1024

typedef enum
{
  KIND_TEXT,
  KIND_LANGUAGES, /* a text in several languages, of which there is one */
  KIND_BAG,
  KIND_SEQUENCE,
  KIND_DATE, /* continued by the time */
  KIND_TIME,
} Kind;

typedef struct
{
  guint8 record; /* of the second set, but for what is said of all */
  Kind kind;
  const char *property;
} Mapping;

#define TIME_CREATED 60

/* IPTC Photo Metadata Standard 2022.1, "IIM Property Relationships". */
static const Mapping mappings[] = {
  { 5, KIND_LANGUAGES, "dc:title" },
  { 10, KIND_TEXT, "photoshop:Urgency" },
  { 15, KIND_TEXT, "photoshop:Category" },
  { 20, KIND_BAG, "photoshop:SupplementalCategories" },
  { 25, KIND_BAG, "dc:subject" },
  { 40, KIND_TEXT, "photoshop:Instructions" },
  { 55, KIND_DATE, "photoshop:DateCreated" },
  { TIME_CREATED, KIND_TIME, "photoshop:DateCreated" },
  { 80, KIND_SEQUENCE, "dc:creator" },
  { 85, KIND_TEXT, "photoshop:AuthorsPosition" },
  { 90, KIND_TEXT, "photoshop:City" },
  { 92, KIND_TEXT, "Iptc4xmpCore:Location" },
  { 95, KIND_TEXT, "photoshop:State" },
  { 100, KIND_TEXT, "Iptc4xmpCore:CountryCode" },
  { 101, KIND_TEXT, "photoshop:Country" },
  { 103, KIND_TEXT, "photoshop:TransmissionReference" },
  { 105, KIND_TEXT, "photoshop:Headline" },
  { 110, KIND_TEXT, "photoshop:Credit" },
  { 115, KIND_TEXT, "photoshop:Source" },
  { 116, KIND_LANGUAGES, "dc:rights" },
  { 120, KIND_LANGUAGES, "dc:description" },
  { 122, KIND_TEXT, "photoshop:CaptionWriter" },
};

static const char name_spaces[] =
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
    " xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\""
    " xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\"";

typedef struct
{
  GPtrArray *values[G_N_ELEMENTS (mappings)]; /* char *, plain; NULL: none */
  gboolean is_utf8;
  gboolean is_complete;
} Records;

/* ---- IIM ---- */

/* What is no text in XML is left out. */
static char *
new_value (const Records *self, const guint8 *data, gsize size)
{
  const gboolean is_utf8 = g_utf8_validate ((const char *)data, size, NULL);
  g_autofree char *text = is_utf8         ? g_strndup ((const char *)data, size)
                          : self->is_utf8 ? NULL
                                          : g_convert ((const char *)data, size, "UTF-8",
                                                       "WINDOWS-1252", NULL, NULL, NULL);
  g_autofree char *valid =
      text != NULL ? g_steal_pointer (&text) : g_utf8_make_valid ((const char *)data, size);
  char *to = valid;

  for (const char *from = valid; *from != '\0'; from++)
    if ((guchar)*from >= ' ' || strchr ("\t\n\r", *from) != NULL)
      *to++ = *from;
  *to = '\0';
  return g_steal_pointer (&valid);
}

/* What no property says; the version, how text is coded and what programs use it for say nothing
 * of the picture. */
static gboolean
says_nothing (guint record, guint set)
{
  return record == 1 || (record == 2 && (set == 0 || set == 200 || set == 201 || set == 202));
}

static void
take_record (Records *self, guint record, guint set, const guint8 *data, gsize size)
{
  for (gsize i = 0; record == 2 && i < G_N_ELEMENTS (mappings); i++)
    {
      if (mappings[i].record != set)
        continue;
      if (self->values[i] == NULL)
        self->values[i] = g_ptr_array_new_with_free_func (g_free);
      if (self->values[i]->len < MAX_VALUES)
        g_ptr_array_add (self->values[i], new_value (self, data, size));
      else
        self->is_complete = FALSE;
      return;
    }
  if (!says_nothing (record, set))
    self->is_complete = FALSE;
}

/* IIM 4.2, 1.6: the longer kind of records has no use in pictures. */
static void
read_records (Records *self, GBytes *iptc)
{
  static const guint8 utf8[] = { 0x1b, '%', 'G' };
  gsize size, at = 0;
  const guint8 *data = g_bytes_get_data (iptc, &size);

  while (size - at >= 5 && data[at] == 0x1c)
    {
      const gsize length = data[at + 3] << 8 | data[at + 4];
      const guint record = data[at + 1], set = data[at + 2];

      if (length > size - at - 5)
        break;
      if (record == 1 && set == 90)
        self->is_utf8 = length == sizeof utf8 && memcmp (data + at + 5, utf8, sizeof utf8) == 0;
      take_record (self, record, set, data + at + 5, length);
      at += 5 + length;
    }
  for (; at < size; at++)
    self->is_complete &= data[at] == 0;
}

/* ---- XMP ---- */

static gboolean
has_property (const char *xmp, const char *name)
{
  const gsize length = strlen (name);

  for (const char *at = xmp; (at = strstr (at, name)) != NULL; at += length)
    if (strchr ("=> \t\r\n/", at[length]) != NULL && at > xmp &&
        strchr ("< \t\r\n", at[-1]) != NULL)
      return TRUE;
  return FALSE;
}

/* CCYYMMDD, of which month and day may be 0, and HHMMSS+HHMM. */
static char *
new_date (const char *date, const char *time)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (strspn (date, "0123456789") != 8 || date[8] != '\0')
    return NULL;
  g_string_append_len (text, date, 4);
  if (memcmp (date + 4, "00", 2) != 0)
    g_string_append_printf (text, "-%.2s", date + 4);
  if (memcmp (date + 4, "00", 2) != 0 && memcmp (date + 6, "00", 2) != 0)
    g_string_append_printf (text, "-%.2s", date + 6);
  if (text->len == 10 && time != NULL && strspn (time, "0123456789") == 6)
    {
      g_string_append_printf (text, "T%.2s:%.2s:%.2s", time, time + 2, time + 4);
      if ((time[6] == '+' || time[6] == '-') && strspn (time + 7, "0123456789") == 4)
        g_string_append_printf (text, "%.3s:%.2s", time + 6, time + 9);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_text (GString *out, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (out, escaped);
}

static void
append_list (GString *out, const char *element, const char *attributes, const GPtrArray *values)
{
  g_string_append_printf (out, "<rdf:%s>", element);
  for (guint i = 0; i < values->len; i++)
    {
      g_string_append_printf (out, "<rdf:li%s>", attributes);
      append_text (out, g_ptr_array_index (values, i));
      g_string_append (out, "</rdf:li>");
    }
  g_string_append_printf (out, "</rdf:%s>", element);
}

/* FALSE: it could not be said. */
static gboolean
append_value (GString *out, const Records *self, gsize i)
{
  const GPtrArray *values = self->values[i];
  const char *first = g_ptr_array_index (values, 0);
  const GPtrArray *times =
      mappings[i].kind == KIND_DATE ? self->values[i + 1] : NULL; /* its neighbour */
  g_autofree char *date =
      mappings[i].kind == KIND_DATE
          ? new_date (first, times != NULL ? g_ptr_array_index (times, 0) : NULL)
          : NULL;

  switch (mappings[i].kind)
    {
    case KIND_BAG:
      append_list (out, "Bag", "", values);
      return TRUE;
    case KIND_SEQUENCE:
      append_list (out, "Seq", "", values);
      return TRUE;
    case KIND_LANGUAGES:
      append_list (out, "Alt", " xml:lang=\"x-default\"", values);
      return values->len == 1;
    case KIND_DATE:
      append_text (out, date != NULL ? date : first);
      return TRUE;
    case KIND_TEXT:
    case KIND_TIME:
    default:
      append_text (out, first);
      return values->len == 1;
    }
}

/* ---- what a packet says ---- */

/* Values of a property, wherever it is: of an attribute, of each item of a list, or of a text. */
typedef struct
{
  const char *property;
  GHashTable *values; /* char *, of char * */
  GString *text;      /* of what is open */
  guint depth;        /* elements that are open, from the property's on */
  gboolean has_items;
} Said;

/* Writers break lines and fill up with spaces as they like. */
static char *
dup_words (const char *text)
{
  GString *words = g_string_new (NULL);

  for (const char *at = text + strspn (text, " \t\r\n"); *at != '\0';)
    {
      const gsize n = strcspn (at, " \t\r\n");

      if (words->len > 0)
        g_string_append_c (words, ' ');
      g_string_append_len (words, at, n);
      at += n;
      at += strspn (at, " \t\r\n");
    }
  return g_string_free (words, FALSE);
}

static void
take_text (Said *self)
{
  g_hash_table_add (self->values, dup_words (self->text->str));
  g_string_truncate (self->text, 0);
}

static void
begin_element (GMarkupParseContext *context G_GNUC_UNUSED,
               const char *name,
               const char **names,
               const char **values,
               gpointer data,
               GError **error G_GNUC_UNUSED)
{
  Said *self = data;
  const gboolean is_item = self->depth > 0 && g_str_equal (name, "rdf:li");

  for (gsize i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], self->property))
      g_hash_table_add (self->values, dup_words (values[i]));
  if (self->depth == 0 && !g_str_equal (name, self->property))
    return;
  if (self->depth++ == 0 || is_item)
    g_string_truncate (self->text, 0);
  self->has_items = self->depth > 1 && (self->has_items || is_item);
}

static void
end_element (GMarkupParseContext *context G_GNUC_UNUSED,
             const char *name,
             gpointer data,
             GError **error G_GNUC_UNUSED)
{
  Said *self = data;

  if (self->depth == 0)
    return;
  self->depth--;
  if (g_str_equal (name, "rdf:li") || (self->depth == 0 && !self->has_items))
    take_text (self);
}

static void
add_text (GMarkupParseContext *context G_GNUC_UNUSED,
          const char *text,
          gsize size,
          gpointer data,
          GError **error G_GNUC_UNUSED)
{
  Said *self = data;

  if (self->depth > 0)
    g_string_append_len (self->text, text, size);
}

/* Whether a property of the packet says all of these. One that can't be understood says nothing
 * from there on. */
static gboolean
has_values (const char *xmp, const char *property, const GPtrArray *values)
{
  static const GMarkupParser parser = { begin_element, end_element, add_text, NULL, NULL };
  static const char mark[] = "\xef\xbb\xbf";
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  Said self = { .property = property, .values = found, .text = text };
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &self, NULL);
  gboolean has_all = TRUE;

  g_markup_parse_context_parse (context, g_str_has_prefix (xmp, mark) ? xmp + strlen (mark) : xmp,
                                -1, NULL);
  for (guint i = 0; i < values->len && has_all; i++)
    {
      g_autofree char *words = dup_words (g_ptr_array_index (values, i));

      has_all = g_hash_table_contains (found, words);
    }
  return has_all;
}

/* ---- writing ---- */

/* Elements of what the packet does not have. */
static void
append_properties (GString *out, Records *self, const char *xmp)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mappings); i++)
    {
      const Mapping *mapping = &mappings[i];

      if (self->values[i] == NULL)
        continue;
      if (mapping->kind == KIND_TIME)
        self->is_complete &= self->values[i - 1] != NULL;
      else if (has_property (xmp, mapping->property))
        self->is_complete &=
            mapping->kind == KIND_DATE || has_values (xmp, mapping->property, self->values[i]);
      else
        {
          g_string_append_printf (out, "<%s>", mapping->property);
          self->is_complete &= append_value (out, self, i);
          g_string_append_printf (out, "</%s>\n", mapping->property);
        }
    }
}

/* What all descriptions are about, with its quotation marks: the same resource. */
static char *
dup_about (const char *xmp)
{
  const char *about = strstr (xmp, "rdf:about=");
  const char *from = about != NULL ? about + strlen ("rdf:about=") : NULL;
  const char *to =
      from != NULL && (*from == '"' || *from == '\'') ? strchr (from + 1, *from) : NULL;

  return to != NULL ? g_strndup (from, to + 1 - from) : g_strdup ("\"\"");
}

/* Into a packet, as a description of its own; NULL: it has no end that is known. */
static GBytes *
insert (const char *xmp, const char *properties)
{
  const char *end = g_strrstr (xmp, RDF_END);
  g_autofree char *about = dup_about (xmp);
  GString *out;

  if (end == NULL)
    return NULL;
  out = g_string_new_len (xmp, end - xmp);
  g_string_append_printf (out, "<rdf:Description rdf:about=%s%s>\n%s</rdf:Description>\n", about,
                          name_spaces, properties);
  g_string_append (out, end);
  return g_string_free_to_bytes (out);
}

static const char bare[] =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n" RDF_END
    "\n</x:xmpmeta>\n";

/* As text; NULL: it is coded in another way. */
static char *
dup_text (GBytes *xmp)
{
  gsize size;
  const char *data;

  if (xmp == NULL)
    return g_strdup (bare);
  data = g_bytes_get_data (xmp, &size);
  return g_utf8_validate (data, size, NULL) ? g_strndup (data, size) : NULL;
}

GBytes *
genga_iptc_add_to_xmp (GBytes *iptc, GBytes *xmp, gboolean *is_complete)
{
  Records records = { .is_complete = TRUE };
  g_autoptr (GString) properties = g_string_new (NULL);
  g_autofree char *text = dup_text (xmp);
  GBytes *result = NULL;

  if (text != NULL)
    {
      read_records (&records, iptc);
      append_properties (properties, &records, text);
    }
  if (properties->len > 0)
    result = insert (text, properties->str);
  *is_complete = text != NULL && records.is_complete && (properties->len == 0 || result != NULL);
  if (result == NULL && xmp != NULL && text != NULL)
    result = g_bytes_ref (xmp);
  for (gsize i = 0; i < G_N_ELEMENTS (mappings); i++)
    g_clear_pointer (&records.values[i], g_ptr_array_unref);
  return result;
}
