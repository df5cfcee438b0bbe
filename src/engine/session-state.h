/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's inside. For src/engine only. */
#pragma once

#include "engine/reuse/tile-history.h"
#include "engine/reuse/tile-store.h"
#include "engine/session-types.h"

G_BEGIN_DECLS

/* One for each pass. */
#define GENGA_MAX_HISTORIES 5

/* Whether frames of a size are run as a whole. */
typedef struct
{
  int width;
  int height;
  gboolean is_untiled;
} GengaUntiled;

struct _GengaSession
{
  GengaModel *model;
  const GengaNetSpec *spec;
  GengaModelNeeds needs;
  GengaSessionParams params;
  GArray *untiled;       /* of GengaUntiled, as decided */
  guint64 n_left;        /* pixels of the work under way that are not told yet; as above */
  int reach;             /* see GengaBackend.get_reach(); where frames are taken whole */
  GengaTileStore *store; /* NULL: none */
  gboolean keeps_cells;  /* of whole frames, there */

  /* Scratch for one call of the network, in floats. */
  float *input;
  gsize input_length;
  float *output;
  gsize output_length;

  GengaTileHistory histories[GENGA_MAX_HISTORIES]; /* in the order of passes */
  gboolean parts_differ;                           /* from the same pixels of a whole tile */
  guint n_self_checks;                             /* that they do not */
  GengaReuseCount count;
  GengaReuseOrigin origin; /* of the last frame of the first pass */
  guint64 n_reused_before; /* tiles, before the frame under way */
  GengaFrame *unique;      /* what others are to look like */
  gboolean looks_alike;    /* the frame under way does */

  /* What has been said, once per session. */
  gboolean notified_of_nan;   /* not a number came out */
  gboolean notified_of_tiles; /* a network that sees the whole frame has to do with parts */
  int notified_max_tile;      /* the size of tiles after retreat */
};

/* May be NULL. */
static inline GCancellable *
genga_session_get_cancellable (GengaSession *self)
{
  return self->params.progress != NULL ? genga_progress_get_cancellable (self->params.progress)
                                       : NULL;
}

G_END_DECLS
