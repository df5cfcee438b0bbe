/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model-writer.h"

#include "core/error.h"
#include "weights/state-dict.h"
#include "weights/load.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#define MAX_CPU_MS 100
#define MAX_GROWTH_KB (16 * 1024)

#ifndef __has_feature
#  define __has_feature(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || !defined(__OPTIMIZE__)
#  define MEASURES FALSE
#else
#  define MEASURES TRUE
#endif

void
add_u16 (GByteArray *out, guint16 value)
{
  value = GUINT16_TO_LE (value);
  g_byte_array_append (out, (const guint8 *)&value, sizeof value);
}

void
add_u32 (GByteArray *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *)&value, sizeof value);
}

void
add_u64 (GByteArray *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *)&value, sizeof value);
}

void
add_text (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *)text, strlen (text));
}

GBytes *
finish (GByteArray *out)
{
  return g_byte_array_free_to_bytes (out);
}

GBytes *
make_data (gsize size)
{
  guint8 *data = g_malloc (MAX (size, 1));

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)i;
  return g_bytes_new_take (data, size);
}

static GBytes *
deflate_bytes (GBytes *data)
{
  gsize size;
  const guint8 *in = g_bytes_get_data (data, &size);
  z_stream stream = { 0 };
  gsize bound;
  guint8 *out;

  g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  bound = deflateBound (&stream, size);
  out = g_malloc (bound);
  stream.next_in = (Bytef *)in;
  stream.avail_in = size;
  stream.next_out = out;
  stream.avail_out = bound;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  deflateEnd (&stream);
  return g_bytes_new_take (out, bound - stream.avail_out);
}

/* What both headers say of a record. */
typedef struct
{
  guint16 flags;
  guint16 method;
  guint32 crc;
  guint64 packed_size;
  guint64 size;
  guint64 offset;
} Header;

static void
add_descriptor (GByteArray *out, Descriptor kind, const Header *header)
{
  gboolean is_wide = kind == DESCRIPTOR_WIDE || kind == DESCRIPTOR_BARE_WIDE;

  if (kind == DESCRIPTOR_NONE)
    return;
  if (kind != DESCRIPTOR_BARE && kind != DESCRIPTOR_BARE_WIDE)
    add_u32 (out, 0x08074b50);
  add_u32 (out, header->crc);
  if (is_wide)
    {
      add_u64 (out, header->packed_size);
      add_u64 (out, header->size);
      return;
    }
  add_u32 (out, header->packed_size);
  add_u32 (out, header->size + (kind == DESCRIPTOR_FALSE));
}

