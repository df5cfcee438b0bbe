/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-layers.h"

#include "nets/ncnn/ncnn-conv.h"
#include "nets/ncnn/ncnn-crop.h"
#include "nets/ncnn/ncnn-functions.h"
#include "nets/ncnn/ncnn-norms.h"
#include "nets/ncnn/ncnn-places.h"

static const struct
{
  const char *type;
  GengaNcnnFunc translate;
} layers[] = {
  { "AbsVal", genga_ncnn_activation },
  { "BatchNorm", genga_ncnn_batch_norm },
  { "Bias", genga_ncnn_bias },
  { "BinaryOp", genga_ncnn_binary },
  { "Clip", genga_ncnn_activation },
  { "Concat", genga_ncnn_concat },
  { "Convolution", genga_ncnn_convolution },
  { "ConvolutionDepthWise", genga_ncnn_convolution },
  { "Crop", genga_ncnn_crop },
  { "Deconvolution", genga_ncnn_deconvolution },
  { "DeconvolutionDepthWise", genga_ncnn_deconvolution },
  { "Dropout", genga_ncnn_split },
  { "ELU", genga_ncnn_activation },
  { "Eltwise", genga_ncnn_eltwise },
  { "ExpandDims", genga_ncnn_reshape },
  { "Flatten", genga_ncnn_reshape },
  { "GELU", genga_ncnn_activation },
  { "GroupNorm", genga_ncnn_norm },
  { "HardSigmoid", genga_ncnn_activation },
  { "HardSwish", genga_ncnn_activation },
  { "InnerProduct", genga_ncnn_inner_product },
  { "InstanceNorm", genga_ncnn_norm },
  { "Interp", genga_ncnn_interp },
  { "LayerNorm", genga_ncnn_norm },
  { "MemoryData", genga_ncnn_memory_data },
  { "Mish", genga_ncnn_activation },
  { "Noop", genga_ncnn_split },
  { "PReLU", genga_ncnn_prelu },
  { "Padding", genga_ncnn_padding },
  { "Permute", genga_ncnn_permute },
  { "PixelShuffle", genga_ncnn_pixel_shuffle },
  { "Pooling", genga_ncnn_pooling },
  { "ReLU", genga_ncnn_activation },
  { "Reduction", genga_ncnn_reduction },
  { "Reorg", genga_ncnn_reorg },
  { "Reshape", genga_ncnn_reshape },
  { "Scale", genga_ncnn_scale },
  { "Sigmoid", genga_ncnn_activation },
  { "Slice", genga_ncnn_slice },
  { "Softplus", genga_ncnn_activation },
  { "Split", genga_ncnn_split },
  { "Squeeze", genga_ncnn_reshape },
  { "Swish", genga_ncnn_activation },
  { "TanH", genga_ncnn_activation },
  { "UnaryOp", genga_ncnn_unary },
};

GengaNcnnFunc
genga_ncnn_layer_lookup (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      if (g_str_equal (layers[i].type, type))
        return layers[i].translate;
    }
  return NULL;
}
