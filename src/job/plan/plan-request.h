/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is planned for. */
#pragma once

#include "engine/backend.h"
#include "job/estimate/speeds.h"
#include "media/source.h"
#include "models/facts-cache.h"

G_BEGIN_DECLS

/* All borrowed. */
typedef struct
{
  const char *source;           /* its path */
  const char *source_path;      /* what is opened to read it; NULL: the same */
  const GengaSourceInfo *info;  /* of the part that the options ask for (job/source-params.h) */
  gboolean is_coded;            /* frames stay as they are coded, whatever players do with them */
  GengaOptions *options;        /* valid and frozen */
  const char *requested_target; /* NULL: derived */
  GengaContainer container;     /* in the place of the one that would be chosen; AUTO: none */
  gboolean avoids_card;         /* software encodes, where the user leaves that open */

  GengaFactsCache *models;       /* NULL: one for this plan alone */
  const GengaDeviceInfo *device; /* NULL: what is known of the one that the options name */
  const char *device_reason;     /* of a device: why it is that one; may be NULL */
  guint64 available_bytes;       /* of memory; 0: as much as there is now */
  const GengaSpeed *speed;       /* of earlier jobs for pictures with such options; NULL: unknown */
  const GengaSpeed *video_speed; /* the same for videos */
} GengaPlanRequest;

/*
 * For a source of this header. A caller that knows more fills it in: what is there already (models,
 * the device), what earlier jobs have taught.
 */
GengaPlanRequest genga_plan_request_new (const char *source,
                                         const GengaSourceInfo *info,
                                         GengaOptions *options,
                                         const char *requested_target);

G_END_DECLS
