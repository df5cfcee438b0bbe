/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/deflate-stream.h"
#include "core/cpu.h"

#include <string.h>
#include <zlib.h>

#define DICTIONARY (32 << 10)
#define BLOCK (256 << 10)
/* More do not get rows fast enough from whoever makes them. */
#define MAX_THREADS 16
/* The header before the first block, and the check sum behind the last one. */
#define HEADER 2
#define TRAILER 4

typedef struct
{
  z_stream zlib;
  gboolean is_ready; /* zlib */
  guint8 *input;     /* the dictionary, then the block */
  gsize n_before;    /* bytes of the dictionary, which end where the block begins */
  gsize n_input;
  guint8 *output; /* room for the header before and the trailer behind */
  gsize room;
  gsize n_output;
  uLong sum;
  gboolean is_last;
  gboolean has_failed;
  gboolean is_done; /* protected by the stream's mutex */
} Block;

struct _GengaDeflateStream
{
  int level;
  int strategy;
  GengaDeflateFunc func;
  gpointer data;
  GThreadPool *pool; /* NULL until a block is full, or where there is one thread */
  guint n_threads;
  Block *blocks; /* a ring */
  guint n_blocks;
  guint first;     /* the oldest block that has not been handed on */
  guint n_running; /* from there on; the one behind them is being filled */
  guint64 n_handed_on;
  uLong sum;
  gboolean has_failed;

  GMutex mutex;
  GCond is_done;
};

/* ---- one block, in any thread ---- */

static gboolean
prepare (GengaDeflateStream *self, Block *block)
{
  if (block->is_ready)
    return deflateReset (&block->zlib) == Z_OK;
  if (deflateInit2 (&block->zlib, self->level, Z_DEFLATED, -MAX_WBITS, 8, self->strategy) != Z_OK)
    return FALSE;
  block->is_ready = TRUE;
  /* A flush adds five bytes to what deflateBound() knows of; twice where it comes late. */
  block->room = HEADER + deflateBound (&block->zlib, BLOCK) + 16 + TRAILER;
  block->output = g_try_malloc (block->room);
  return block->output != NULL;
}

static gboolean
deflate_block (GengaDeflateStream *self, Block *block)
{
  z_stream *zlib = &block->zlib;
  guint8 *input = block->input + DICTIONARY;
  int code;

  if (!prepare (self, block) ||
      (block->n_before > 0 &&
       deflateSetDictionary (zlib, input - block->n_before, block->n_before) != Z_OK))
    return FALSE;
  zlib->next_in = input;
  zlib->avail_in = block->n_input;
  zlib->next_out = block->output + HEADER;
  zlib->avail_out = block->room - HEADER - TRAILER;
  code = deflate (zlib, block->is_last ? Z_FINISH : Z_SYNC_FLUSH);
  block->n_output = zlib->next_out - block->output - HEADER;
  block->sum = adler32 (adler32 (0, NULL, 0), input, block->n_input);
  return zlib->avail_in == 0 && code == (block->is_last ? Z_STREAM_END : Z_OK);
}

static void
run_block (gpointer data, gpointer user_data)
{
  GengaDeflateStream *self = user_data;
  Block *block = data;

  block->has_failed = !deflate_block (self, block);
  g_mutex_lock (&self->mutex);
  block->is_done = TRUE;
  g_cond_signal (&self->is_done);
  g_mutex_unlock (&self->mutex);
}

/* ---- the ring ---- */

static Block *
get_filling (GengaDeflateStream *self)
{
  return &self->blocks[(self->first + self->n_running) % self->n_blocks];
}

/* RFC 1950, 2.2: how hard it was tried, and a check. */
static void
put_header (const GengaDeflateStream *self, guint8 *header)
{
  const int kind = self->level < 2 ? 0 : self->level < 6 ? 1 : self->level == 6 ? 2 : 3;
  const guint bits = 0x7800 | kind << 6;
  const guint checked = bits + 31 - bits % 31;

  header[0] = checked >> 8;
  header[1] = checked;
}

static gboolean
hand_on (GengaDeflateStream *self, Block *block)
{
  guint8 *from = block->output + HEADER;
  gsize size = block->n_output;

  self->sum = adler32_combine (self->sum, block->sum, block->n_input);
  if (self->n_handed_on++ == 0)
    {
      from -= HEADER;
      size += HEADER;
      put_header (self, from);
    }
  if (block->is_last)
    {
      const guint8 sum[TRAILER] = { self->sum >> 24, self->sum >> 16, self->sum >> 8, self->sum };

      memcpy (from + size, sum, TRAILER);
      size += TRAILER;
    }
  return self->func (self->data, from, size);
}

/* Hands on the oldest block, which is waited for. */
static void
take_first (GengaDeflateStream *self)
{
  Block *block = &self->blocks[self->first];

  g_mutex_lock (&self->mutex);
  while (!block->is_done)
    g_cond_wait (&self->is_done, &self->mutex);
  g_mutex_unlock (&self->mutex);
  self->has_failed |= block->has_failed;
  if (!self->has_failed)
    self->has_failed = !hand_on (self, block);
  self->first = (self->first + 1) % self->n_blocks;
  self->n_running--;
}

static void
take_all (GengaDeflateStream *self)
{
  while (self->n_running > 0)
    take_first (self);
}

