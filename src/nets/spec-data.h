/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The data of a net spec: the families and what the shapes of each tell.
 *
 * This header includes GLib only, so that engine modules may read the structs without linking
 * anything of Genga's.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_FAMILY_NONE,     /* no network */
  GENGA_FAMILY_NEAREST,  /* the reference engine's own: enlarges by repetition */
  GENGA_FAMILY_BICUBIC,  /* the reference engine's own: Catmull-Rom */
  GENGA_FAMILY_COMPACT,  /* SRVGGNetCompact */
  GENGA_FAMILY_PLKSR,    /* RealPLKSR, and PLKSR with a plain large kernel */
  GENGA_FAMILY_ESRGAN,   /* RRDBNet */
  GENGA_FAMILY_SPAN,     /* SPAN */
  GENGA_FAMILY_SPANF3,   /* SPANF3 */
  GENGA_FAMILY_DIS,      /* DIS */
  GENGA_FAMILY_SPANPLUS, /* SPANPlus */
  GENGA_FAMILY_MOSR_V2,  /* MoSRv2 */
  GENGA_FAMILY_MOESR,    /* MoESR */
  GENGA_FAMILY_RTMOSR,   /* RTMoSR */
  GENGA_FAMILY_SMOSR,    /* SMoSR */
  GENGA_FAMILY_FIGSR,    /* FIGSR */
  GENGA_FAMILY_GATERV3,  /* GateRV3 */
  GENGA_FAMILY_SAFMN,    /* SAFMN */
  GENGA_FAMILY_MOSR,     /* MoSR */
  GENGA_FAMILY_ARTCNN,   /* ArtCNN */
  GENGA_FAMILY_CUGAN,    /* Real-CUGAN */
  GENGA_FAMILY_WAIFU2X,  /* waifu2x's convolutional networks */
  GENGA_FAMILY_RCAN,     /* RCAN */
  GENGA_FAMILY_SPSR,     /* SPSR */
  GENGA_FAMILY_SEEMORE,  /* SeemoRe */
  GENGA_FAMILY_SWIFT,    /* Swift-SRGAN */
  GENGA_FAMILY_DAT,      /* DAT */
  GENGA_FAMILY_SWINIR,   /* SwinIR */
  GENGA_FAMILY_SWIN2SR,  /* Swin2SR */
  GENGA_FAMILY_SRFORMER, /* SRFormer */
  GENGA_FAMILY_HAT,      /* HAT */
  GENGA_FAMILY_DRCT,     /* DRCT */
  GENGA_FAMILY_GRL,      /* GRL */
  GENGA_FAMILY_ONNX,     /* whatever an ONNX file describes */
  GENGA_FAMILY_NCNN,     /* whatever an ncnn file describes */
  GENGA_FAMILY_FDAT,     /* FDAT */
  GENGA_FAMILY_OMNISR,   /* OmniSR */
  GENGA_FAMILY_RGT,      /* RGT */
  GENGA_FAMILY_CRAFT,    /* CRAFT */
  GENGA_FAMILY_ATD,      /* ATD */
  GENGA_FAMILY_HIT,      /* HiT-SR */
  GENGA_FAMILY_DITN,     /* DITN */
  GENGA_FAMILY_SWINUNET, /* waifu2x's networks with windows */
} GengaFamily;

#define GENGA_RADIUS_GLOBAL (-1)
#define GENGA_DAT_MAX_LAYERS 32

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

/* PLKSR has no norm, no DySample, and its last convolution follows the last block. */
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

typedef struct
{
  GengaEsrganLayout layout;
  int num_feat;
  int num_blocks;
  int growth;    /* gc */
  int n_up;      /* upsampling convolutions, each NN(2) */
  int unshuffle; /* 1, 2 or 4 */
} GengaEsrganSpec;

/* The widths inside a full Conv3XC are in the shapes of its own tensors. */
typedef struct
{
  int num_feat;
  gboolean norm; /* subtract the mean and multiply by 255 */
  gboolean slim; /* only eval_conv.* is there */
} GengaSpanSpec;

