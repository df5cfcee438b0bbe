/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings that the window keeps, for all who read them. Only the window writes.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* From a build folder or an installation; NULL where their schema is not installed. */
GSettings *genga_saved_settings_open (void);

G_END_DECLS
