/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ends of SwinIR and of what was built on it: from the features to the picture, in one of
 * several ways that the keys tell. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

typedef struct
{
  const char *prefix; /* of all keys: "" */
  const char *steps;  /* of the keys of what enlarges: "upsample" */
  int dim;            /* channels of the features */
  int in_channels;    /* of the picture */

  /* What the keys tell. */
  GengaUpsampler upsampler;
  int upscale;
  int num_feat;
  int out_channels;
} GengaTail;

/* Fills in the rest. */
void genga_tail_read (GengaArchReader *reader, GengaTail *tail);
/* Names the tensors of one that was read. */
void genga_tail_expect (GengaArchReader *reader, const GengaTail *tail);

/*
 * The graph's last operations. `picture` is as genga_tail_normalise() gives it, and the result is
 * put back to its range.
 */
guint genga_tail_build (
    const GengaArchBuild *build, const GengaTail *tail, int range, guint picture, guint features);

/* Takes the mean colour off a picture of three channels, and multiplies it with its range. */
guint genga_tail_normalise (const GengaArchBuild *build, guint picture, int range);

/* As the reference names it. */
const char *genga_tail_get_name (GengaUpsampler upsampler);

G_END_DECLS
