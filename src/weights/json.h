/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A strict reader for the little JSON that a safetensors header is made of: the caller says what
 * must come next, so nothing nests deeper than the caller's own code. For src/weights only.
 *
 * Every function skips white space first and returns FALSE, without moving past it, where
 * something else is there.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const guint8 *at;
  const guint8 *end;
  GString *text; /* the string read last, NUL-terminated UTF-8 */
} GengaJson;

void genga_json_init (GengaJson *self, const guint8 *data, gsize size);
void genga_json_clear (GengaJson *self);

/* One punctuation mark. */
gboolean genga_json_read_mark (GengaJson *self, char mark);

/*
 * A string, decoded into `text`. Refused: invalid UTF-8, unpaired surrogates, control characters,
 * and U+0000 however it is written.
 */
gboolean genga_json_read_string (GengaJson *self);

/* A non-negative integer that fits into 64 bits, without sign, fraction or exponent. */
gboolean genga_json_read_uint (GengaJson *self, guint64 *value);

/*
 * Any value, passed over: a number, a word of JSON, a string as above, lists and objects of them,
 * at most 32 inside each other. `text` is overwritten.
 */
gboolean genga_json_skip_value (GengaJson *self);

/* Nothing but white space is left. */
gboolean genga_json_is_at_end (GengaJson *self);

G_END_DECLS
