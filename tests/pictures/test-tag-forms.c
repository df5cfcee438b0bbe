/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures carry, said in another form: EXIF in a TIFF and smaller, IPTC in XMP and in PNG. */
#include "media/image/tags/exif-list.h"
#include "media/image/tags/exif.h"
#include "media/image/tags/iptc-xmp.h"
#include "media/image/tags/raw-profile.h"
#include "media/image/tags/tag-writer.h"
#include "media/image/tags/tags.h"

#include <string.h>
#include <zlib.h>

static void
put16 (GByteArray *out, guint value, gboolean big)
{
  const guint8 bytes[] = { big ? value >> 8 : value, big ? value : value >> 8 };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
put32 (GByteArray *out, guint32 value, gboolean big)
{
  put16 (out, big ? value >> 16 : value & 0xffff, big);
  put16 (out, big ? value & 0xffff : value >> 16, big);
}

static void
put_entry (GByteArray *out, guint tag, guint type, guint32 n, guint32 place, gboolean big)
{
  put16 (out, tag, big);
  put16 (out, type, big);
  put32 (out, n, big);
  if (type == GENGA_TIFF_SHORT && n == 1)
    {
      put16 (out, place, big);
      put16 (out, 0, big);
    }
  else
    put32 (out, place, big);
}

/*
 * A maker, a width that no TIFF may believe, an exposure and a maker's note of `note` bytes, and a
 * latitude; places in it are those of the two directories below the first.
 */
static GBytes *
make_exif (gboolean big, guint note)
{
  GByteArray *out = g_byte_array_new ();
  const guint values = 8 + 2 * (2 + 4) + 12 * (4 + 2 + 1) + 6; /* what directories take */

  g_byte_array_append (out, (const guint8 *)(big ? "MM\0*" : "II*\0"), 4);
  put32 (out, 8, big);
  put16 (out, 4, big);
  put_entry (out, 0x0100, GENGA_TIFF_SHORT, 1, 20, big);
  put_entry (out, 0x010f, GENGA_TIFF_ASCII, 6, values, big);
  put_entry (out, 0x8769, GENGA_TIFF_LONG, 1, 62, big);
  put_entry (out, 0x8825, GENGA_TIFF_LONG, 1, 92, big);
  put32 (out, 0, big);
  g_assert_cmpuint (out->len, ==, 62);
  put16 (out, 2, big);
  put_entry (out, 0x829a, GENGA_TIFF_RATIONAL, 1, values + 6, big);
  put_entry (out, 0x927c, GENGA_TIFF_UNDEFINED, note, values + 38, big);
  put32 (out, 0, big);
  g_assert_cmpuint (out->len, ==, 92);
  put16 (out, 1, big);
  put_entry (out, 0x0002, GENGA_TIFF_RATIONAL, 3, values + 14, big);
  put32 (out, 0, big);
  g_assert_cmpuint (out->len, ==, values);
  g_byte_array_append (out, (const guint8 *)"Maker", 6);
  for (guint i = 0; i < 8; i++)
    put32 (out, i + 1, big);
  g_byte_array_set_size (out, out->len + note);
  memset (out->data + out->len - note, 0x5a, note);
  return g_byte_array_free_to_bytes (out);
}

typedef struct
{
  GByteArray *bytes;
  GengaTiffOutput output;
} Output;

static gboolean
append (gpointer data, gconstpointer bytes, gsize size)
{
  g_byte_array_append (data, bytes, size);
  return TRUE;
}

static const GengaTiffEntry *
find (const GArray *entries, guint tag)
{
  for (guint i = 0; i < entries->len; i++)
    if (g_array_index (entries, GengaTiffEntry, i).tag == tag)
      return &g_array_index (entries, GengaTiffEntry, i);
  return NULL;
}

static guint32
get_number (const GByteArray *bytes, gsize at, gsize size)
{
  guint32 value = 0;

  memcpy (&value, bytes->data + at, size);
  return G_BYTE_ORDER == G_LITTLE_ENDIAN ? value : value >> (32 - 8 * size);
}

/* All numbers are the machine's, whatever the EXIF's were, and the pixels' sizes stay away. */
static void
test_tiff (void)
{
  for (int kind = 0; kind < 4; kind++)
    {
      g_autoptr (GBytes) exif = make_exif (kind & 1, 40);
      g_autoptr (GengaExifList) list = genga_exif_list_new (exif);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      GengaTiffOutput output = { .is_big = kind >= 2, .write = append, .data = bytes };
      g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (GengaTiffEntry));
      const GengaTiffEntry *camera, *gps;
      const gsize head = output.is_big ? 8 : 2, size = output.is_big ? 20 : 12;
      guint64 place;

      g_assert_true (genga_tiff_output_put_header (&output, 0));
      g_assert_true (genga_exif_list_put_into_tiff (list, &output, entries));
      g_assert_cmpuint (entries->len, ==, 3);
      g_assert_cmpstr (find (entries, 0x010f)->values, ==, "Maker");
      camera = find (entries, 0x8769);
      gps = find (entries, 0x8825);
      g_assert_cmpuint (camera->type, ==, output.is_big ? GENGA_TIFF_LONG8 : GENGA_TIFF_LONG);
      place = output.is_big ? *(const guint64 *)camera->values : *(const guint32 *)camera->values;
      g_assert_cmpuint (get_number (bytes, place, 2), ==, 2);
      g_assert_cmpuint (get_number (bytes, place + head, 2), ==, 0x829a);
      g_assert_cmpuint (get_number (bytes, place + head + size, 2), ==, 0x927c);
      if (!output.is_big)
        {
          const guint exposure = get_number (bytes, place + head + 8, 4);

          g_assert_cmpuint (get_number (bytes, exposure, 4), ==, 1);
          g_assert_cmpuint (get_number (bytes, exposure + 4, 4), ==, 2);
        }
      place = output.is_big ? *(const guint64 *)gps->values : *(const guint32 *)gps->values;
      g_assert_cmpuint (get_number (bytes, place + head, 2), ==, 2);
      if (!output.is_big)
        g_assert_cmpuint (get_number (bytes, get_number (bytes, place + head + 8, 4) + 20, 4), ==,
                          8);
    }
}

