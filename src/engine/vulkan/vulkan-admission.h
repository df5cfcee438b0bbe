/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which drivers are let in: those that are not known to fail, and that compute what the reference
 * engine computes on a tiny network. A wrong driver would spoil pictures and say nothing.
 *
 * Takes up to a second once for each device, precision, driver and program (exam/verdicts.h).
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/choices.h"
#include "engine/vulkan/vulkan-facts.h"

G_BEGIN_DECLS

/*
 * Whether a device may run networks in `precision`; each is checked once in a process. Errors:
 * GENGA_ERROR_UNAVAILABLE for what is refused or not there; where it can't be checked now, those of
 * genga_vulkan_device_check().
 */
gboolean
genga_vulkan_admission_check (const char *device_id, GengaPrecision precision, GError **error);

G_END_DECLS
