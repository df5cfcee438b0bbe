/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line above the pictures with what a new user does not see by himself, one thing at a time and
 * each once: how to compare, once there are files, what the buttons do, and what can be done with
 * results, once there is one. What was read is kept in the key `hints-read`.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_HINT_BAR (genga_hint_bar_get_type ())
G_DECLARE_FINAL_TYPE (GengaHintBar, genga_hint_bar, GENGA, HINT_BAR, AdwBin)

/* Once. */
void genga_hint_bar_set_up (GengaHintBar *self, GengaJobQueue *queue, GSettings *settings);

G_END_DECLS
