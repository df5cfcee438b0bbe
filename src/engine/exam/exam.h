/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tiny network of every kind of layer, a picture for it, and what the reference engine makes of
 * them: what a back end computes before it is trusted with pictures on a machine.
 *
 * Thread rule: plain data once made.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

typedef struct
{
  GengaGraph *graph;
  float *input;
  float *expected;
} GengaExam;

/*
 * With attention in windows for those that run it. Takes a few milliseconds. Errors:
 * GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaExam *genga_exam_new (gboolean has_attention, GError **error);
void genga_exam_free (GengaExam *self);

/* Its picture. */
GengaView genga_exam_view_input (const GengaExam *self);

/* An answer to be filled in; free with g_free(). */
float *genga_exam_new_answer (void);
GengaView genga_exam_view_answer (float *answer);

/* Whether each number is no further off than `most` + `most_of_value` of what is expected. */
gboolean
genga_exam_is_right (const GengaExam *self, const float *answer, double most, double most_of_value);

/* Makes an answer wrong, for faults that are injected. */
void genga_exam_spoil (float *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaExam, genga_exam_free)

G_END_DECLS
