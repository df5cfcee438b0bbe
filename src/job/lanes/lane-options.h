/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thread rule: any thread, on frozen options. */
#pragma once

#include "core/options.h"
#include "engine/device-list.h"

G_BEGIN_DECLS

/*
 * What one of the devices that share a job's work goes by: the job's options for that device alone.
 * Engines on processors get an equal part of the threads each. Frozen.
 */
GengaOptions *
genga_lane_options_new (GengaOptions *options, const GengaDeviceList *devices, guint index);

G_END_DECLS
