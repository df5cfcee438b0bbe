/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The residual-in-residual dense block of ESRGAN, and of what was built on it: three dense blocks
 * of five convolutions, each of which sees the block's input and what all before it have made. For
 * src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* Slope of the leaky ReLUs inside. */
#define GENGA_RRDB_SLOPE 0.2f

/* "<block>.<dense>1.conv1<conv_suffix>.weight" */
typedef struct
{
  const char *dense;
  const char *conv_suffix;
} GengaRrdbKeys;

/* Names all tensors of a block of `num_feat` channels whose convolutions add `growth` each; `plus`:
   with ESRGAN+'s 1x1 convolutions. */
void genga_arch_expect_rrdb (GengaArchReader *reader,
                             const GengaRrdbKeys *keys,
                             const char *block,
                             int num_feat,
                             int growth,
                             gboolean plus);

guint genga_arch_build_rrdb (const GengaArchBuild *build,
                             const GengaRrdbKeys *keys,
                             const char *block,
                             guint input);

G_END_DECLS
