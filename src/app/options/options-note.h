/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaOptionsNote: a sentence above the options, where there is something to say about all of
 * them: that their values can't be combined, or, while the queue runs, what a change applies to.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_OPTIONS_NOTE (genga_options_note_get_type ())
G_DECLARE_FINAL_TYPE (GengaOptionsNote, genga_options_note, GENGA, OPTIONS_NOTE, AdwBin)

/* Follows both; once. */
void
genga_options_note_set_up (GengaOptionsNote *self, GengaOptions *options, GengaJobQueue *queue);

G_END_DECLS
