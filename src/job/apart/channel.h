/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaChannel: messages between two processes of Genga, over a stream socket.
 *
 * A message is a kind, a value and some descriptors. Nothing that arrives is believed: a message
 * that is too large, or no value at all, closes the channel. Sending never blocks: what the other
 * side does not take yet waits.
 *
 * Thread rule: the thread that made it, whose main context watches it; or, where that context never
 * runs, one thread at a time, which iterates.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_CHANNEL_MAX_FDS 16

typedef struct _GengaChannel GengaChannel;

/* `value` is in normal form, but of any type; descriptors that are kept are replaced by -1. */
typedef void (*GengaChannelMessageFunc) (
    guint kind, GVariant *value, int *fds, guint n_fds, gpointer user_data);
/* The other side has gone, or is not to be understood. Called once; nothing comes any more. */
typedef void (*GengaChannelClosedFunc) (gpointer user_data);

/* Takes `fd`. Messages that arrive have at most `max_bytes`. */
GengaChannel *genga_channel_new (int fd,
                                 guint32 max_bytes,
                                 GengaChannelMessageFunc on_message,
                                 GengaChannelClosedFunc on_closed,
                                 gpointer user_data);
/* Closes it without a call; not from within one. */
void genga_channel_free (GengaChannel *self);

/* Takes `value` if it is floating; `fds` are duplicated. Of no effect once it is closed. */
void
genga_channel_send (GengaChannel *self, guint kind, GVariant *value, const int *fds, guint n_fds);

/*
 * Waits until something can be read or, where something waits, written, and does that, calls
 * included; at most for `timeout_ms` (-1: for ever), or until `cancellable` (may be NULL) is
 * cancelled. FALSE where that passed, or it is closed.
 */
gboolean genga_channel_iterate (GengaChannel *self, GCancellable *cancellable, int timeout_ms);
gboolean genga_channel_is_closed (GengaChannel *self);
/* As if the other side had gone, with the call that belongs to it. */
void genga_channel_close (GengaChannel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaChannel, genga_channel_free)

G_END_DECLS
