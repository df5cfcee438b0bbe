/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options as text: what people type, and what there is to say about it.
 *
 * Thread rule: as for GengaOptions.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/*
 * Sets an option from text as people type it: numbers (with K, M, G for bytes), enumeration nicks,
 * "native"/"auto" where 0 has that name, yes/no. Errors: GENGA_ERROR_USAGE with the range; which
 * option it is about, the program says in its own way.
 */
gboolean
genga_options_parse (GengaOptions *self, GengaOption option, const char *text, GError **error);

/* An option's value as genga_options_parse() takes it; free with g_free(). */
char *genga_options_format (GengaOptions *self, GengaOption option);

/*
 * Frames per second as people write them, "24", "24000/1001", at most 60; 0/1 for "0". FALSE where
 * it is no such thing. `text` is an option's value.
 */
gboolean genga_options_parse_rate (const char *text, int *numerator, int *denominator);

/*
 * A time in a video as people write it, in seconds: "90", "1:30", "0:01:30.25". FALSE where it is
 * no such thing.
 */
gboolean genga_options_parse_time (const char *text, double *seconds);

/*
 * A size in pixels as people write it, "1920x1080", each side from 1 to 1000000. FALSE where it is
 * no such thing; then nothing is changed.
 */
gboolean genga_options_parse_size (const char *text, int *width, int *height);

/* A colour as #rrggbb, from 0 to 1. FALSE where it is no such thing. */
gboolean genga_options_parse_colour (const char *text, float colour[3]);

/*
 * Whether an option's value is one that can mean something by itself: a time, a size, a colour, a
 * frame rate, a template. Errors: GENGA_ERROR_USAGE.
 */
gboolean genga_options_check (GengaOptions *self, GengaOption option, GError **error);

/* Checks what single ranges cannot: a tile's overlap is less than half of it, a size is given in
 * one way. Errors: GENGA_ERROR_USAGE. */
gboolean genga_options_validate (GengaOptions *self, GError **error);

/* The sentences about values that are allowed and unwise, or an empty list. */
GPtrArray *genga_options_dup_warnings (GengaOptions *self);

G_END_DECLS
