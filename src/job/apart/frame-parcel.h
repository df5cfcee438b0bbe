/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture, as it goes from one process to another: a value, and the descriptor of a file of
 * memory that has its pixels. Thread rule: any thread.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/* A packed frame of the host, with its colours and its profile. Floating; NULL with an error. */
GVariant *genga_frame_parcel_new (const GengaFrame *frame, int *fd, GError **error);

/* From whomever the parcel comes. NULL with GENGA_ERROR_INTERNAL where it is no picture. */
GengaFrame *genga_frame_parcel_dup (GVariant *parcel, int fd, GError **error);

G_END_DECLS