/* In a JPEG's segment: first without a resolution that was added, then without the maker's note. */
static void
test_limit (void)
{
  static const struct
  {
    guint note;
    gboolean has_note;
    double x_per_metre;
  } cases[] = { { 65200, TRUE, 11811 }, { 65370, TRUE, 0 }, { 66000, FALSE, 11811 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GengaFrame) frame = NULL;
      const GengaFrameInfo info = {
        .width = 8, .height = 8, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_RGB
      };
      g_auto (GengaTags) tags = { 0 };
      g_auto (GengaTags) given = { .x_per_metre = 11811, .y_per_metre = 11811 };
      double x = 0, y = 0;

      frame = genga_frame_new (&info, NULL);
      frame->exif = make_exif (TRUE, cases[i].note);
      frame->extras = g_variant_ref_sink (genga_tags_new_extras (&given));
      genga_tags_init (&tags, frame);
      genga_tags_limit_exif (&tags, GENGA_JPEG_MAX_EXIF);
      g_assert_cmpuint (g_bytes_get_size (tags.exif), <=, GENGA_JPEG_MAX_EXIF);
      g_assert_cmpint (tags.lacks_maker_note, ==, !cases[i].has_note);
      g_assert_cmpint (memmem (g_bytes_get_data (tags.exif, NULL), g_bytes_get_size (tags.exif),
                               "ZZZZ", 4) != NULL,
                       ==, cases[i].has_note);
      g_assert_nonnull (
          memmem (g_bytes_get_data (tags.exif, NULL), g_bytes_get_size (tags.exif), "Maker", 6));
      genga_exif_get_resolution (tags.exif, &x, &y);
      g_assert_cmpfloat_with_epsilon (x, cases[i].x_per_metre, 0.1);
      g_autofree char *losses = genga_tags_dup_losses (&tags, GENGA_FORMAT_JPEG);
      g_assert_cmpint (losses != NULL, ==, !cases[i].has_note);
    }
}

