/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GENGA_OP_RMS_NORM with "<prefix>.scale" and "<prefix>.offset". For src/nets only. */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/*
 * Names a tensor with a number for each of `dim` channels, which may have axes of length 1 for the
 * pixels of a map and for pictures.
 */
void genga_arch_expect_per_channel (GengaArchReader *reader, const char *key, int dim);

gboolean genga_arch_has_rms_norm (GengaArchReader *reader, const char *prefix);
void genga_arch_expect_rms_norm (GengaArchReader *reader, const char *prefix, int dim);

guint genga_arch_build_rms_norm (const GengaArchBuild *build, guint input, const char *prefix);

G_END_DECLS
