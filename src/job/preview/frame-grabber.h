/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaFrameGrabber: a reader of single frames for a main context, in a process of its own that a
 * thread ("genga-frames") waits for.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/preview/grabbed-frame.h"

G_BEGIN_DECLS

#define GENGA_TYPE_FRAME_GRABBER (genga_frame_grabber_get_type ())
G_DECLARE_FINAL_TYPE (GengaFrameGrabber, genga_frame_grabber, GENGA, FRAME_GRABBER, GObject)

/* `wrap` may be NULL. */
GengaFrameGrabber *genga_frame_grabber_new (GengaFrameWrapFunc wrap);

/* As genga_frames_apart_read() in job/reader/read-apart.h. A new request ends those before it, with
 * G_IO_ERROR_CANCELLED. */
void genga_frame_grabber_read_async (GengaFrameGrabber *self,
                                     const char *path,
                                     double seconds,
                                     GengaDeinterlace deinterlace,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
GengaGrabbedFrame *
genga_frame_grabber_read_finish (GengaFrameGrabber *self, GAsyncResult *result, GError **error);

/* Ends what is under way and closes the file. */
void genga_frame_grabber_forget (GengaFrameGrabber *self);

G_END_DECLS