/* Whatever the bytes are, nothing outside of them is touched, and little becomes of little. */
static void
test_hostile_exif (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GBytes) exif = make_exif (FALSE, 16);

  for (int i = 0; i < 8000; i++)
    {
      const gsize size = g_rand_int_range (rand, 0, g_bytes_get_size (exif) + 1);
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (exif, NULL), size);

      for (int k = 0; k < 4 && size > 0; k++)
        data[g_rand_int_range (rand, 0, size)] =
            g_rand_boolean (rand) ? g_rand_int_range (rand, 0, 128) : g_rand_int (rand);
      g_autoptr (GBytes) damaged = g_bytes_new (data, size);
      g_autoptr (GengaExifList) list = genga_exif_list_new (damaged);
      g_autoptr (GBytes) written = list != NULL ? genga_exif_list_write (list) : NULL;

      g_assert_true (written == NULL || g_bytes_get_size (written) <= 3 * size + 64);
    }
}

static GBytes *
make_iptc (gboolean is_utf8, const char *byline)
{
  GByteArray *out = g_byte_array_new ();
  const struct
  {
    guint8 record;
    guint8 set;
    const char *value;
  } values[] = { { 1, 90, is_utf8 ? "\033%G" : "" },
                 { 2, 25, "anime" },
                 { 2, 25, "a < b & c" },
                 { 2, 55, "20200203" },
                 { 2, 60, "040506+0900" },
                 { 2, 80, byline },
                 { 2, 120, "A caption" } };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const gsize size = strlen (values[i].value);
      const guint8 head[] = { 0x1c, values[i].record, values[i].set, size >> 8, size };

      g_byte_array_append (out, head, sizeof head);
      g_byte_array_append (out, (const guint8 *)values[i].value, size);
    }
  return g_byte_array_free_to_bytes (out);
}

static void
assert_says (GBytes *xmp, const char *words, gboolean says)
{
  gsize size;
  const char *data = g_bytes_get_data (xmp, &size);

  if ((g_strstr_len (data, size, words) != NULL) != says)
    g_error ("“%s” in “%.*s”: %d", words, (int)size, data, !says);
}

static void
test_iptc_alone (void)
{
  for (int is_utf8 = 0; is_utf8 < 2; is_utf8++)
    {
      g_autoptr (GBytes) iptc = make_iptc (is_utf8, is_utf8 ? "Zo\303\253" : "Zo\353");
      gboolean is_complete = FALSE;
      g_autoptr (GBytes) xmp = genga_iptc_add_to_xmp (iptc, NULL, &is_complete);

      g_assert_true (is_complete);
      assert_says (xmp, "<rdf:li>anime</rdf:li><rdf:li>a &lt; b &amp; c</rdf:li>", TRUE);
      assert_says (xmp, "<dc:creator><rdf:Seq><rdf:li>Zoë</rdf:li>", TRUE);
      assert_says (xmp, "<rdf:li xml:lang=\"x-default\">A caption</rdf:li>", TRUE);
      assert_says (xmp, ">2020-02-03T04:05:06+09:00</photoshop:DateCreated>", TRUE);
    }
}

/* What XMP has stays; what it says otherwise is a loss. */
static void
test_iptc_beside_xmp (void)
{
  static const char text[] = "<?xpacket?><x:xmpmeta><rdf:RDF><rdf:Description rdf:about='uuid:1' "
                             "xmlns:dc='x'><dc:creator><rdf:Seq><rdf:li>Zoe</rdf:li></rdf:Seq>"
                             "</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>";
  g_autoptr (GBytes) xmp = g_bytes_new_static (text, sizeof text - 1);
  static const char *const bylines[] = { "Zoe", "Somebody" };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) iptc = make_iptc (TRUE, bylines[i]);
      gboolean is_complete = FALSE;
      g_autoptr (GBytes) both = genga_iptc_add_to_xmp (iptc, xmp, &is_complete);

      g_assert_cmpint (is_complete, ==, i == 0);
      assert_says (both, "<rdf:li>anime</rdf:li>", TRUE);
      assert_says (both, "<rdf:Description rdf:about='uuid:1' xmlns:dc=\"http", TRUE);
      assert_says (both, "Somebody", FALSE);
      assert_says (both, "</rdf:Description>\n</rdf:RDF></x:xmpmeta>", TRUE);
    }
}

