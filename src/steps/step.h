/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A step: frame in, frame out, one after the other.
 *
 * Told what comes in, a step says what goes out, or why it cannot. Then it gets items in order and
 * answers each; items that are no frames pass unchanged. A step owns what it gets. Every step of
 * Genga is a plain struct behind this border; genga_step_chain_run() runs a list of them.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/item.h"
#include "core/progress.h"

G_BEGIN_DECLS

typedef struct _GengaStep GengaStep;

typedef struct
{
  const char *name;

  /* Changes `info` from what comes in to what goes out. */
  gboolean (*describe) (GengaStep *self, GengaFrameInfo *info, GError **error);

  /* Takes a FRAME item and answers it changed; on error the item is freed. */
  GengaItem *(*process) (GengaStep *self, GengaItem *item, GError **error);

  void (*free) (GengaStep *self);
} GengaStepClass;

struct _GengaStep
{
  const GengaStepClass *klass;
};

void genga_step_free (GengaStep *self);

/* What a list of steps makes of `info`; what they make of an item (swallowed). */
gboolean genga_step_chain_describe (GPtrArray *steps, GengaFrameInfo *info, GError **error);
GengaItem *genga_step_chain_run (GPtrArray *steps, GengaItem *item, GError **error);

G_END_DECLS
