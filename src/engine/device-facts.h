/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a device comes to for a network, from its description alone: no device is opened.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/choices.h"
#include "engine/backend.h"

G_BEGIN_DECLS

/* Of one back end. */
#define GENGA_MAX_DEVICES 16

/*
 * Describes the device of an id without opening anything. FALSE: nobody has opened its back end
 * yet, so this is a guess. A GPU is then taken to have what every one of them has; its memory is
 * unknown.
 */
gboolean genga_device_info_guess (GengaDeviceInfo *info, const char *device_id);

/*
 * The precision that is used where `wanted` is asked for on this device for this network: FP32,
 * FP16 or BF16. `stored` is the type most parameters have in the file.
 */
GengaPrecision genga_device_info_resolve_precision (const GengaDeviceInfo *self,
                                                    const GengaNetSpec *spec,
                                                    GengaDType stored,
                                                    GengaPrecision wanted);

/* Bytes that the network needs at its peak for each input pixel, on this device. */
double genga_device_info_get_bytes_per_pixel (const GengaDeviceInfo *self,
                                              const GengaNetSpec *spec,
                                              GengaPrecision precision);

G_END_DECLS
