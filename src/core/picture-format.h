/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formats of picture files: their suffixes and limits. Thread rule: pure functions. */
#pragma once

#include "core/choices.h"

G_BEGIN_DECLS

/* The format that a file name's suffix means, or GENGA_FORMAT_AUTO; a format's suffix (".png"). */
GengaFormat genga_format_from_path (const char *path);
const char *genga_format_get_suffix (GengaFormat format);

/* Whether a format can hold so many bits per channel; 32 are floats. */
gboolean genga_format_has_bit_depth (GengaFormat format, int bit_depth);

/* Those that a format has for a source of 8 bits, or of more. */
int genga_format_choose_bit_depth (GengaFormat format, gboolean is_deep);

/*
 * The quality of a result by the size of its source's compressed file: 95 for JPEG and WebP below
 * 512,000 bytes, 85 above 2 MiB; `quality` in between, for other formats, and where `n_bytes` is 0,
 * not known.
 */
int genga_format_adapt_quality (GengaFormat format, int quality, gint64 n_bytes);

/* All suffixes that can be written, for a sentence (".png, .jpg, .webp"); static. */
const char *genga_format_get_suffixes (void);

/*
 * Whether `format` can hold a picture of width x height (WebP: 16,383; JPEG: 65,535; AVIF: 16,384
 * per side), else GENGA_ERROR_OUTPUT with the reason and an alternative.
 */
gboolean genga_format_check_size (GengaFormat format, int width, int height, GError **error);

G_END_DECLS
