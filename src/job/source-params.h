/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a job's options want its source to be read. Thread rule: any thread, on frozen options. */
#pragma once

#include "core/options.h"
#include "media/source.h"

G_BEGIN_DECLS

/* `progress` is borrowed and may be NULL. */
GengaSourceParams genga_source_params_from_options (GengaOptions *options, GengaProgress *progress);

G_END_DECLS
