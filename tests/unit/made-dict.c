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
  add_tensor (self, 1.7f / sqrtf ((float)(in * kernel * kernel)),
              MADE_SHAPE (out, in, kernel, kernel), key);
  g_snprintf (key, sizeof key, "%s.bias", prefix);
  add_tensor (self, 0.2f, MADE_SHAPE (out), key);
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
