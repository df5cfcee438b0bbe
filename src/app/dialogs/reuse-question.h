/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks before frames of a video are shown in the place of others that only look like them, which
 * the option "reuse" does when it is "perceptual". Thread rule: main context only.
 */
#pragma once

#include "core/options.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* As long as `widget` lives, whose window is asked in. What was chosen before comes back on "no".
 */
void genga_reuse_question_watch (GengaOptions *options, GtkWidget *widget);

G_END_DECLS
