/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A state dict as it goes from one process to another: a value, and blocks of bytes, the files'
 * contents among them. So a file is taken apart where that can do no harm, and who wants its
 * weights gets a list of tensors, with the nodes of a network that the file describes.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/* file's name, metadata, companions (name, whether it follows the model's), tensors, nodes' kind
 * and they */
#define GENGA_DICT_PARCEL_TYPE "(aya{ss}a(ayb)a(syaxaxut)m(uv))"

/*
 * `*blocks` gets the blocks (of GBytes; free with g_ptr_array_unref()), which begin at multiples of
 * 64 on the other side. Floating.
 */
GVariant *genga_dict_parcel_new (GengaStateDict *dict, GPtrArray **blocks);

/*
 * The dict of the file `path` again; from whomever the parcel, of that type, and the blocks come.
 * What comes out is as if a reader of this process had read a hostile file: every tensor lies in
 * its block, names of further files stay beneath the folder, none but ncnn's weights follows the
 * model's name, nodes are in order. Errors as in weights-error.h.
 */
GengaStateDict *
genga_dict_parcel_read (GVariant *parcel, GPtrArray *blocks, const char *path, GError **error);

G_END_DECLS
