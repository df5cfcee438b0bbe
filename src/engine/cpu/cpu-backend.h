/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Genga's own engine for CPUs, as a back end: device "cpu". Thread rule: as engine/backend.h. */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

/* BF16 is its class `auto`: 16-bit kernels that keep 60 dB against FP32. */
const GengaBackend *genga_cpu_backend_get (void);

G_END_DECLS
