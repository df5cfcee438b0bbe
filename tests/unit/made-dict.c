/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "made-dict.h"

#include <math.h>
#include <string.h>

void
made_dict_init (MadeDict *self, guint seed)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);

  self->dict = genga_state_dict_new (bytes);
  self->state = seed;
  self->bias = 0.2f;
  self->gain = 1.7f;
}

/* -1 ... 1; of every platform the same. */
static float
get_random (MadeDict *self)
{
  self->state = self->state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return (float)(self->state >> 40) / (1 << 23) - 1;
}

static void
add_tensor (MadeDict *self, float scale, guint rank, const gint64 *shape, const char *key)
{
  GengaTensor tensor = { .dtype = GENGA_DTYPE_F32, .rank = rank };
  g_autoptr (GError) error = NULL;
  gsize n = 1;
  float *data;

  for (guint i = rank; i-- > 0;)
    {
      tensor.shape[i] = shape[i];
      tensor.strides[i] = n;
      n *= shape[i];
    }
  data = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    data[i] = scale * get_random (self);
  genga_state_dict_take_buffer (self->dict, data, n * sizeof (float));
  tensor.data = data;
  genga_state_dict_add (self->dict, &tensor, key, strlen (key), &error);
  g_assert_no_error (error);
}

void
made_dict_add (
    MadeDict *self, float scale, guint rank, const gint64 *shape, const char *format, ...)
{
  char key[128];
  va_list args;

  va_start (args, format);
  g_vsnprintf (key, sizeof key, format, args);
  va_end (args);
  add_tensor (self, scale, rank, shape, key);
}

void
made_dict_add_conv (MadeDict *self, int out, int in, int kernel, const char *format, ...)
{
  char prefix[112];
  char key[128];
  va_list args;

  va_start (args, format);
  g_vsnprintf (prefix, sizeof prefix, format, args);
  va_end (args);
  g_snprintf (key, sizeof key, "%s.weight", prefix);
  add_tensor (self, self->gain / sqrtf ((float)(in * kernel * kernel)),
              MADE_SHAPE (out, in, kernel, kernel), key);
  g_snprintf (key, sizeof key, "%s.bias", prefix);
  add_tensor (self, self->bias, MADE_SHAPE (out), key);
}

void
made_dict_detect (MadeDict *self, GengaNetSpec *spec)
{
  g_autoptr (GError) error = NULL;

  genga_state_dict_finish (self->dict, &error);
  g_assert_no_error (error);
  genga_net_spec_detect (spec, self->dict, "made.safetensors", &error);
  g_assert_no_error (error);
}

void
made_dict_add_compact (MadeDict *self, int channels, int num_feat, int num_conv, int scale)
{
  for (int i = 0; i < num_conv + 2; i++)
    {
      int in = i == 0 ? channels : num_feat;
      int out = i == num_conv + 1 ? channels * scale * scale : num_feat;

      made_dict_add_conv (self, out, in, 3, "body.%d", 2 * i);
      if (i <= num_conv)
        made_dict_add (self, 0.5f, MADE_SHAPE (num_feat), "body.%d.weight", 2 * i + 1);
    }
}

void
made_dict_add_norm (MadeDict *self, int dim, const char *format, ...)
{
  char prefix[112];
  char key[128];
  va_list args;

  va_start (args, format);
  g_vsnprintf (prefix, sizeof prefix, format, args);
  va_end (args);
  g_snprintf (key, sizeof key, "%s.weight", prefix);
  add_tensor (self, 1, MADE_SHAPE (dim), key);
  g_snprintf (key, sizeof key, "%s.bias", prefix);
  add_tensor (self, self->bias, MADE_SHAPE (dim), key);
}

void
made_dict_add_esrgan (
    MadeDict *self, int num_feat, int growth, int num_blocks, int n_up, int unshuffle)
{
  made_dict_add_conv (self, num_feat, 3 * unshuffle * unshuffle, 3, "conv_first");
  for (int i = 0; i < num_blocks; i++)
    for (int j = 1; j <= 3; j++)
      for (int k = 1; k <= 5; k++)
        made_dict_add_conv (self, k == 5 ? num_feat : growth, num_feat + (k - 1) * growth, 3,
                            "body.%d.rdb%d.conv%d", i, j, k);
  made_dict_add_conv (self, num_feat, num_feat, 3, "conv_body");
  for (int i = 1; i <= n_up; i++)
    made_dict_add_conv (self, num_feat, num_feat, 3, "conv_up%d", i);
  made_dict_add_conv (self, num_feat, num_feat, 3, "conv_hr");
  made_dict_add_conv (self, 3, num_feat, 3, "conv_last");
}

