/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The families of networks: for each, how it is read, built and told of. For src/nets only. */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

/* Whether a family's results stay good in fp16. */
typedef enum
{
  GENGA_FP16_BY_GRAPH, /* as its operations tell */
  GENGA_FP16_SAFE,     /* whatever these are */
  GENGA_FP16_UNSAFE,
} GengaFp16;

typedef struct
{
  GengaFamily family;
  gboolean is_builtin; /* has no weights: only what is marked so below */
  GengaFp16 fp16;
  /* Results in bf16 are further than 45 dB from those in f32; docs/precision.md has what was
   * measured. */
  gboolean is_rough_in_bf16;

  const char *(*get_name) (const GengaNetSpec *spec); /* builtin; static, for people */

  /* Fills in channels, scale and hyper-parameters, and names every tensor. */
  void (*read) (GengaArchReader *reader, GengaNetSpec *spec);
  /* Adds all operations after the picture, which is value 0; the last one makes the result. */
  void (*build) (const GengaArchBuild *build, const GengaNetSpec *spec); /* builtin */
  void (*foreach_hyper) (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data);
  /* Adds strings to `tags`, which owns them. */
  void (*add_tags) (const GengaNetSpec *spec, GPtrArray *tags);

  /*
   * In place of `read` and `build`, where the file has the network's nodes (nets/import.h): the
   * graph, as it was translated, and what the file says of itself in `spec`, whose part of the
   * union is the format's. Nothing here knows file names. Errors: GENGA_ERROR_MODEL.
   */
  GengaGraph *(*translate) (GengaStateDict *dict,
                            gboolean with_weights,
                            GengaNetSpec *spec,
                            GError **error);
} GengaArch;

extern const GengaArch genga_arch_nearest;
extern const GengaArch genga_arch_bicubic;
extern const GengaArch genga_arch_compact;
extern const GengaArch genga_arch_plksr;
extern const GengaArch genga_arch_esrgan;
extern const GengaArch genga_arch_span;
extern const GengaArch genga_arch_dat;
extern const GengaArch genga_arch_grl;
extern const GengaArch genga_arch_drct;
extern const GengaArch genga_arch_hat;
extern const GengaArch genga_arch_srformer;
extern const GengaArch genga_arch_swin2sr;
extern const GengaArch genga_arch_swinir;
extern const GengaArch genga_arch_swin_unet;
extern const GengaArch genga_arch_ditn;
extern const GengaArch genga_arch_hit;
extern const GengaArch genga_arch_atd;
extern const GengaArch genga_arch_craft;
extern const GengaArch genga_arch_rgt;
extern const GengaArch genga_arch_omnisr;
extern const GengaArch genga_arch_fdat;
extern const GengaArch genga_arch_spanf3;
extern const GengaArch genga_arch_dis;
extern const GengaArch genga_arch_artcnn;
extern const GengaArch genga_arch_spanplus;
extern const GengaArch genga_arch_realcugan;
extern const GengaArch genga_arch_waifu2x;
extern const GengaArch genga_arch_rcan;
extern const GengaArch genga_arch_swift_srgan;
extern const GengaArch genga_arch_spsr;
extern const GengaArch genga_arch_seemore;
extern const GengaArch genga_arch_mosr;
extern const GengaArch genga_arch_ncnn;
extern const GengaArch genga_arch_mosrv2;
extern const GengaArch genga_arch_moesr;
extern const GengaArch genga_arch_onnx;
extern const GengaArch genga_arch_rtmosr;
extern const GengaArch genga_arch_smosr;
extern const GengaArch genga_arch_safmn;
extern const GengaArch genga_arch_gaterv3;
extern const GengaArch genga_arch_figsr;

/* The functions of a family; NULL for GENGA_FAMILY_NONE. */
const GengaArch *genga_arch_lookup (GengaFamily family);

G_END_DECLS
