/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row with a switch for what most people leave alone: tiles and filters. While it is on, these
 * options have their defaults and need no rows; turned off, they are again what they were before,
 * where that was in this session: a window that is opened anew knows nothing of it.
 * It goes off where anything gives one of them another value, such as a preset.
 *
 * Property `automatic`.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_AUTOMATIC_ROW (genga_automatic_row_get_type ())
G_DECLARE_FINAL_TYPE (GengaAutomaticRow, genga_automatic_row, GENGA, AUTOMATIC_ROW, AdwActionRow)

/* The options that it is about; GENGA_N_OPTIONS ends the list. */
extern const GengaOption genga_automatic_row_options[];

/* Is off at first where one of the options has another value than its default. */
GtkWidget *genga_automatic_row_new (GengaOptions *options);

G_END_DECLS
