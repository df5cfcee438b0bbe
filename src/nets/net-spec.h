/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The net spec: which network a state dict is, with every hyper-parameter that its shapes tell.
 *
 * Plain data, derived from names and shapes alone, without LibTorch; file names play no part
 * (MODEL-13). Consumed by the engines, which build the network from it and the state dict.
 *
 * This header includes GLib only, so that engine modules may read the structs without linking
 * anything of Genga's. Source of every rule: reference architectures, sections 2 to 5.
 */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_FAMILY_NONE,    /* no network */
  GENGA_FAMILY_NEAREST, /* the reference engine's own: enlarges by repetition */
  GENGA_FAMILY_BICUBIC, /* the reference engine's own: Catmull-Rom */
  GENGA_FAMILY_COMPACT, /* SRVGGNetCompact */
  GENGA_FAMILY_PLKSR,   /* RealPLKSR, and PLKSR with a plain large kernel */
  GENGA_FAMILY_ESRGAN,  /* RRDBNet */
  GENGA_FAMILY_SPAN,    /* SPAN */
  GENGA_FAMILY_DAT,     /* DAT */
} GengaFamily;

#define GENGA_RADIUS_GLOBAL (-1)
#define GENGA_DAT_MAX_LAYERS 32

/* 4.1 */
typedef struct
{
  int num_feat; /* features per layer */
  int num_conv; /* hidden convolutions, not counting the first and the last */
} GengaCompactSpec;

/* Which network of the family, told by its channel mixer: two convolutions around an activation. */
typedef enum
{
  GENGA_PLKSR_REAL, /* RealPLKSR: channel_mixer, 3x3, Mish, 3x3 */
  GENGA_PLKSR_CCM,  /* PLKSR: channe_mixer (so spelt), 3x3, GELU, 1x1 */
  GENGA_PLKSR_ICCM, /* PLKSR: 1x1, GELU, 3x3 */
  GENGA_PLKSR_DCCM, /* PLKSR: 3x3, GELU, 3x3 */
} GengaPlksrMixer;

/* 4.2. PLKSR has no norm, no DySample, and its last convolution follows the last block. */
typedef struct
{
  GengaPlksrMixer mixer;
  int dim;
  int n_blocks;
  int kernel_size;
  int partial_dim;     /* channels the large kernel works on */
  gboolean use_ea;     /* element-wise attention */
  gboolean layer_norm; /* layer norm at the block's entry instead of group norm at its exit */
  gboolean dysample;   /* DySample instead of pixel shuffle */
  int dysample_groups;
  gboolean dysample_end_conv;
  int last_index; /* index of the last convolution in `feats` */
} GengaPlksrSpec;

typedef enum
{
  GENGA_ESRGAN_OLD,        /* model.1.sub.* */
  GENGA_ESRGAN_REALESRGAN, /* body.*.rdb1.* */
  GENGA_ESRGAN_BSRGAN,     /* RRDB_trunk.*.RDB1.* */
  GENGA_ESRGAN_PLUS,       /* the old layout with conv1x1 */
} GengaEsrganLayout;

/* 4.3 */
typedef struct
{
  GengaEsrganLayout layout;
  int num_feat;
  int num_blocks;
  int growth;    /* gc */
  int n_up;      /* upsampling convolutions, each NN(2) */
  int unshuffle; /* 1, 2 or 4 */
} GengaEsrganSpec;

/* 4.4. The widths inside a full Conv3XC are in the shapes of its own tensors. */
typedef struct
{
  int num_feat;
  gboolean norm; /* subtract the mean and multiply by 255 */
  gboolean slim; /* only eval_conv.* is there */
} GengaSpanSpec;

/* 4.5 */
typedef struct
{
  int dim;
  int n_layers;
  int depth[GENGA_DAT_MAX_LAYERS];
  int heads[GENGA_DAT_MAX_LAYERS];
  int split[2];
  int hidden; /* of the feed-forward network */
  gboolean qkv_bias;
  gboolean three_conv; /* resi_connection 3conv */
  gboolean direct;     /* upsampler pixelshuffledirect */
  int num_feat;        /* features of the upsampler; dim where it is direct */
  int img_size;        /* the size it was trained at; only shown */
} GengaDatSpec;

/*
 * The receptive radius r: the output of an input pixel depends on input pixels at most r away
 * along each axis, borders aside. With DySample, whose learned offsets have no bound, r holds for
 * offsets of at most one input pixel, which trained networks keep.
 */
typedef struct
{
  GengaFamily family;
  int scale;       /* native scale s: an output side is s times the input side */
  int in_channels; /* of the picture, before any unshuffle: 1, 3 or 4 */
  int out_channels;
  int minimum;     /* smallest input side in pixels; smaller input is padded */
  int multiple_of; /* input sides are padded to a multiple of this */
  int radius;      /* receptive radius in input pixels, or GENGA_RADIUS_GLOBAL */
  gboolean fp16_safe;
  gboolean bf16_safe;
  gint64 n_parameters;
  union
  {
    GengaCompactSpec compact;
    GengaPlksrSpec plksr;
    GengaEsrganSpec esrgan;
    GengaSpanSpec span;
    GengaDatSpec dat;
  };
} GengaNetSpec;

/*
 * Finds out which network `dict` is and checks it strictly: every parameter is there, none is
 * left over (buffers that can be derived are ignored), every shape is as expected. `name` stands
 * for the file in messages.
 *
 * A spec that comes out is safe to build from: channels are 1, 3 or 4 and the same on both sides,
 * the scale is 1 to 16, widths and counts are bounded and divide as the network needs it.
 *
 * Errors, all GENGA_ERROR_MODEL: an unknown architecture (the key list goes to the log), a known
 * one that is not supported ("DRCT model: not supported yet"), or "not a Compact model: key X has
 * shape A, expected B" (likewise missing and surplus keys).
 */
gboolean
genga_net_spec_detect (GengaNetSpec *spec, GengaStateDict *dict, const char *name, GError **error);

/* The reference engine's own networks: GENGA_FAMILY_NEAREST or _BICUBIC at `scale` >= 1. */
void genga_net_spec_init_builtin (GengaNetSpec *spec, GengaFamily family, int scale);

/*
 * Whether the network makes pictures of pictures: as many channels as it gets, 3 or 1. Errors:
 * GENGA_ERROR_MODEL.
 */
gboolean genga_net_spec_check_channels (const GengaNetSpec *spec, GError **error);

/* The family's name as people write it ("Compact", "RealPLKSR", "ESRGAN", "SPAN", "DAT"). */
const char *genga_net_spec_get_family_name (const GengaNetSpec *spec);

/*
 * Calls `func` for every hyper-parameter in the names and notation of the reference
 * implementation ("num_feat", "64"; "use_ea", "True"; "depth", "[6, 6]"): for people and tests.
 */
typedef void (*GengaHyperFunc) (const char *name, const char *value, gpointer user_data);
void
genga_net_spec_foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data);

/* Short tags as model collections show them ("64nf", "16nc"); free with g_strfreev(). */
char **genga_net_spec_dup_tags (const GengaNetSpec *spec);

G_END_DECLS
