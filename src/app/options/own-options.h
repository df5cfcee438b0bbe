/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaOwnOptions: a window with the options of some files alone.
 *
 * Signal `applied` (GengaOptions *): these are wanted, and can be combined. Thread rule: main
 * context only.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_OWN_OPTIONS (genga_own_options_get_type ())
G_DECLARE_FINAL_TYPE (GengaOwnOptions, genga_own_options, GENGA, OWN_OPTIONS, AdwWindow)

/* For `jobs` (of GengaJob), one at least; begins with a copy of `options`. */
GtkWidget *genga_own_options_new (GtkWindow *parent, GListModel *jobs, GengaOptions *options);

G_END_DECLS
