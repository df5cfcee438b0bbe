/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes model files byte by byte, whole or with a lie in any place, for the tests of the readers;
 * and asserts that a hostile file is refused cheaply. Knows nothing of the readers' code.
 */
#pragma once

#include <gio/gio.h>

/* The bytes of a literal, NULs included. */
#define BYTES(literal) (const guint8 *)(literal), sizeof (literal) - 1
#define ADD(array, literal) g_byte_array_append (array, BYTES (literal))

void add_u16 (GByteArray *out, guint16 value);
void add_u32 (GByteArray *out, guint32 value);
void add_u64 (GByteArray *out, guint64 value);
void add_text (GByteArray *out, const char *text);
GBytes *finish (GByteArray *out);

/* --- zip --- */

typedef enum
{
  DESCRIPTOR_NONE,
  DESCRIPTOR_MAGIC, /* with its magic number, narrow */
  DESCRIPTOR_BARE,  /* without */
  DESCRIPTOR_WIDE,  /* with, 64 bits */
  DESCRIPTOR_BARE_WIDE,
  DESCRIPTOR_FALSE, /* says another size */
} Descriptor;

/* One record. What is 0 is written truthfully; what is not is added to the truth. */
typedef struct
{
  const char *name;
  GBytes *data;
  gboolean deflate;
  Descriptor descriptor;
  gboolean wide;          /* zip64 fields in the directory */
  gboolean wide_size;     /* a zip64 field for the unpacked size alone */
  gboolean wide_local;    /* zip64 fields in the local header */
  guint16 flags;          /* in both headers */
  guint16 method;         /* in both headers */
  guint32 crc;            /* in both headers */
  gint64 size_lie;        /* of the unpacked size, in both headers */
  gint64 local_size_lie;  /* in the local header alone */
  gint64 offset_lie;      /* of the local header's place */
  gint64 wide_lie;        /* of each zip64 field */
  const char *local_name; /* in the local header instead */
  gsize pad;              /* bytes of an extra field before the data */
} Record;

/* The archive. The same rule. */
typedef struct
{
  gint64 count_lie;
  gint64 offset_lie;
  gint64 size_lie;
  gboolean wide;
  gint64 wide_count_lie;
  gint64 locator_lie;
} Archive;

GBytes *write_zip (const Record *records, guint n, const Archive *archive);

/* torch's zip form: m/data.pkl and one stored storage m/data/0 of `storage_size` bytes 0, 1, ... */
GBytes *write_torch (const guint8 *pickle, gsize size, gsize storage_size);

/* The bytes 0, 1, 2, ... 255, 0, ... */
GBytes *make_data (gsize size);

/* --- safetensors --- */

GBytes *write_safetensors (const char *header, gsize block_size);

/* --- refusals --- */

/*
 * Loading fails with GENGA_ERROR_MODEL, the file's name and `part` in the message, in less than
 * 100 ms of processor time and with less than 16 MB of memory more (neither is measured under a
 * sanitizer or without optimisation), and nothing that a payload would leave behind is there.
 */
void assert_refused (GBytes *file, const char *part);

/* Loading succeeds; unref the result with genga_state_dict_unref(). */
struct _GengaStateDict *assert_loads (GBytes *file);