typedef struct
{
  int num_feat;
  int num_blocks;
  int unshuffle; /* 0: the network has no unshuffle, not even by 1 */
} GengaSpanF3Spec;

typedef struct
{
  int num_feat;
  int num_blocks;
  gboolean is_depthwise; /* blocks of a depthwise and a 1x1 convolution */
  int n_steps;           /* of the upsampler, each a pixel shuffle */
  gboolean is_stepwise;  /* its keys are numbered */
} GengaDisSpec;

typedef struct
{
  int num_feat;
  int num_blocks;
  int kernel_size;
} GengaArtCnnSpec;

typedef struct
{
  gboolean pro;  /* computes with less contrast */
  gboolean fast; /* at half the picture's size */
  gboolean se;   /* gates for channels, made of means over the map */
} GengaRealCuganSpec;

typedef enum
{
  GENGA_WAIFU2X_UPCONV7,
  GENGA_WAIFU2X_VGG7,
  GENGA_WAIFU2X_CUNET,
  GENGA_WAIFU2X_UPCUNET,
} GengaWaifu2xKind;

typedef struct
{
  GengaWaifu2xKind kind;
  gboolean clips; /* between the U-nets */
} GengaWaifu2xSpec;

#define GENGA_RCAN_MAX_STEPS 4

typedef struct
{
  int num_feat;
  int n_groups;
  int n_blocks; /* of a group */
  int kernel_size;
  int squeezed;  /* channels inside a gate */
  int unshuffle; /* 0: the network has no unshuffle, not even by 1 */
  int n_steps;   /* of the upsampler, each a pixel shuffle */
  int factors[GENGA_RCAN_MAX_STEPS];
  gboolean norm; /* multiplies by 255 and subtracts a mean */
} GengaRcanSpec;

typedef struct
{
  int num_feat;
  int num_blocks;
  int n_steps; /* of the upsampler, each by 2 */
} GengaSwiftSrganSpec;

typedef struct
{
  int num_feat;
  int num_blocks;
  int growth; /* gc */
  int n_up;   /* upsampling convolutions, each NN(2) */
} GengaSpsrSpec;

typedef struct
{
  int dim;
  int n_layers;
  int n_experts;
  int kernel_size;    /* of the thin convolutions */
  gboolean shuffles;  /* channels; and looks from twice as far away */
  const char *growth; /* static: the name of the rule by which experts become wider; only shown */
} GengaSeemoreSpec;

/* The upsampler that several families share; nets/arch-uni-upsample.h says what the modes are. */
typedef enum
{
  GENGA_UPSAMPLE_CONV,
  GENGA_UPSAMPLE_DIRECT,
  GENGA_UPSAMPLE_SHUFFLE,
  GENGA_UPSAMPLE_NEAREST,
  GENGA_UPSAMPLE_DYSAMPLE,
  GENGA_UPSAMPLE_TRANSPOSE,
  GENGA_UPSAMPLE_LDA,
  GENGA_UPSAMPLE_PA,
} GengaUpsampleMode;

typedef struct
{
  GengaUpsampleMode mode;
  int version;
  int scale; /* of the network, before anything is divided by an unshuffle */
  int mid;   /* the width inside, as the file says; only shown */
  int width; /* the width inside, from shapes; 0 where the mode has none */
} GengaUniUpsample;

typedef struct
{
  int dim;
  int n_blocks;
  int first;     /* index of the first convolution in `gblocks` */
  int unshuffle; /* 1: none */
  int hidden;    /* channels of a block's gate */
  gboolean is_rms;
  GengaUniUpsample upsampler;
} GengaMosrV2Spec;

typedef struct
{
  int dim;
  int n_blocks;
  int hidden;           /* channels of a block's gate */
  int unshuffle;        /* 0: the network has no unshuffle, not even by 1 */
  gboolean is_dccm;     /* blocks end in a 3x3 convolution, not a 1x1 one */
  gboolean has_squeeze; /* channels are weighed by the mean of all */
} GengaRtmosrSpec;

