/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a job's options want its source to be read, for plans, estimates and runs alike. Thread rule:
 * any thread, on frozen options.
 */
#pragma once

#include "core/options.h"
#include "media/source.h"

G_BEGIN_DECLS

/* `progress` is borrowed and may be NULL. */
GengaSourceParams genga_source_params_from_options (GengaOptions *options, GengaProgress *progress);

/*
 * A job's source, limited to the part that the options ask for. Blocks. Errors: those of
 * genga_source_open() in media/probe.h and of genga_trim_new().
 */
GengaSource *genga_source_params_open (const GengaSourceParams *self,
                                       const char *path,
                                       GengaOptions *options,
                                       GError **error);

G_END_DECLS
