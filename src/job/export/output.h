/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sink that a plan asks for, and the source behind what an earlier run has done. Nobody asks
 * for the kind of a result after that.
 */
#pragma once

#include "job/chain.h"
#include "job/job.h"
#include "job/lanes/lane.h"
#include "media/sink.h"
#include "media/source.h"

G_BEGIN_DECLS

/* All borrowed, beyond the sink's life but for `refusal`. */
typedef struct
{
  GengaJob *job;
  GengaChain *chain;
  const char *target;
  const GError *refusal; /* why there cannot be a result, unless an earlier run has made it */
  GengaLaneFactsFunc
      on_facts; /* of several devices that share the work, who does it by themselves */
  gpointer facts_data;
} GengaOutputSetup;

/*
 * `*source` is moved, or replaced by a source around it, so that it goes on where the sink does.
 * Errors: those of the sinks.
 */
GengaSink *genga_output_open (const GengaOutputSetup *setup, GengaSource **source, GError **error);

/*
 * The sink, which is taken also with an error, or one around it that keeps frames as pictures
 * beside the result, where they are wanted; `*source` as above. Errors: those of frame folders.
 */
GengaSink *genga_output_keep_frames (const GengaOutputSetup *setup,
                                     GengaSink *take_sink,
                                     GengaSource **source,
                                     GError **error);

G_END_DECLS
