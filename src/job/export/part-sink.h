/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sink of a job that makes a part of a video (job/export/part.h), or joins what others have
 * made.
 *
 * Thread rule: as for GengaSink.
 */
#pragma once

#include "job/chain.h"
#include "job/export/part.h"
#include "job/job.h"
#include "media/sink.h"
#include "media/source.h"

G_BEGIN_DECLS

/* All borrowed beyond the sink's life. */
typedef struct
{
  GengaJob *job;
  GengaChain *chain;
  GengaVideoPart *part;
  const char *target;
} GengaPartSetup;

/*
 * Opens the coder as the part says, has it checked, and limits `*source` to the part. Errors: as of
 * GengaVideo.coder_new() and GengaVideoPartClass.check(); GENGA_ERROR_USAGE where the plan's result
 * is no video, or has files beside it that are about all of its frames.
 */
GengaSink *genga_part_sink_new (const GengaPartSetup *setup, GengaSource **source, GError **error);

G_END_DECLS
