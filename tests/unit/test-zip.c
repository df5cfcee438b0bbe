/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ZIP reader against archives written byte by byte: reliability-tests, I7. */
#include "model-writer.h"

#include "core/error.h"
#include "weights/zip/zip.h"

#include <string.h>

static GengaZip *
open_zip (GBytes *file, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);

  return genga_zip_open (data, size, error);
}

static void
assert_zip_refused (const Record *records, guint n, const Archive *archive, const char *part)
{
  g_autoptr (GBytes) file = write_zip (records, n, archive);
  g_autoptr (GError) error = NULL;

  g_assert_null (open_zip (file, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, error->message);
}

static void
assert_record (GengaZip *zip, const char *name, GBytes *expected, gboolean is_in_place)
{
  g_autofree guint8 *owned = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize size;
  int index = genga_zip_find (zip, name);

  g_assert_cmpint (index, >=, 0);
  g_assert_cmpstr (genga_zip_get_name (zip, index), ==, name);
  g_assert_true (genga_zip_read (zip, index, &data, &size, &owned, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (data, size, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
  g_assert_true ((owned == NULL) == is_in_place);
}

/* Every way in which a good archive may be written. */
static void
test_good (void)
{
  g_autoptr (GBytes) data = make_data (100000);
  g_autoptr (GBytes) empty = make_data (0);

  for (guint deflate = 0; deflate < 2; deflate++)
    for (guint descriptor = DESCRIPTOR_NONE; descriptor < DESCRIPTOR_FALSE; descriptor++)
      for (guint wide = 0; wide < 2; wide++)
        {
          const Record records[] = {
            { "x y/a", data, deflate, descriptor, wide, .pad = 20 },
            { "x y/", empty, FALSE, DESCRIPTOR_NONE, wide },
            { "x y/é", empty, deflate, descriptor, wide },
            { "x y/l", data, deflate, descriptor, wide, .wide_local = TRUE },
            { "x y/s", data, deflate, descriptor, .wide_size = TRUE },
          };
          const Archive archive = { .wide = wide };
          g_autoptr (GBytes) file = write_zip (records, G_N_ELEMENTS (records), &archive);
          g_autoptr (GError) error = NULL;
          g_autoptr (GengaZip) zip = open_zip (file, &error);

          g_assert_no_error (error);
          g_assert_cmpuint (genga_zip_get_n_records (zip), ==, 5);
          assert_record (zip, "x y/a", data, !deflate);
          assert_record (zip, "x y/é", empty, !deflate);
          assert_record (zip, "x y/l", data, !deflate);
          assert_record (zip, "x y/s", data, !deflate);
          g_assert_cmpint (genga_zip_find (zip, "x y/b"), ==, -1);
        }
}

static void
test_empty (void)
{
  g_autoptr (GBytes) file = write_zip (NULL, 0, NULL);
  g_autoptr (GengaZip) zip = open_zip (file, NULL);

  g_assert_cmpuint (genga_zip_get_n_records (zip), ==, 0);
  g_assert_cmpint (genga_zip_find (zip, "a"), ==, -1);
}

static void
test_names (void)
{
  static const char *const names[] = { "../a", "a/../b", "a/..",  "/a", "a\\b",
                                       "a//b", "./a",    "a/./b", "",   "\xff\xfe" };
  g_autoptr (GBytes) data = make_data (10);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_zip_refused (&(Record){ names[i], data }, 1, NULL, "name");
}

static void
test_lies (void)
{
  g_autoptr (GBytes) data = make_data (200);
  const Record same[] = { { "a", data }, { "b", data }, { "a", data } };
  /* The second directory entry points at the first record. */
  const Record overlap[] = { { "a", data }, { "b", data, .local_name = "b", .offset_lie = -231 } };
  const Record shared[] = { { "a", data }, { "a", data, .offset_lie = -231 } };

  assert_zip_refused (same, 3, NULL, "twice");
  assert_zip_refused (overlap, 2, NULL, "disagrees");
  assert_zip_refused (shared, 2, NULL, "overlap");
  assert_zip_refused (&(Record){ "a", data, .flags = 1 }, 1, NULL, "encrypted");
  assert_zip_refused (&(Record){ "a", data, .flags = 0x2040 }, 1, NULL, "encrypted");
  assert_zip_refused (&(Record){ "a", data, .method = 12 }, 1, NULL, "compression");
  assert_zip_refused (&(Record){ "a", data, .local_name = "b" }, 1, NULL, "disagrees");
  assert_zip_refused (&(Record){ "a", data, .local_size_lie = 1 }, 1, NULL, "disagrees");
  assert_zip_refused (&(Record){ "a", data, .size_lie = 1 }, 1, NULL, "false sizes");
  assert_zip_refused (&(Record){ "a/", data }, 1, NULL, "false sizes");
  assert_zip_refused (&(Record){ "a", data, .offset_lie = 3 }, 1, NULL, "header");
  assert_zip_refused (&(Record){ "a", data, .offset_lie = 1 << 30 }, 1, NULL, "header");
  assert_zip_refused (&(Record){ "a", data, .descriptor = DESCRIPTOR_FALSE }, 1, NULL,
                      "data descriptor");
}

static void
test_false_directory (void)
{
  g_autoptr (GBytes) data = make_data (10);
  const Record record = { "a", data };
  const Archive lies[] = {
    { .count_lie = 1 },
    { .count_lie = -1 },
    { .offset_lie = 1 },
    { .size_lie = 1 },
    { .size_lie = -1 },
    { .wide = TRUE, .wide_count_lie = 1 },
    { .wide = TRUE, .locator_lie = 1 },
    { .wide = TRUE, .locator_lie = -1 },
    { .wide = TRUE, .locator_lie = G_MAXINT64 },
    { .wide = TRUE, .count_lie = 1 },
    { .wide = TRUE, .size_lie = 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    assert_zip_refused (&record, 1, &lies[i], "zip:");
  for (gint64 lie = -1; lie <= 1; lie += 2)
    {
      assert_zip_refused (&(Record){ "a", data, .wide = TRUE, .wide_lie = lie }, 1, NULL, "zip:");
      assert_zip_refused (&(Record){ "a", data, .wide_size = TRUE, .wide_lie = lie }, 1, NULL,
                          "zip:");
      assert_zip_refused (&(Record){ "a", data, .wide_local = TRUE, .wide_lie = lie }, 1, NULL,
                          "disagrees");
    }
  assert_zip_refused (&(Record){ "a", data, .wide = TRUE, .wide_lie = G_MAXINT64 }, 1, NULL,
                      "zip:");
}

/* 100,000 records are refused by their number, before anything is read of them. */
static void
test_too_many (void)
{
  g_autoptr (GBytes) data = make_data (0);
  g_autofree Record *records = g_new0 (Record, 100000);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const Archive archive = { .wide = TRUE };
  g_autoptr (GBytes) file = NULL;

  for (guint i = 0; i < 100000; i++)
    {
      g_ptr_array_add (names, g_strdup_printf ("m/data/%u", i));
      records[i] = (Record){ names->pdata[i], data };
    }
  file = write_zip (records, 100000, &archive);
  assert_refused (file, "too many records");
  g_clear_pointer (&file, g_bytes_unref);
  file = write_zip (records, GENGA_ZIP_MAX_RECORDS, NULL);
  assert_refused (file, "ZIP");
}

static void
assert_unreadable (const Record *records, guint n, const char *name, const char *part)
{
  g_autoptr (GBytes) file = write_zip (records, n, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaZip) zip = open_zip (file, &error);
  guint8 *owned = NULL;
  const guint8 *data;
  gsize size;

  g_assert_no_error (error);
  g_assert_false (genga_zip_read (zip, genga_zip_find (zip, name), &data, &size, &owned, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_null (owned);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, error->message);
}

/* A bomb is stopped by the budget where it is honest, and by its size where it lies. */
static void
test_bomb (void)
{
  gsize size = 80 << 20;
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (size), size);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (zeros, 0, size / 2);
  g_autoptr (GBytes) file = NULL;
  const Record halves[] = { { "m/a", half, .deflate = TRUE }, { "m/b", half, .deflate = TRUE } };
  g_autoptr (GengaZip) zip = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *owned = NULL;
  const guint8 *data;

  assert_unreadable (&(Record){ "a", zeros, TRUE }, 1, "a", "unpacks to far more");
  assert_unreadable (&(Record){ "a", zeros, TRUE, .size_lie = 100 - (gint64)size }, 1, "a",
                     "does not unpack");
  assert_unreadable (&(Record){ "a", half, TRUE, .size_lie = 1 << 20 }, 1, "a", "does not unpack");

  /* The budget is the archive's, not each record's. */
  file = write_zip (halves, 2, NULL);
  zip = open_zip (file, NULL);
  g_assert_true (genga_zip_read (zip, 0, &data, &size, &owned, &error));
  g_clear_pointer (&owned, g_free);
  g_assert_false (genga_zip_read (zip, 1, &data, &size, &owned, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);

  g_clear_pointer (&file, g_bytes_unref);
  file = write_zip (&(Record){ "m/data.pkl", zeros, TRUE }, 1, NULL);
  assert_refused (file, "far larger");
}

/* torch can be told to leave the checksums out; then they are 0, here in both headers. */
static GBytes *
clear_checksums (GBytes *file, gsize central)
{
  gsize size = g_bytes_get_size (file);
  guint8 *copy = g_memdup2 (g_bytes_get_data (file, NULL), size);

  memset (copy + 14, 0, 4);
  memset (copy + central + 16, 0, 4);
  return g_bytes_new_take (copy, size);
}

static void
test_checksum (void)
{
  g_autoptr (GBytes) data = make_data (1000);
  g_autoptr (GBytes) file = write_zip (&(Record){ "a", data }, 1, NULL);
  g_autoptr (GBytes) cleared = clear_checksums (file, 30 + 1 + 1000);
  g_autoptr (GengaZip) zip = open_zip (cleared, NULL);

  assert_record (zip, "a", data, TRUE);
  for (guint deflate = 0; deflate < 2; deflate++)
    assert_unreadable (&(Record){ "a", data, deflate, .crc = 1 }, 1, "a", "checksum");
}

/* No cut and no changed byte makes it read anything outside or say anything else than the truth. */
static void
test_damage (void)
{
  g_autoptr (GBytes) data = make_data (60);
  const Record records[] = { { "m/a", data, .descriptor = DESCRIPTOR_MAGIC },
                             { "m/b", data, TRUE } };
  const Archive archive = { .wide = TRUE };
  g_autoptr (GBytes) whole = write_zip (records, 2, &archive);
  gsize size = g_bytes_get_size (whole);

  for (gsize n = 0; n < size; n++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_take (g_memdup2 (g_bytes_get_data (whole, NULL), n), n);

      g_assert_null (open_zip (cut, NULL));
    }
  for (gsize i = 0; i < size * 8; i++)
    {
      guint8 *copy = g_memdup2 (g_bytes_get_data (whole, NULL), size);
      g_autoptr (GBytes) changed = g_bytes_new_take (copy, size);
      g_autoptr (GengaZip) zip = NULL;

      copy[i / 8] ^= 1 << i % 8;
      zip = open_zip (changed, NULL);
      for (guint k = 0; zip != NULL && k < genga_zip_get_n_records (zip); k++)
        {
          g_autofree guint8 *owned = NULL;
          const guint8 *bytes;
          gsize n;

          if (genga_zip_read (zip, k, &bytes, &n, &owned, NULL))
            g_assert_cmpmem (bytes, n, g_bytes_get_data (data, NULL), 60);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/zip/good", test_good);
  g_test_add_func ("/zip/empty", test_empty);
  g_test_add_func ("/zip/names", test_names);
  g_test_add_func ("/zip/lies", test_lies);
  g_test_add_func ("/zip/false-directory", test_false_directory);
  g_test_add_func ("/zip/too-many", test_too_many);
  g_test_add_func ("/zip/bomb", test_bomb);
  g_test_add_func ("/zip/checksum", test_checksum);
  g_test_add_func ("/zip/damage", test_damage);
  return g_test_run ();
}