typedef struct
{
  int dim;
  int n_blocks;    /* of those in the middle */
  gboolean is_rep; /* convolutions are ConvNXC */
  GengaUniUpsample upsampler;
} GengaSmosrSpec;

typedef struct
{
  int dim;
  int n_blocks;
  int hidden; /* channels between a block's last two convolutions */
} GengaSafmnSpec;

typedef struct
{
  int dim;
  int n_first; /* blocks before the middle, and after it */
  int n_second;
  int hidden;      /* channels of a block's gate */
  int n_convolved; /* channels for each of a block's three kernels */
  int square_kernel;
  int band_kernel;
  GengaUniUpsample upsampler;
} GengaFigsrSpec;

#define GENGA_GATERV3_MAX_LEVELS 6

typedef struct
{
  int dim; /* of the first level; the next ones have twice as many each */
  int n_levels;
  int n_encoder_blocks[GENGA_GATERV3_MAX_LEVELS];
  int n_decoder_blocks[GENGA_GATERV3_MAX_LEVELS]; /* from the smallest maps on */
  int n_latent;
  int n_span_blocks;      /* beside the first and the last */
  gboolean has_attention; /* in the middle */
  gboolean is_flash;      /* between pixels, not channels */
  gboolean has_upsampler;
  GengaUniUpsample upsampler;
} GengaGateRv3Spec;

typedef struct
{
  int dim;
  int n_groups;   /* of blocks */
  int n_blocks;   /* in a group */
  int hidden;     /* channels of a block's gate */
  int msg_hidden; /* the same for the blocks at half the size */
  GengaUniUpsample upsampler;
} GengaMoesrSpec;

#define GENGA_SPANPLUS_MAX_GROUPS 16

typedef enum
{
  GENGA_SPANPLUS_CONV, /* 1x */
  GENGA_SPANPLUS_SHUFFLE,
  GENGA_SPANPLUS_DYSAMPLE,
} GengaSpanPlusUpsampler;

typedef struct
{
  int num_feat;
  int n_groups;
  int n_blocks[GENGA_SPANPLUS_MAX_GROUPS]; /* between the first and the last of a group */
  GengaSpanPlusUpsampler upsampler;
} GengaSpanPlusSpec;

typedef enum
{
  GENGA_MOSR_SHUFFLE,
  GENGA_MOSR_DYSAMPLE,
  GENGA_MOSR_GROUPED, /* the mean of eight, then a pixel shuffle */
} GengaMosrUpsampler;

typedef struct
{
  int dim;
  int n_blocks;
  int hidden;      /* channels of a block's gate */
  int n_mixed;     /* channels that a block's depthwise convolution works on */
  int kernel_size; /* of that */
  GengaMosrUpsampler upsampler;
} GengaMosrSpec;

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

typedef enum
{
  GENGA_UPSAMPLER_NONE,
  GENGA_UPSAMPLER_SHUFFLE, /* pixelshuffle: convolutions and shuffles, step by step */
  GENGA_UPSAMPLER_DIRECT,  /* pixelshuffledirect: one of each */
  GENGA_UPSAMPLER_NEAREST, /* nearest+conv */
  GENGA_UPSAMPLER_AUX,     /* pixelshuffle_aux: by way of a small picture */
} GengaUpsampler;

/* What stands before a residual connection around several blocks. */
typedef enum
{
  GENGA_RESIDUAL_ONE_CONV,   /* 1conv */
  GENGA_RESIDUAL_THREE_CONV, /* 3conv */
  GENGA_RESIDUAL_POINT_CONV, /* 1conv1x1 */
  GENGA_RESIDUAL_LINEAR,     /* linear: the same, stored otherwise */
  GENGA_RESIDUAL_IDENTITY,
} GengaResidual;

#define GENGA_SWIN_MAX_LAYERS 32