static void
add_local (GByteArray *out, const Record *record, const Header *header, GBytes *packed)
{
  const char *name = record->local_name != NULL ? record->local_name : record->name;
  gboolean is_late = record->descriptor != DESCRIPTOR_NONE;

  add_u32 (out, 0x04034b50);
  add_u16 (out, 20);
  add_u16 (out, header->flags);
  add_u16 (out, header->method);
  add_u32 (out, 0);
  add_u32 (out, is_late ? 0 : header->crc);
  add_u32 (out, record->wide_local ? G_MAXUINT32 : is_late ? 0 : header->packed_size);
  add_u32 (out, record->wide_local ? G_MAXUINT32
                : is_late          ? 0
                                   : header->size + record->local_size_lie);
  add_u16 (out, strlen (name));
  add_u16 (out, (record->pad > 0 ? record->pad + 4 : 0) + (record->wide_local ? 20 : 0));
  add_text (out, name);
  if (record->wide_local)
    {
      add_u16 (out, 1);
      add_u16 (out, 16);
      add_u64 (out, is_late ? 0 : header->size + record->wide_lie);
      add_u64 (out, is_late ? 0 : header->packed_size + record->wide_lie);
    }
  if (record->pad > 0)
    {
      ADD (out, "FB");
      add_u16 (out, record->pad);
      for (gsize i = 0; i < record->pad; i++)
        ADD (out, "Z");
    }
  g_byte_array_append (out, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  add_descriptor (out, record->descriptor, header);
}

static void
add_central (GByteArray *out, const Record *record, const Header *header)
{
  add_u32 (out, 0x02014b50);
  add_u32 (out, 20 | 20 << 16);
  add_u16 (out, header->flags);
  add_u16 (out, header->method);
  add_u32 (out, 0);
  add_u32 (out, header->crc);
  add_u32 (out, record->wide ? G_MAXUINT32 : header->packed_size);
  add_u32 (out, record->wide || record->wide_size ? G_MAXUINT32 : header->size);
  add_u16 (out, strlen (record->name));
  add_u16 (out, record->wide ? 28 : record->wide_size ? 12 : 0);
  add_u16 (out, 0);
  add_u32 (out, 0);
  add_u32 (out, 0);
  add_u32 (out, record->wide ? G_MAXUINT32 : header->offset);
  add_text (out, record->name);
  if (record->wide_size)
    {
      add_u16 (out, 1);
      add_u16 (out, 8);
      add_u64 (out, header->size + record->wide_lie);
    }
  if (!record->wide)
    return;
  add_u16 (out, 1);
  add_u16 (out, 24);
  add_u64 (out, header->size + record->wide_lie);
  add_u64 (out, header->packed_size + record->wide_lie);
  add_u64 (out, header->offset + record->wide_lie);
}

static void
add_end (GByteArray *out, guint n, guint64 offset, guint64 size, const Archive *archive)
{
  guint64 end64 = out->len;

  if (archive->wide)
    {
      add_u32 (out, 0x06064b50);
      add_u64 (out, 44);
      add_u32 (out, 45 | 45 << 16);
      add_u64 (out, 0);
      add_u64 (out, n + archive->count_lie + archive->wide_count_lie);
      add_u64 (out, n + archive->count_lie + archive->wide_count_lie);
      add_u64 (out, size + archive->size_lie);
      add_u64 (out, offset + archive->offset_lie);
      add_u32 (out, 0x07064b50);
      add_u32 (out, 0);
      add_u64 (out, end64 + archive->locator_lie);
      add_u32 (out, 1);
    }
  add_u32 (out, 0x06054b50);
  add_u32 (out, 0);
  add_u16 (out, MIN (n + archive->count_lie, G_MAXUINT16));
  add_u16 (out, MIN (n + archive->count_lie, G_MAXUINT16));
  add_u32 (out, size + archive->size_lie);
  add_u32 (out, offset + archive->offset_lie);
  add_u16 (out, 0);
}

GBytes *
write_zip (const Record *records, guint n, const Archive *archive)
{
  static const Archive truth;
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  gsize offset;

  for (guint i = 0; i < n; i++)
    {
      const Record *record = &records[i];
      g_autoptr (GBytes) packed =
          record->deflate ? deflate_bytes (record->data) : g_bytes_ref (record->data);
      gsize size = g_bytes_get_size (record->data);
      Header header = {
        .flags = record->flags | (record->descriptor != DESCRIPTOR_NONE ? 8 : 0),
        .method = record->method + (record->deflate ? 8 : 0),
        .crc = record->crc + crc32 (0, g_bytes_get_data (record->data, NULL), size),
        .packed_size = g_bytes_get_size (packed),
        .size = size + record->size_lie,
        .offset = out->len,
      };

      add_local (out, record, &header, packed);
      header.offset += record->offset_lie;
      add_central (directory, record, &header);
    }
  offset = out->len;
  g_byte_array_append (out, directory->data, directory->len);
  add_end (out, n, offset, directory->len, archive != NULL ? archive : &truth);
  return finish (out);
}

GBytes *
write_torch (const guint8 *pickle, gsize size, gsize storage_size)
{
  g_autoptr (GBytes) pickle_bytes = g_bytes_new (pickle, size);
  g_autoptr (GBytes) storage = make_data (storage_size);
  const Record records[] = {
    { .name = "m/data.pkl", .data = pickle_bytes },
    /* Padded as torch does it, so that the storage is aligned. */
    { .name = "m/data/0", .data = storage, .pad = 64 + 64 - (30 + 10 + size + 30 + 8 + 4) % 64 },
  };

  return write_zip (records, G_N_ELEMENTS (records), NULL);
}

GBytes *
write_safetensors (const char *header, gsize block_size)
{
  g_autoptr (GBytes) block = make_data (block_size);
  GByteArray *out = g_byte_array_new ();

  add_u64 (out, strlen (header));
  add_text (out, header);
  g_byte_array_append (out, g_bytes_get_data (block, NULL), block_size);
  return finish (out);
}

/* The highest resident size since it was last reset, in KB. */
static gint64
get_peak_kb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");
  return line != NULL ? g_ascii_strtoll (line + 6, NULL, 10) : 0;
}

static void
reset_peak (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  if (file == NULL)
    return;
  fputs ("5", file);
  fclose (file);
}

static double
get_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void
assert_no_payload_ran (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "PWNED_BY_PICKLE", NULL);

  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

void
assert_refused (GBytes *file, const char *part)
{
  g_autoptr (GError) error = NULL;
  gint64 before;
  double start;

  reset_peak ();
  before = get_peak_kb ();
  start = get_cpu_ms ();
  g_assert_null (genga_state_dict_load_bytes (file, "evil.pth", &error));
  if (MEASURES)
    {
      g_assert_cmpfloat (get_cpu_ms () - start, <, MAX_CPU_MS);
      g_assert_cmpint (get_peak_kb () - before, <, MAX_GROWTH_KB);
    }
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_true (g_str_has_prefix (error->message, "evil.pth: "));
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, error->message);
  assert_no_payload_ran ();
}

GengaStateDict *
assert_loads (GBytes *file)
{
  g_autoptr (GError) error = NULL;
  GengaStateDict *dict = genga_state_dict_load_bytes (file, "good.pth", &error);

  g_assert_no_error (error);
  g_assert_nonnull (dict);
  return dict;
}