/* What a property says, however it is written; what another one says does not count, nor a part. */
static void
test_iptc_said (void)
{
  static const struct
  {
    const char *value, *description;
    gboolean is_said;
  } cases[] = {
    { "It's \"R&D\"",
      "<dc:creator><rdf:Seq><rdf:li>It's \"R&amp;D\"</rdf:li></rdf:Seq></dc:creator>", TRUE },
    { "It's",
      "<dc:creator><rdf:Seq><rdf:li>B</rdf:li><rdf:li>It&#x27;s</rdf:li></rdf:Seq>"
      "</dc:creator>",
      TRUE },
    { "Zoe", "<rdf:Description dc:creator='Zoe'/>", TRUE },
    { "two words", "<dc:creator>\n two\n words </dc:creator>", TRUE },
    { "Zoe", "<dc:creator><rdf:Seq><rdf:li>Zoe B</rdf:li></rdf:Seq></dc:creator>", FALSE },
    { "Zoe", "<dc:creator>B</dc:creator><dc:title>Zoe</dc:title>", FALSE },
    { "li", "<dc:creator><rdf:Seq><rdf:li>B</rdf:li></rdf:Seq></dc:creator>", FALSE },
    { "Zoe", "<dc:creator><rdf:Seq><rdf:li>Zoe</dc:creator>", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "<x:xmpmeta><rdf:RDF><rdf:Description rdf:about=''>%s</rdf:Description></rdf:RDF>"
          "</x:xmpmeta>",
          cases[i].description);
      g_autoptr (GBytes) xmp = g_bytes_new_static (text, strlen (text));
      g_autoptr (GBytes) iptc = make_iptc (TRUE, cases[i].value);
      gboolean is_complete = !cases[i].is_said;
      g_autoptr (GBytes) both = genga_iptc_add_to_xmp (iptc, xmp, &is_complete);

      g_test_message ("%s", cases[i].description);
      g_assert_cmpint (is_complete, ==, cases[i].is_said);
    }
}

/* A directory has each tag once, or its number of entries would overflow in a TIFF. */
static void
test_repeated_entries (void)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) written = g_byte_array_new ();
  GengaTiffOutput output = { .write = append, .data = written };
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (GengaTiffEntry));

  g_byte_array_append (out, (const guint8 *)"II*\0", 4);
  put32 (out, 8, FALSE);
  put16 (out, G_MAXUINT16, FALSE);
  for (guint i = 0; i < G_MAXUINT16; i++)
    put_entry (out, 0x010e, GENGA_TIFF_ASCII, 4, 'a' + i % 26, FALSE);
  g_autoptr (GBytes) exif = g_byte_array_free_to_bytes (out);
  g_autoptr (GengaExifList) list = genga_exif_list_new (exif);
  g_assert_true (genga_tiff_output_put_header (&output, 0));
  g_assert_true (genga_exif_list_put_into_tiff (list, &output, entries));
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpstr (find (entries, 0x010e)->values, ==, "a");
}

/* No end that is known, no UTF-8, a record without a property: said, never guessed. */
static void
test_iptc_lost (void)
{
  static const char *const packets[] = { "<x:xmpmeta><rdf:RDF/></x:xmpmeta>", "\xff\xfe<\0x\0" };
  static const guint8 unknown[] = { 0x1c, 2, 130, 0, 1, 'x' };
  g_autoptr (GBytes) iptc = make_iptc (TRUE, "Zoe");
  g_autoptr (GBytes) other = g_bytes_new_static (unknown, sizeof unknown);
  gboolean is_complete = TRUE;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) xmp = g_bytes_new_static (packets[i], strlen (packets[i]));
      g_autoptr (GBytes) both = genga_iptc_add_to_xmp (iptc, xmp, &is_complete);

      g_assert_false (is_complete);
      g_assert_true (both == NULL || g_bytes_equal (both, xmp));
    }
  g_assert_null (genga_iptc_add_to_xmp (other, NULL, &is_complete));
  g_assert_false (is_complete);
}