/* SwinIR, and what was built on it. */
typedef struct
{
  int dim;
  int n_layers;
  int depth[GENGA_SWIN_MAX_LAYERS];
  int heads[GENGA_SWIN_MAX_LAYERS];
  int window;
  int hidden;          /* of the feed-forward network */
  gboolean is_shifted; /* windows, in every other block */
  gboolean qkv_bias;
  GengaResidual residual;
  GengaUpsampler upsampler;
  int upscale;   /* of what follows the unshuffle */
  int unshuffle; /* 1: none */
  int num_feat;  /* features of the upsampler */
  int range;     /* 255: the network computes with 0 ... 255 */
  int img_size;  /* the size it was trained at; only shown */

  /* HAT */
  int overlap;    /* the side of windows of keys that reach over the next ones */
  int compressed; /* channels between the convolutions beside the attention */
  int squeezed;   /* channels between those of their gate */

  int growth; /* DRCT: channels that a block adds */
} GengaSwinSpec;

/* How GRL makes its anchors, of which there are fewer than pixels. */
typedef enum
{
  GENGA_ANCHOR_MEAN,      /* avgpool */
  GENGA_ANCHOR_MERGE,     /* patchmerging: 2 x 2 pixels become channels */
  GENGA_ANCHOR_CONV,      /* conv2d */
  GENGA_ANCHOR_SEPARABLE, /* separable_conv */
} GengaAnchor;

typedef struct
{
  int dim;
  int n_layers;
  int depth[GENGA_SWIN_MAX_LAYERS];
  int window_heads[GENGA_SWIN_MAX_LAYERS];
  int stripe_heads[GENGA_SWIN_MAX_LAYERS];
  int window;
  int stripe[2]; /* height and width; every other block has them lie the other way */
  int hidden;    /* of the feed-forward network */
  GengaAnchor anchor;
  int n_anchor_stages;
  int down; /* pixels of a side for one of anchors */
  gboolean qkv_bias;
  gboolean separable_qkv;
  gboolean local_connection; /* convolutions beside the attention */
  GengaResidual residual;
  GengaUpsampler upsampler;
  int num_feat;
  char prefix[12]; /* of all keys: "", "model." or "model_g." */
} GengaGrlSpec;

typedef struct
{
  int dim;
  int n_blocks;
  int n_window_layers; /* of a block: ITL */
  int n_map_layers;    /* of a block: SAL */
  int hidden;          /* of the feed-forward networks */
  gboolean bias;
} GengaDitnSpec;

typedef enum
{
  GENGA_HIT_SRF,
  GENGA_HIT_SIR,
  GENGA_HIT_SNG,
} GengaHitKind;

typedef struct
{
  GengaSwinSpec swin;
  GengaHitKind kind;
  int narrow; /* channels inside what makes queries and values */
  int wide;   /* channels of queries and values together */
} GengaHitSpec;

typedef struct
{
  GengaSwinSpec swin;
  int n_tokens; /* of a dictionary */
  int narrow;   /* channels by which pixels and tokens are compared */
  int kernel;   /* of the convolutions in feed-forward networks */
  gboolean is_normalised;
} GengaAtdSpec;

typedef struct
{
  GengaSwinSpec swin;
  int split[2];      /* the sides of a window */
  int fusion_hidden; /* of the feed-forward networks between channels */
} GengaCraftSpec;

typedef struct
{
  GengaSwinSpec swin;
  int split[2]; /* the sides of a window */
  int narrow;   /* channels of what every pixel attends to */
} GengaRgtSpec;

#define GENGA_SWIN_UNET_LEVELS 5

typedef struct
{
  int dim; /* of the first level */
  int n_heads;
  int depth[GENGA_SWIN_UNET_LEVELS]; /* blocks */
  int hidden;                        /* of the first level's feed-forward networks */
  gboolean has_norms;
  gboolean is_wide_at_end; /* the last level has twice the first one's channels */
  gboolean smooths_first;  /* the picture */
} GengaSwinUnetSpec;

