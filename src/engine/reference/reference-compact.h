/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference back end's Compact network. Source. */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

typedef struct _GengaReferenceCompact GengaReferenceCompact;

/* `tensors` have passed detection: every layer is there in its shape. */
GengaReferenceCompact *genga_reference_compact_new (const GengaNetSpec *spec,
                                                    const GengaTensor *const *tensors,
                                                    guint n_tensors,
                                                    GengaPrecision precision);
void genga_reference_compact_free (GengaReferenceCompact *self);

/* As GengaBackend.run. */
gboolean genga_reference_compact_run (GengaReferenceCompact *self,
                                      const float *input,
                                      int height,
                                      int width,
                                      float *output,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
