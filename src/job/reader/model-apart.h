/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading models in confined processes (job/reader/reader-process.h), for a program that takes none
 * of them apart itself: what comes is a state dict, checked, whose bytes are sealed memory. A file
 * that ends its process, or has not come after ten minutes, is no model (GENGA_ERROR_INPUT).
 */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/* From here on, whatever loads a model in this program. To be called before there are threads. */
void genga_model_apart_begin (void);

/* As genga_state_dict_load(). Thread rule: any thread; blocks. */
GengaStateDict *genga_model_apart_load (const char *path, GError **error);

G_END_DECLS
