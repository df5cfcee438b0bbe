/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-frame.h"

#include <string.h>

#define MAX_KERNELS 40

/* The kernels of both networks inside: c for a convolution, d for a transposed one. */
#define UNET1 "c3c3c2c3c3d2c3"
#define UNET2 "c3c3c2c3c3c2c3c3d2c3c3d2c3c3"

static const struct
{
  const char *kernels;
  gboolean has_shuffle;
  gboolean crops_by_map; /* as Caffe does, from which waifu2x's files were converted */
  GengaNcnnFrame frame;
} known[] = {
  { UNET1 "d4" UNET2, FALSE, FALSE, { "Real-CUGAN", GENGA_PAD_REFLECT, 18, 2, 0, FALSE } },
  { UNET1 "d5" UNET2, FALSE, FALSE, { "Real-CUGAN", GENGA_PAD_REFLECT, 14, 4, 0, FALSE } },
  { UNET1 "d4" UNET2 "c3", TRUE, FALSE, { "Real-CUGAN", GENGA_PAD_REFLECT, 19, 2, 0, TRUE } },
  { UNET1 "d4" UNET2, FALSE, TRUE, { "waifu2x", GENGA_PAD_REPLICATE, 18, 4, 0, FALSE } },
  { UNET1 "c3" UNET2, FALSE, TRUE, { "waifu2x", GENGA_PAD_REPLICATE, 28, 4, 0, FALSE } },
};

static gboolean
is_type (const GengaNcnnLayer *layer, const char *type)
{
  return g_str_equal (layer->type, type);
}

/* Nothing is added; the last transposed convolution of a network takes 3 or 2 pixels off. */
static gboolean
has_known_border (const GengaNcnnLayer *layer, int kernel)
{
  int border;
  int wanted = 0;

  if (is_type (layer, "Deconvolution") && kernel > 2)
    wanted = kernel == 4 ? 3 : 2;
  return genga_ncnn_layer_get_int (layer, 4, 0, &border) && border == wanted;
}

/* Without those of a single pixel, which are linear layers. FALSE where no known network is so. */
static gboolean
list_kernels (const GengaNcnnModel *model, GString *kernels)
{
  for (guint i = 0; i < genga_ncnn_model_get_n_layers (model); i++)
    {
      const GengaNcnnLayer *layer = genga_ncnn_model_get_layer (model, i);
      int kernel;

      if (is_type (layer, "Interp") || is_type (layer, "Padding"))
        return FALSE;
      if (!is_type (layer, "Convolution") && !is_type (layer, "Deconvolution"))
        continue;
      if (!genga_ncnn_layer_get_int (layer, 1, 0, &kernel) || kernel < 1 || kernel > 9 ||
          !has_known_border (layer, kernel))
        return FALSE;
      if (kernel > 1)
        g_string_append_printf (kernels, "%c%d", is_type (layer, "Convolution") ? 'c' : 'd',
                                kernel);
      if (kernels->len > 2 * MAX_KERNELS)
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_layer (const GengaNcnnModel *model, const char *type, guint n_inputs)
{
  for (guint i = 0; i < genga_ncnn_model_get_n_layers (model); i++)
    {
      const GengaNcnnLayer *layer = genga_ncnn_model_get_layer (model, i);

      if (is_type (layer, type) && layer->n_inputs == n_inputs)
        return TRUE;
    }
  return FALSE;
}

gboolean
genga_ncnn_frame_recognise (const GengaNcnnModel *model, GengaNcnnFrame *frame)
{
  g_autoptr (GString) kernels = g_string_new (NULL);

  *frame = (GengaNcnnFrame){ .multiple = 1 };
  if (!list_kernels (model, kernels))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (known[i].kernels, kernels->str) &&
          known[i].has_shuffle == has_layer (model, "PixelShuffle", 1) &&
          known[i].crops_by_map == has_layer (model, "Crop", 2))
        {
          *frame = known[i].frame;
          return TRUE;
        }
    }
  return FALSE;
}