static void
test_hostile_iptc (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GBytes) iptc = make_iptc (TRUE, "Zo\303\253");

  for (int i = 0; i < 4000; i++)
    {
      const gsize size = g_rand_int_range (rand, 0, g_bytes_get_size (iptc) + 1);
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (iptc, NULL), size);

      for (int k = 0; k < 4 && size > 0; k++)
        data[g_rand_int_range (rand, 0, size)] = g_rand_int (rand);
      g_autoptr (GBytes) damaged = g_bytes_new (data, size);
      gboolean is_complete;
      g_autoptr (GBytes) xmp = genga_iptc_add_to_xmp (damaged, NULL, &is_complete);

      g_assert_true (xmp == NULL ||
                     g_utf8_validate (g_bytes_get_data (xmp, NULL), g_bytes_get_size (xmp), NULL));
    }
}

/* A whole chunk; its sum is not read. */
static GBytes *
make_chunk (GBytes *text, gboolean is_packed)
{
  static const char keyword[] = "Raw profile type iptc";
  GByteArray *out = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (text, &size);
  uLongf packed_size = compressBound (size);
  g_autofree guint8 *packed = g_malloc (packed_size);

  put32 (out, 0, TRUE);
  g_byte_array_append (out, (const guint8 *)(is_packed ? "zTXt" : "tEXt"), 4);
  g_byte_array_append (out, (const guint8 *)keyword, sizeof keyword);
  if (is_packed)
    {
      g_assert_cmpint (compress (packed, &packed_size, data, size), ==, Z_OK);
      put16 (out, 0, TRUE);
      g_byte_array_set_size (out, out->len - 1);
      g_byte_array_append (out, packed, packed_size);
    }
  else
    g_byte_array_append (out, data, size);
  put32 (out, 0, TRUE);
  return g_byte_array_free_to_bytes (out);
}

static void
test_raw_profile (void)
{
  g_autoptr (GBytes) iptc =
      make_iptc (TRUE, "somebody whose name fills more than one line of digits");
  g_autoptr (GBytes) text = genga_raw_profile_write ("iptc", iptc);

  for (int is_packed = 0; is_packed < 2; is_packed++)
    {
      g_autoptr (GBytes) chunk = make_chunk (text, is_packed);
      gsize size;
      const guint8 *data = g_bytes_get_data (chunk, &size);
      g_autofree char *name = NULL;
      g_autoptr (GBytes) back = genga_raw_profile_read (data, size, &name);

      g_assert_cmpstr (name, ==, "iptc");
      g_assert_true (g_bytes_equal (back, iptc));
      for (gsize cut = 0; cut < size; cut++)
        {
          g_autofree guint8 *part = g_memdup2 (data, MAX (cut, 8));
          g_autofree char *unused = NULL;
          g_autoptr (GBytes) less = genga_raw_profile_read (part, cut, &unused);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pictures/tag-forms/tiff", test_tiff);
  g_test_add_func ("/pictures/tag-forms/limit", test_limit);
  g_test_add_func ("/pictures/tag-forms/hostile-exif", test_hostile_exif);
  g_test_add_func ("/pictures/tag-forms/iptc-alone", test_iptc_alone);
  g_test_add_func ("/pictures/tag-forms/iptc-beside-xmp", test_iptc_beside_xmp);
  g_test_add_func ("/pictures/tag-forms/iptc-said", test_iptc_said);
  g_test_add_func ("/pictures/tag-forms/repeated-entries", test_repeated_entries);
  g_test_add_func ("/pictures/tag-forms/iptc-lost", test_iptc_lost);
  g_test_add_func ("/pictures/tag-forms/hostile-iptc", test_hostile_iptc);
  g_test_add_func ("/pictures/tag-forms/raw-profile", test_raw_profile);

  return g_test_run ();
}
