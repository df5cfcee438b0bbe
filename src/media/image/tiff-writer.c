/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tiff-writer.h"
#include "core/cpu.h"
#include "media/image/tags/exif-list.h"
#include "media/image/tiff-directory.h"
#include "media/image/tiff-strip.h"

#include <math.h>
#include <string.h>

/* Bytes of a strip, about, so that readers of some rows read little. */
#define STRIP_SIZE (1 << 18)
#define MAX_THREADS 64
/* Rows that wait for their strips to be full, about. */
#define MAX_HELD_SIZE (16 << 20)

enum
{
  IMAGE_WIDTH = 256,
  IMAGE_HEIGHT = 257,
  BITS_PER_SAMPLE = 258,
  COMPRESSION = 259,
  PHOTOMETRIC = 262,
  STRIP_OFFSETS = 273,
  SAMPLES_PER_PIXEL = 277,
  ROWS_PER_STRIP = 278,
  STRIP_BYTE_COUNTS = 279,
  X_RESOLUTION = 282,
  Y_RESOLUTION = 283,
  PLANAR_CONFIGURATION = 284,
  RESOLUTION_UNIT = 296,
  PREDICTOR = 317,
  EXTRA_SAMPLES = 338,
  SAMPLE_FORMAT = 339,
  XMP = 700,
  IPTC = 33723,
  ICC_PROFILE = 34675,
};

/* Rows on their way to being a strip. */
typedef struct
{
  guint8 *rows;
  int n_rows;
  GBytes *packed; /* NULL: memory was short */
} Slot;

struct _GengaTiffWriter
{
  GengaTiffSetup setup;
  GengaTiffStrip strip;
  gsize stride;
  int strip_rows;
  int n_rows; /* that came */
  GengaTiffOutput output;
  GArray *byte_count; /* guint64, of each strip that was written */

  Slot *slots; /* one for each thread; `n_full` are full, the next one may have some rows */
  guint n_slots;
  guint n_full;
  GThreadPool *pool; /* NULL: strips are packed where rows come */
  GMutex mutex;
  GCond done;
  guint n_under_way; /* protected by mutex */
};

/* ---- strips ---- */

static void
pack (gpointer data, gpointer user_data)
{
  GengaTiffWriter *self = user_data;
  Slot *slot = data;
  GBytes *packed = genga_tiff_strip_compress (&self->strip, slot->rows, slot->n_rows);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  slot->packed = packed;
  self->n_under_way--;
  g_cond_signal (&self->done);
}

static void
pack_all (GengaTiffWriter *self, guint n)
{
  self->n_under_way = n;
  for (guint i = 0; i < n; i++)
    if (self->pool != NULL)
      g_thread_pool_push (self->pool, &self->slots[i], NULL);
    else
      pack (&self->slots[i], self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  while (self->n_under_way > 0)
    g_cond_wait (&self->done, &self->mutex);
}

static gsize
get_header_size (const GengaTiffWriter *self)
{
  return self->setup.is_big ? 16 : 8;
}

static gboolean
begin (GengaTiffWriter *self)
{
  return self->output.offset > 0 || genga_tiff_output_put_header (&self->output, 0);
}

/* The first slots, the strips that are full and at the end the last one. What is behind them comes
 * into the first slot. */
static gboolean
flush (GengaTiffWriter *self, guint n)
{
  gboolean ok = begin (self);

  pack_all (self, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) packed = g_steal_pointer (&self->slots[i].packed);
      const guint64 size = packed != NULL ? g_bytes_get_size (packed) : 0;

      ok = ok && packed != NULL &&
           genga_tiff_output_put (&self->output, g_bytes_get_data (packed, NULL), size);
      g_array_append_val (self->byte_count, size);
      self->slots[i].n_rows = 0;
    }
  if (n > 0 && n < self->n_slots)
    {
      const Slot first = self->slots[0];

      self->slots[0] = self->slots[n];
      self->slots[n] = first;
    }
  self->n_full = 0;
  return ok;
}

gboolean
genga_tiff_writer_add (GengaTiffWriter *self, gconstpointer row)
{
  Slot *slot = &self->slots[self->n_full];

  g_return_val_if_fail (self->n_rows < self->setup.height, FALSE);
  memcpy (slot->rows + slot->n_rows * self->stride, row, self->stride);
  slot->n_rows++;
  self->n_rows++;
  if (slot->n_rows == self->strip_rows)
    self->n_full++;
  return self->n_full < self->n_slots || flush (self, self->n_slots);
}

/* ---- the directory ---- */

/* Numbers as one of two types. */
static gpointer
new_numbers (const guint64 *values, guint n, guint type)
{
  guint32 *shorter;

  if (type == GENGA_TIFF_LONG8)
    return g_memdup2 (values, n * sizeof *values);
  shorter = g_new (guint32, n);
  for (guint i = 0; i < n; i++)
    shorter[i] = values[i];
  return shorter;
}