typedef struct
{
  int dim;
  int n_groups;
  int n_blocks; /* of a group */
  int window;
  gboolean has_positions; /* biases of relative positions */
  gboolean bias;          /* of convolutions around the blocks */
} GengaOmniSrSpec;

typedef struct
{
  int dim;
  int n_groups;
  int n_blocks; /* of a group */
  int n_heads;
  int window;
  int hidden;    /* of the feed-forward networks */
  int narrow;    /* inside the gates of channels */
  int unshuffle; /* 1: none */
  GengaUniUpsample upsampler;
} GengaFdatSpec;

typedef struct
{
  int opset;  /* the version of the operators */
  int height; /* the size of picture that the file names, in pixels; 0: any */
  int width;
  gboolean pads_itself; /* takes any size itself, by adding mirrored pixels at right and bottom */
} GengaOnnxSpec;

typedef struct
{
  int n_layers;
  const char *network; /* a known one that needs borders of its own, static; or NULL */
} GengaNcnnSpec;

/*
 * What a network is. The family says which of the hyper-parameters hold; all below them come out
 * of the network's graph (nets/graph-analysis.h has the words in full).
 */
typedef struct
{
  GengaFamily family;
  int scale;       /* native scale s: an output side is s times the input side */
  int in_channels; /* of the picture, before any unshuffle: 1, 3 or 4 */
  int out_channels;
  gint64 n_parameters;
  union
  {
    GengaCompactSpec compact;
    GengaPlksrSpec plksr;
    GengaEsrganSpec esrgan;
    GengaSpanSpec span;
    GengaSpanF3Spec spanf3;
    GengaDisSpec dis;
    GengaArtCnnSpec artcnn;
    GengaSpanPlusSpec spanplus;
    GengaMosrSpec mosr;
    GengaMosrV2Spec mosrv2;
    GengaMoesrSpec moesr;
    GengaRealCuganSpec realcugan;
    GengaWaifu2xSpec waifu2x;
    GengaRtmosrSpec rtmosr;
    GengaSmosrSpec smosr;
    GengaSafmnSpec safmn;
    GengaGateRv3Spec gaterv3;
    GengaRcanSpec rcan;
    GengaSwiftSrganSpec swift_srgan;
    GengaSpsrSpec spsr;
    GengaSeemoreSpec seemore;
    GengaFigsrSpec figsr;
    GengaDatSpec dat;
    GengaSwinSpec swin;
    GengaGrlSpec grl;
    GengaDitnSpec ditn;
    GengaHitSpec hit;
    GengaAtdSpec atd;
    GengaCraftSpec craft;
    GengaRgtSpec rgt;
    GengaSwinUnetSpec swin_unet;
    GengaOmniSrSpec omnisr;
    GengaFdatSpec fdat;
    GengaOnnxSpec onnx;
    GengaNcnnSpec ncnn;
  };

  int minimum;     /* smallest input side in pixels, at least 1; smaller input is padded */
  int multiple_of; /* input sides are padded to a multiple of this */
  int grid;        /* parts of a picture begin at multiples of this; multiple_of divides it */
  int radius;      /* receptive radius in input pixels, or GENGA_RADIUS_GLOBAL */
  gboolean fp16_safe;
  gboolean bf16_safe;
  gboolean
      is_rough_in_bf16; /* nothing overflows, but it can be seen: only who asks for it gets it */
  gboolean has_attention;
  gboolean is_convolutional;
  double macs_per_pixel;       /* multiplications with additions per input pixel */
  double bytes_per_pixel;      /* all values that are there at a time, per input pixel, in f32 */
  double half_bytes_per_pixel; /* the same where maps have 16 bits */
  /* Per column, where all values are computed row by row. */
  double bytes_per_column;
  double half_bytes_per_column;
} GengaNetSpec;

/* A hyper-parameter in the names and notation of the reference implementation. */
typedef void (*GengaHyperFunc) (const char *name, const char *value, gpointer user_data);

G_END_DECLS
