/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan in words: what will happen, as “genga-cli plan” prints it and the window shows it.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/plan/plan.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_PLAN_WORDS_RESULT,     /* what is made, and how */
  GENGA_PLAN_WORDS_KEPT,       /* of the source, as it is */
  GENGA_PLAN_WORDS_CONVERTED,  /* of the source, in another form */
  GENGA_PLAN_WORDS_LEFT_OUT,   /* of the source, since it can't be kept */
  GENGA_PLAN_WORDS_NOT_WANTED, /* the same, since the options say so */
  GENGA_PLAN_WORDS_COST,       /* what it takes */
  GENGA_PLAN_WORDS_NOTE,       /* a sentence */
  GENGA_N_PLAN_WORDS,
} GengaPlanWordsKind;

/* What something is called, and what is said of it; translated, one line of UTF-8 each. */
typedef struct
{
  GengaPlanWordsKind kind;
  char *title;
  char *text;
} GengaPlanWords;

GengaPlanWords *genga_plan_words_new (GengaPlanWordsKind kind, const char *title, const char *text);
void genga_plan_words_free (GengaPlanWords *self);

/*
 * All that there is to say, in the order of the kinds. `name` is the result's as people see it.
 * An array of GengaPlanWords; free with g_ptr_array_unref().
 */
GPtrArray *genga_plan_dup_words (const GengaPlan *plan, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPlanWords, genga_plan_words_free)

G_END_DECLS
