/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One zlib stream (RFC 1950) that several threads deflate.
 *
 * What comes in is cut into blocks of one size. Each is deflated by itself, with the 32 KiB before
 * it as its dictionary, and ends on a byte (Z_SYNC_FLUSH), so that the blocks one behind the other
 * are one stream, whose check sum is put together from theirs. The bytes depend on the input and
 * the level alone, never on the number of threads. A stream holds two blocks a thread.
 *
 * Thread rule: one thread at a time; the callback runs in that thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaDeflateStream GengaDeflateStream;

/* The next bytes of the stream, in order. FALSE: they can't be taken, and the stream is at its end.
 */
typedef gboolean (*GengaDeflateFunc) (gpointer data, gconstpointer bytes, gsize size);

/*
 * `level` is 0 to 9, `strategy` one of zlib's; `n_threads` 0: one for each processor. NULL when
 * memory is short.
 */
GengaDeflateStream *genga_deflate_stream_new (
    int level, int strategy, guint n_threads, GengaDeflateFunc func, gpointer data);
/* Waits for blocks under way, which are lost. `self` may be NULL. */
void genga_deflate_stream_free (GengaDeflateStream *self);

/* FALSE when the callback said so, or memory is short. */
gboolean genga_deflate_stream_write (GengaDeflateStream *self, gconstpointer bytes, gsize size);
gboolean genga_deflate_stream_finish (GengaDeflateStream *self);

/*
 * All blocks that are full reach the callback, and what a stream needs to go on behind them is
 * answered. NULL as above.
 */
GBytes *genga_deflate_stream_save (GengaDeflateStream *self);
/* Of a stream that is new, to go on as one with the same level and strategy did. FALSE: it can't.
 */
gboolean genga_deflate_stream_restore (GengaDeflateStream *self, GBytes *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaDeflateStream, genga_deflate_stream_free)

G_END_DECLS
