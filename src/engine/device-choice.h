/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which device a network runs on, for what people ask for: an id, "cpu", or "auto".
 *
 *   auto  a GPU; else the processor
 *   cpu   the processor: by Genga's own kernels where they can run the network, else by LibTorch
 *   else  that device and no other (engine/device-id.h); of a list (engine/device-list.h), the
 * first
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/engine.h"

G_BEGIN_DECLS

/* What is to run. All borrowed. */
typedef struct
{
  const GengaNetSpec *spec;
  const GengaGraph *graph; /* without weights will do; NULL: whatever a device can run */
  GengaDType stored;       /* the type most parameters have in the file */
  GengaPrecision wanted;
} GengaNetwork;

typedef struct
{
  GengaDeviceInfo device;
  gboolean is_known;        /* and not guessed */
  GengaPrecision precision; /* what is wanted comes to there */
  char *reason;             /* a few words for people why it is this one; NULL: it was asked for */
} GengaDeviceChoice;

void genga_device_choice_clear (GengaDeviceChoice *self);

/* Without opening anything. Where nothing fits it is what was asked for, or the last resort. */
void genga_device_choose (GengaDeviceChoice *self, const char *device, const GengaNetwork *network);

/*
 * Opens the device. `choice` (may be NULL) is set where that went well. Errors:
 * GENGA_ERROR_UNAVAILABLE with what is missing and what to do.
 */
GengaEngine *genga_engine_open_for (const char *device,
                                    const GengaNetwork *network,
                                    GengaDeviceChoice *choice,
                                    GError **error);

/*
 * Why "auto" took no GPU although there is a driver for one; NULL where nothing went wrong. Static.
 */
const char *genga_engine_get_gpu_problem (void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaDeviceChoice, genga_device_choice_clear)

G_END_DECLS
