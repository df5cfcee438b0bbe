/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options that were typed and change nothing, because what they are about is not made of the
 * sources: an encoder for pictures, a picture's format for videos.
 *
 * Thread rule: main context only. Blocks where there is such an option: reads the beginnings of all
 * sources.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/*
 * `typed`: what of `options` was typed, the same object where nothing came from elsewhere, such as
 * a preset. `inputs`: array of GengaInput; `requested`: the target, or NULL. FALSE with
 * GENGA_ERROR_USAGE where no source can use an option; else `notices` (an array of strings) gets a
 * sentence for each that only some can. An option at its default asks for nothing.
 */
gboolean genga_unused_options_check (GengaOptions *options,
                                     GengaOptions *typed,
                                     const GPtrArray *inputs,
                                     const char *requested,
                                     GPtrArray *notices,
                                     GError **error);

G_END_DECLS