/* What stands before a block of the input. */
static void
begin_block (Block *block, const guint8 *end, gsize n_before)
{
  block->n_before = MIN (n_before, DICTIONARY);
  block->n_input = 0;
  block->is_last = FALSE;
  if (block->n_before > 0)
    memcpy (block->input + DICTIONARY - block->n_before, end - block->n_before, block->n_before);
}

/* All threads at once: a push that finds none fails, but has queued its work. */
static void
make_pool (GengaDeflateStream *self)
{
  g_autoptr (GError) error = NULL;

  self->pool = g_thread_pool_new (run_block, self, self->n_threads, TRUE, &error);
  if (error == NULL)
    return;
  g_thread_pool_free (g_steal_pointer (&self->pool), TRUE, TRUE);
  self->n_threads = 1;
}

static void
start_block (GengaDeflateStream *self, Block *block)
{
  block->is_done = FALSE;
  self->n_running++;
  if (self->n_threads > 1 && self->pool == NULL)
    make_pool (self);
  if (self->pool != NULL && !block->is_last)
    g_thread_pool_push (self->pool, block, NULL);
  else
    run_block (block, self);
}

/* The block that is being filled is full. */
static void
change_block (GengaDeflateStream *self)
{
  Block *block = get_filling (self), *next;

  start_block (self, block);
  if (self->n_running == self->n_blocks)
    take_first (self);
  next = get_filling (self);
  begin_block (next, block->input + DICTIONARY + block->n_input, block->n_input);
}

/* ---- the border ---- */

GengaDeflateStream *
genga_deflate_stream_new (
    int level, int strategy, guint n_threads, GengaDeflateFunc func, gpointer data)
{
  g_autoptr (GengaDeflateStream) self = g_new0 (GengaDeflateStream, 1);
  guint wanted = n_threads > 0 ? n_threads : genga_cpu_get_n_threads ();

  g_mutex_init (&self->mutex);
  g_cond_init (&self->is_done);
  self->level = level;
  self->strategy = strategy;
  self->func = func;
  self->data = data;
  self->n_threads = MIN (wanted, MAX_THREADS);
  self->n_blocks = 2 * self->n_threads;
  self->blocks = g_new0 (Block, self->n_blocks);
  self->sum = adler32 (0, NULL, 0);
  for (guint i = 0; i < self->n_blocks; i++)
    {
      self->blocks[i].input = g_try_malloc (DICTIONARY + BLOCK);
      if (self->blocks[i].input == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
genga_deflate_stream_free (GengaDeflateStream *self)
{
  if (self == NULL)
    return;
  if (self->pool != NULL)
    g_thread_pool_free (self->pool, TRUE, TRUE);
  for (guint i = 0; i < self->n_blocks; i++)
    {
      Block *block = &self->blocks[i];

      if (block->is_ready)
        deflateEnd (&block->zlib);
      g_free (block->input);
      g_free (block->output);
    }
  g_free (self->blocks);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->is_done);
  g_free (self);
}

gboolean
genga_deflate_stream_write (GengaDeflateStream *self, gconstpointer bytes, gsize size)
{
  const guint8 *from = bytes;

  while (size > 0 && !self->has_failed)
    {
      Block *block = get_filling (self);
      const gsize n = MIN (size, BLOCK - block->n_input);

      memcpy (block->input + DICTIONARY + block->n_input, from, n);
      block->n_input += n;
      from += n;
      size -= n;
      if (block->n_input == BLOCK)
        change_block (self);
    }
  return !self->has_failed;
}

gboolean
genga_deflate_stream_finish (GengaDeflateStream *self)
{
  Block *block = get_filling (self);

  block->is_last = TRUE;
  start_block (self, block);
  take_all (self);
  return !self->has_failed;
}

/* ---- going on ---- */

typedef struct
{
  guint64 n_handed_on;
  guint32 sum;
  guint32 n_before;
  guint32 n_input;
  guint32 reserved;
} Saved;

GBytes *
genga_deflate_stream_save (GengaDeflateStream *self)
{
  const Block *block = get_filling (self);
  GByteArray *state = g_byte_array_new ();
  Saved saved = { .n_before = block->n_before, .n_input = block->n_input };

  take_all (self);
  saved.n_handed_on = self->n_handed_on;
  saved.sum = self->sum;
  g_byte_array_append (state, (const guint8 *)&saved, sizeof saved);
  g_byte_array_append (state, block->input + DICTIONARY - block->n_before,
                       block->n_before + block->n_input);
  if (!self->has_failed)
    return g_byte_array_free_to_bytes (state);
  g_byte_array_unref (state);
  return NULL;
}

gboolean
genga_deflate_stream_restore (GengaDeflateStream *self, GBytes *state)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (state, &size);
  Block *block = get_filling (self);
  Saved saved;

  if (size < sizeof saved)
    return FALSE;
  memcpy (&saved, data, sizeof saved);
  if (saved.n_before > DICTIONARY || saved.n_input >= BLOCK ||
      size != sizeof saved + saved.n_before + saved.n_input)
    return FALSE;
  self->n_handed_on = saved.n_handed_on;
  self->sum = saved.sum;
  block->n_before = saved.n_before;
  block->n_input = saved.n_input;
  memcpy (block->input + DICTIONARY - saved.n_before, data + sizeof saved,
          saved.n_before + saved.n_input);
  return TRUE;
}