static void
get_per_inch (double per_metre, guint32 value[2])
{
  const double per_inch = per_metre * 0.0254;

  value[1] = per_inch < 400000 ? 10000 : 1;
  value[0] = CLAMP (round (per_inch * value[1]), 1, G_MAXUINT32);
}

static void
add_bytes (GArray *entries, guint tag, guint type, GBytes *bytes)
{
  gsize size = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (size > 0)
    genga_tiff_entries_add (entries, tag, type, size, data);
}

static gboolean
write_directory (GengaTiffWriter *self)
{
  const GengaTiffSetup *setup = &self->setup;
  const int n = setup->n_channels;
  const guint place = self->setup.is_big ? GENGA_TIFF_LONG8 : GENGA_TIFF_LONG;
  const guint32 width = setup->width, height = setup->height, strip_rows = self->strip_rows;
  const guint16 bits[4] = { setup->bits, setup->bits, setup->bits, setup->bits };
  const guint16 kind = setup->bits == 32 ? 3 : 1, kinds[4] = { kind, kind, kind, kind };
  const guint16 scheme = genga_tiff_strip_get_scheme (&self->strip);
  const guint16 predictor = genga_tiff_strip_get_predictor (&self->strip);
  const guint16 photometric = n >= 3 ? 2 : 1, n_samples = n, contiguous = 1, inch = 2, straight = 2;
  const guint n_strips = self->byte_count->len;
  const guint64 *sizes = (const guint64 *)(gpointer)self->byte_count->data;
  g_autofree guint64 *offsets = g_new (guint64, n_strips);
  guint32 x[2], y[2];
  guint64 offset = get_header_size (self), directory;
  g_autoptr (GengaExifList) exif = setup->exif != NULL ? genga_exif_list_new (setup->exif) : NULL;

  for (guint i = 0; i < n_strips; i++, offset += sizes[i - 1])
    offsets[i] = offset;
  g_autofree gpointer strip_offsets = new_numbers (offsets, n_strips, place);
  g_autofree gpointer strip_sizes = new_numbers (sizes, n_strips, place);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (GengaTiffEntry));
  genga_tiff_entries_add (entries, IMAGE_WIDTH, GENGA_TIFF_LONG, 1, &width);
  genga_tiff_entries_add (entries, IMAGE_HEIGHT, GENGA_TIFF_LONG, 1, &height);
  genga_tiff_entries_add (entries, BITS_PER_SAMPLE, GENGA_TIFF_SHORT, n, bits);
  genga_tiff_entries_add (entries, COMPRESSION, GENGA_TIFF_SHORT, 1, &scheme);
  genga_tiff_entries_add (entries, PHOTOMETRIC, GENGA_TIFF_SHORT, 1, &photometric);
  genga_tiff_entries_add (entries, STRIP_OFFSETS, place, n_strips, strip_offsets);
  genga_tiff_entries_add (entries, SAMPLES_PER_PIXEL, GENGA_TIFF_SHORT, 1, &n_samples);
  genga_tiff_entries_add (entries, ROWS_PER_STRIP, GENGA_TIFF_LONG, 1, &strip_rows);
  genga_tiff_entries_add (entries, STRIP_BYTE_COUNTS, place, n_strips, strip_sizes);
  if (setup->x_per_metre > 0)
    {
      get_per_inch (setup->x_per_metre, x);
      get_per_inch (setup->y_per_metre, y);
      genga_tiff_entries_add (entries, X_RESOLUTION, GENGA_TIFF_RATIONAL, 1, x);
      genga_tiff_entries_add (entries, Y_RESOLUTION, GENGA_TIFF_RATIONAL, 1, y);
    }
  genga_tiff_entries_add (entries, PLANAR_CONFIGURATION, GENGA_TIFF_SHORT, 1, &contiguous);
  if (setup->x_per_metre > 0)
    genga_tiff_entries_add (entries, RESOLUTION_UNIT, GENGA_TIFF_SHORT, 1, &inch);
  if (predictor != 1)
    genga_tiff_entries_add (entries, PREDICTOR, GENGA_TIFF_SHORT, 1, &predictor);
  if (n % 2 == 0)
    genga_tiff_entries_add (entries, EXTRA_SAMPLES, GENGA_TIFF_SHORT, 1, &straight);
  genga_tiff_entries_add (entries, SAMPLE_FORMAT, GENGA_TIFF_SHORT, n, kinds);
  add_bytes (entries, XMP, GENGA_TIFF_BYTE, setup->xmp);
  add_bytes (entries, IPTC, GENGA_TIFF_UNDEFINED, setup->iptc);
  add_bytes (entries, ICC_PROFILE, GENGA_TIFF_UNDEFINED, setup->icc);
  if (exif != NULL && !genga_exif_list_put_into_tiff (exif, &self->output, entries))
    return FALSE;
  return genga_tiff_output_put_directory (&self->output, entries, &directory) &&
         setup->seek (setup->data, 0) && genga_tiff_output_put_header (&self->output, directory);
}

