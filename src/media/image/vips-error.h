/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libvips reports through one text buffer for all threads. Who sees a call fail makes the sentence
 * itself, and hands that text to the log.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Logs libvips's text about a failed call and empties its buffer. */
void genga_vips_drop_error (const char *what);

G_END_DECLS
