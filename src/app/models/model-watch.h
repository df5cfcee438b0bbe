/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells when the folders of models change, by Genga or by another program, so that lists of
 * models are read again. Several changes in a row are one.
 *
 * Signal "changed". Thread rule: main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_TYPE_MODEL_WATCH (genga_model_watch_get_type ())
G_DECLARE_FINAL_TYPE (GengaModelWatch, genga_model_watch, GENGA, MODEL_WATCH, GObject)

/* The one watch of the process, borrowed; made on first use. */
GengaModelWatch *genga_model_watch_get_default (void);

/* Emits "changed" now: for changes that the file system does not report. */
void genga_model_watch_emit (GengaModelWatch *self);

G_END_DECLS
