/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reference back end: any network in plain loops (reference-graph.h). Deterministic and slow;
 * what tests compare with, and what injects faults.
 *
 * Thread rule: run() is re-entrant; faults are set before sessions run.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

const GengaBackend *genga_reference_backend_get (void);

/* Faults for tests. All zero means none. */
typedef struct
{
  int oom_above_side;   /* a tile with a longer side answers GENGA_ERROR_OUT_OF_MEMORY */
  guint nan_at_call;    /* the N-th call (from 1) writes NaN in precisions below FP32 ... */
  gboolean nan_in_fp32; /* ... and in FP32 as well */
  guint lost_at_call;   /* the N-th call answers GENGA_ERROR_DEVICE_LOST */
} GengaReferenceFaults;

void genga_reference_set_faults (const GengaReferenceFaults *faults);
/* Calls of run() since the last genga_reference_set_faults(). */
guint genga_reference_get_n_calls (void);

G_END_DECLS
