/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model that is there before anybody waits for it. Thread rule: any thread. */
#pragma once

#include "core/options.h"
#include "core/progress.h"

G_BEGIN_DECLS

/*
 * Opens the engine that a picture with these options would be made by, and loads the model, which
 * stays in the cache of models. Blocks, and looks at no picture: where the model depends on one,
 * nothing is done. Errors: those of genga_chain_open().
 */
gboolean genga_preload (GengaOptions *options, GengaProgress *progress, GError **error);

G_END_DECLS
