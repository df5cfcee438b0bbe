/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client's two ends, pipes or a socket, read and written in one thread that never hangs: whatever
 * it waits for, it leaves when it is asked to stop.
 *
 * Thread rule: one thread, but for genga_server_stream_stop(), which any may call.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaServerStream GengaServerStream;

/* Takes both descriptors, which may be the same one. NULL where the kernel gives no more of them
 * (GENGA_ERROR_INTERNAL). */
GengaServerStream *genga_server_stream_new (int take_in, int take_out, GError **error);
void genga_server_stream_free (GengaServerStream *self);

/* From now on nothing is read and written, and nothing is waited for. */
void genga_server_stream_stop (GengaServerStream *self);

/* So many bytes into `buffer`, or nowhere (NULL). FALSE: they end before, or it was stopped. */
gboolean genga_server_stream_read (GengaServerStream *self, gpointer buffer, guint64 size);

/* FALSE: nobody reads them any more, or it was stopped. */
gboolean genga_server_stream_write (GengaServerStream *self, gconstpointer buffer, gsize size);

/* The first `size` bytes of a file. FALSE as above, or where it has fewer. */
gboolean genga_server_stream_write_file (GengaServerStream *self, int fd, guint64 size);

typedef enum
{
  GENGA_SERVER_STREAM_WOKEN,
  GENGA_SERVER_STREAM_LATE, /* the time is over */
  GENGA_SERVER_STREAM_LOST, /* nobody will read the answer, or it was stopped */
} GengaServerStreamEvent;

/* Waits for genga_server_stream_wake(), until a time of the monotonic clock (0: without end). */
GengaServerStreamEvent genga_server_stream_wait (GengaServerStream *self, gint64 until_us);

/* The same, whatever becomes of the client. */
void genga_server_stream_wait_on (GengaServerStream *self);

/* Any thread. */
void genga_server_stream_wake (GengaServerStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaServerStream, genga_server_stream_free)

G_END_DECLS
