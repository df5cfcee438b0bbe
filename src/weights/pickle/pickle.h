/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A restricted pickle machine: it turns one pickle stream into plain values and executes nothing.
 * For src/weights only.
 *
 * Understood are Python's plain containers and scalars, OrderedDict, and the functions with which
 * torch rebuilds tensors and parameters. Any other class or function becomes an opaque value that
 * only remembers its name, except those that only an attack uses: they refuse the whole stream.
 * Opcodes outside the accepted set refuse it as well.
 *
 * Strings point into the stream. Memory is bounded by what has been read (a few bytes for each
 * byte of stream), the stack and the depth of nesting by constants; nothing recurses, neither
 * while parsing nor while freeing.
 *
 * Errors as in weights-error.h. Immutable after parsing.
 */
#pragma once

#include "weights/pickle/pickle-value.h"

G_BEGIN_DECLS

typedef struct _GengaPickle GengaPickle;

/* Parses the stream at the beginning of `data`, which must outlive it. */
GengaPickle *genga_pickle_parse (const guint8 *data, gsize size, GError **error);
void genga_pickle_free (GengaPickle *self);

/* The object; how many bytes the stream took; the storages, latest first. */
const GengaPickleValue *genga_pickle_get_root (GengaPickle *self);
gsize genga_pickle_get_length (GengaPickle *self);
GengaPickleStorage *genga_pickle_get_storages (GengaPickle *self);

/* The value of a dictionary's key, the last one where there are several, or NULL. */
const GengaPickleValue *genga_pickle_lookup (const GengaPickleValue *dict, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPickle, genga_pickle_free)

G_END_DECLS