gboolean
genga_tiff_writer_finish (GengaTiffWriter *self)
{
  const gboolean has_rest = self->n_full < self->n_slots && self->slots[self->n_full].n_rows > 0;

  return self->n_rows == self->setup.height && flush (self, self->n_full + has_rest) &&
         write_directory (self);
}

/* ---- breaks ---- */

/* Of a state: strips and rows that follow. */
typedef struct
{
  guint32 n_strips;
  guint32 n_rows; /* that belong to none yet */
} State;

GBytes *
genga_tiff_writer_save (GengaTiffWriter *self)
{
  const Slot *rest = &self->slots[0];
  GByteArray *bytes;
  State state;

  if (!flush (self, self->n_full))
    return NULL;
  state = (State){ self->byte_count->len, rest->n_rows };
  bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *)&state, sizeof state);
  g_byte_array_append (bytes, (const guint8 *)self->byte_count->data,
                       state.n_strips * sizeof (guint64));
  g_byte_array_append (bytes, rest->rows, rest->n_rows * self->stride);
  return g_byte_array_free_to_bytes (bytes);
}

int
genga_tiff_writer_get_n_rows (const GengaTiffWriter *self)
{
  return self->n_rows;
}

gboolean
genga_tiff_writer_restore (GengaTiffWriter *self, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  Slot *rest = &self->slots[0];
  State state;
  guint64 n_rows;

  if (self->output.offset > 0 || size < sizeof state)
    return FALSE;
  memcpy (&state, data, sizeof state);
  n_rows = (guint64)state.n_strips * self->strip_rows + state.n_rows;
  if (state.n_rows >= (guint)self->strip_rows || n_rows > (guint64)self->setup.height ||
      size != sizeof state + state.n_strips * sizeof (guint64) + state.n_rows * self->stride)
    return FALSE;
  data += sizeof state;
  g_array_append_vals (self->byte_count, data, state.n_strips);
  rest->n_rows = state.n_rows;
  memcpy (rest->rows, data + state.n_strips * sizeof (guint64), state.n_rows * self->stride);
  self->n_rows = n_rows;
  self->output.offset = get_header_size (self);
  for (guint i = 0; i < state.n_strips; i++)
    self->output.offset += g_array_index (self->byte_count, guint64, i);
  return TRUE;
}

/* ---- the border ---- */

/* All threads at once: a push that finds none fails, but has queued its work. */
static GThreadPool *
new_pool (GengaTiffWriter *self)
{
  g_autoptr (GError) error = NULL;
  GThreadPool *pool = g_thread_pool_new (pack, self, self->n_slots, TRUE, &error);

  if (error == NULL)
    return pool;
  g_thread_pool_free (pool, TRUE, TRUE);
  return NULL;
}

static gboolean
make_slots (GengaTiffWriter *self)
{
  const guint wanted =
      self->setup.n_threads > 0 ? self->setup.n_threads : genga_cpu_get_n_threads ();
  const gsize n_held = MAX_HELD_SIZE / (self->strip_rows * self->stride);

  self->n_slots = CLAMP (MIN (wanted, n_held), 1, MAX_THREADS);
  self->slots = g_new0 (Slot, self->n_slots);
  for (guint i = 0; i < self->n_slots; i++)
    {
      self->slots[i].rows = g_try_malloc (self->strip_rows * self->stride);
      if (self->slots[i].rows == NULL)
        return FALSE;
    }
  if (self->n_slots > 1)
    self->pool = new_pool (self);
  return TRUE;
}

GengaTiffWriter *
genga_tiff_writer_new (const GengaTiffSetup *setup)
{
  g_autoptr (GengaTiffWriter) self = g_new0 (GengaTiffWriter, 1);

  g_return_val_if_fail (setup->n_channels >= 1 && setup->n_channels <= 4, NULL);
  self->setup = *setup;
  self->output =
      (GengaTiffOutput){ .is_big = setup->is_big, .write = setup->write, .data = setup->data };
  self->strip =
      (GengaTiffStrip){ setup->width, setup->n_channels, setup->bits, setup->compression };
  self->stride = (gsize)setup->width * setup->n_channels * (setup->bits / 8);
  self->strip_rows = CLAMP (STRIP_SIZE / self->stride, 1, (gsize)setup->height);
  self->byte_count = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mutex_init (&self->mutex);
  g_cond_init (&self->done);
  return make_slots (self) ? g_steal_pointer (&self) : NULL;
}

void
genga_tiff_writer_free (GengaTiffWriter *self)
{
  if (self == NULL)
    return;
  if (self->pool != NULL)
    g_thread_pool_free (self->pool, FALSE, TRUE);
  for (guint i = 0; i < self->n_slots; i++)
    g_free (self->slots[i].rows);
  g_free (self->slots);
  g_array_unref (self->byte_count);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->done);
  g_free (self);
}
