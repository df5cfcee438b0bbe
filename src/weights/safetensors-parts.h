/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of a safetensors model in several parts: a list in JSON,
 * "model.safetensors.index.json", whose "weight_map" says for each tensor in which file it lies.
 * For src/weights only.
 */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/*
 * Fills `dict` from the parts that `bytes` list, which lie beside it. List and parts have to agree
 * about every tensor. Errors as in weights-error.h.
 */
gboolean genga_safetensors_parts_read (GengaStateDict *dict, GBytes *bytes, GError **error);

/* As genga_state_dict_dup_list_name() in weights/load.h. */
char *genga_safetensors_dup_list_name (const char *part);

G_END_DECLS