void
made_dict_add_plksr (MadeDict *self, const GengaPlksrSpec *spec, int scale)
{
  gboolean is_real = spec->mixer == GENGA_PLKSR_REAL;
  const char *mixer = is_real ? "channel_mixer" : "channe_mixer";
  int dim = spec->dim;

  made_dict_add_conv (self, dim, 3, 3, "feats.0");
  for (int i = 1; i <= spec->n_blocks; i++)
    {
      made_dict_add_conv (self, 2 * dim, dim, spec->mixer == GENGA_PLKSR_ICCM ? 1 : 3,
                          "feats.%d.%s.0", i, mixer);
      made_dict_add_conv (self, dim, 2 * dim, spec->mixer == GENGA_PLKSR_CCM ? 1 : 3,
                          "feats.%d.%s.2", i, mixer);
      made_dict_add_conv (self, spec->partial_dim, spec->partial_dim, spec->kernel_size,
                          "feats.%d.lk.conv", i);
      if (spec->use_ea)
        made_dict_add_conv (self, dim, dim, 3, "feats.%d.attn.f.0", i);
      made_dict_add_conv (self, dim, dim, 1, "feats.%d.refine", i);
      if (spec->layer_norm)
        made_dict_add_norm (self, dim, "feats.%d.layer_norm", i);
      else if (is_real)
        made_dict_add_norm (self, dim, "feats.%d.norm", i);
    }
  made_dict_add_conv (self, 3 * scale * scale, dim, 3, "feats.%d",
                      spec->n_blocks + (is_real ? 2 : 1));
}

void
made_dict_add_span (MadeDict *self, int num_feat, int scale)
{
  made_dict_add_conv (self, num_feat, 3, 3, "conv_1.eval_conv");
  for (int i = 1; i <= 6; i++)
    for (int j = 1; j <= 3; j++)
      made_dict_add_conv (self, num_feat, num_feat, 3, "block_%d.c%d_r.eval_conv", i, j);
  made_dict_add_conv (self, num_feat, num_feat, 3, "conv_2.eval_conv");
  made_dict_add_conv (self, num_feat, 4 * num_feat, 1, "conv_cat");
  made_dict_add_conv (self, 3 * scale * scale, num_feat, 3, "upsampler.0");
  made_dict_add (self, 1, MADE_SHAPE (1), "no_norm");
}

/* "<prefix>.weight", in x out x kernel x kernel; "<prefix>.bias". */
static void
add_deconv (MadeDict *self, int out, int in, int kernel, const char *prefix)
{
  made_dict_add (self, self->gain / sqrtf ((float)(in * kernel)),
                 MADE_SHAPE (in, out, kernel, kernel), "%s.weight", prefix);
  made_dict_add (self, self->bias, MADE_SHAPE (out), "%s.bias", prefix);
}

static void
add_pair (MadeDict *self, int out, int in, gboolean has_gate, const char *prefix)
{
  made_dict_add_conv (self, out, in, 3, "%s.conv.0", prefix);
  made_dict_add_conv (self, out, out, 3, "%s.conv.2", prefix);
  if (!has_gate)
    return;
  made_dict_add_conv (self, 1, out, 1, "%s.seblock.conv1", prefix);
  made_dict_add_conv (self, out, 1, 1, "%s.seblock.conv2", prefix);
}

void
made_dict_add_cugan (MadeDict *self, int scale, gboolean has_gates)
{
  int between = scale == 4 ? 4 : 3;

  add_pair (self, 4, 3, FALSE, "unet1.conv1");
  made_dict_add_conv (self, 4, 4, 2, "unet1.conv1_down");
  add_pair (self, 5, 4, has_gates, "unet1.conv2");
  add_deconv (self, 4, 5, 2, "unet1.conv2_up");
  made_dict_add_conv (self, 4, 4, 3, "unet1.conv3");
  add_deconv (self, between, 4, scale == 3 ? 5 : 4, "unet1.conv_bottom");
  add_pair (self, 4, between, FALSE, "unet2.conv1");
  made_dict_add_conv (self, 4, 4, 2, "unet2.conv1_down");
  add_pair (self, 5, 4, has_gates, "unet2.conv2");
  made_dict_add_conv (self, 5, 5, 2, "unet2.conv2_down");
  add_pair (self, 6, 5, has_gates, "unet2.conv3");
  add_deconv (self, 5, 6, 2, "unet2.conv3_up");
  add_pair (self, 4, 5, has_gates, "unet2.conv4");
  add_deconv (self, 4, 4, 2, "unet2.conv4_up");
  made_dict_add_conv (self, 4, 4, 3, "unet2.conv5");
  made_dict_add_conv (self, between, 4, 3, "unet2.conv_bottom");
  if (scale == 4)
    made_dict_add_conv (self, 12, between, 3, "conv_final");
}
