/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-build.h"

#include <string.h>

#define KEY_SIZE 160

static const GengaTensor *
lookup (const GengaArchBuild *self, const char *prefix, const char *suffix)
{
  char key[KEY_SIZE + 16];

  g_snprintf (key, sizeof key, "%s%s", prefix, suffix);
  return genga_state_dict_lookup (self->dict, key);
}

/* Puts a key together in `key`, KEY_SIZE bytes. */
#define FORMAT_KEY(key, format)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    va_list args;                                                                                  \
    va_start (args, format);                                                                       \
    g_vsnprintf (key, sizeof key, format, args);                                                   \
    va_end (args);                                                                                 \
  }                                                                                                \
  G_STMT_END

static const GengaTensor *
get_tensor (const GengaArchBuild *self, const char *prefix, const char *suffix)
{
  const GengaTensor *tensor = lookup (self, prefix, suffix);

  if (tensor == NULL)
    g_error ("the tensor %s%s is missing", prefix, suffix);
  return tensor;
}

gboolean
genga_arch_build_has (const GengaArchBuild *self, const char *format, ...)
{
  char key[KEY_SIZE];

  FORMAT_KEY (key, format);
  return lookup (self, key, "") != NULL;
}

const GengaTensor *
genga_arch_build_get (const GengaArchBuild *self, const char *format, ...)
{
  char key[KEY_SIZE];

  FORMAT_KEY (key, format);
  return get_tensor (self, key, "");
}

static float *
dup_f32 (const GengaArchBuild *self, const GengaTensor *tensor)
{
  float *data;

  if (!genga_graph_builder_has_weights (self->graph))
    return NULL;
  data = g_new (float, MAX (1, genga_tensor_get_n_elements (tensor)));
  genga_tensor_copy_f32 (tensor, data);
  return data;
}

double *
genga_arch_build_dup_f64 (const GengaArchBuild *self, const char *format, ...)
{
  char key[KEY_SIZE];
  const GengaTensor *tensor;
  g_autofree float *narrow = NULL;
  double *wide;

  FORMAT_KEY (key, format);
  tensor = get_tensor (self, key, "");
  narrow = dup_f32 (self, tensor);
  if (narrow == NULL)
    return NULL;
  wide = g_new (double, MAX (1, genga_tensor_get_n_elements (tensor)));
  for (gint64 i = 0; i < genga_tensor_get_n_elements (tensor); i++)
    wide[i] = narrow[i];
  return wide;
}

guint
genga_arch_build_constant (const GengaArchBuild *self, const char *format, ...)
{
  char key[KEY_SIZE];

  FORMAT_KEY (key, format);
  return genga_graph_copy_tensor (self->graph, get_tensor (self, key, ""));
}

static guint
add_vector (const GengaArchBuild *self, const GengaTensor *tensor)
{
  int n = (int)genga_tensor_get_n_elements (tensor);

  return genga_graph_take_constant (self->graph, 1, &n, dup_f32 (self, tensor));
}

guint
genga_arch_build_vector (const GengaArchBuild *self, const char *format, ...)
{
  char key[KEY_SIZE];

  FORMAT_KEY (key, format);
  return add_vector (self, get_tensor (self, key, ""));
}

guint
genga_arch_build_f64_constant (const GengaArchBuild *self,
                               guint rank,
                               const int *shape,
                               const double *data)
{
  gsize n = 1;
  float *narrow;

  if (!genga_graph_builder_has_weights (self->graph))
    return genga_graph_take_constant (self->graph, rank, shape, NULL);
  for (guint i = 0; i < rank; i++)
    n *= shape[i];
  narrow = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    narrow[i] = (float)data[i];
  return genga_graph_take_constant (self->graph, rank, shape, narrow);
}

guint
genga_arch_build_f64_conv (const GengaArchBuild *self,
                           guint input,
                           const int *shape,
                           const double *weight,
                           const double *bias)
{
  int n_in = genga_graph_peek (self->graph, input)->channels;
  guint constants[2] = {
    genga_arch_build_f64_constant (self, 4, shape, weight),
    genga_arch_build_f64_constant (self, 1, shape, bias),
  };

  return genga_graph_conv (self->graph, input, constants[0], constants[1], n_in / shape[1]);
}

guint
genga_arch_build_shift (const GengaArchBuild *self, guint input, float offset)
{
  int n = genga_graph_peek (self->graph, input)->channels;
  g_autofree float *offsets = g_new (float, n);

  for (int i = 0; i < n; i++)
    offsets[i] = offset;
  return genga_graph_affine (self->graph, input, GENGA_NONE,
                             genga_graph_copy_vector (self->graph, offsets, n));
}

static guint
add_conv (const GengaArchBuild *self, guint input, const char *prefix, gboolean is_depthwise)
{
  const GengaTensor *weight = get_tensor (self, prefix, ".weight");
  const GengaTensor *bias = lookup (self, prefix, ".bias");
  int shape[4] = { 1, 1, 1, 1 };
  guint kernel;

  g_assert (weight->rank == 2 || weight->rank == 4);
  for (guint i = 0; i < weight->rank; i++)
    shape[i] = (int)weight->shape[i];
  kernel = genga_graph_take_constant (self->graph, 4, shape, dup_f32 (self, weight));
  return genga_graph_conv (self->graph, input, kernel,
                           bias != NULL ? add_vector (self, bias) : GENGA_NONE,
                           is_depthwise ? shape[0] : 1);
}

guint
genga_arch_build_conv (const GengaArchBuild *self, guint input, const char *format, ...)
{
  char prefix[KEY_SIZE];

  FORMAT_KEY (prefix, format);
  return add_conv (self, input, prefix, FALSE);
}

guint
genga_arch_build_depthwise (const GengaArchBuild *self, guint input, const char *format, ...)
{
  char prefix[KEY_SIZE];

  FORMAT_KEY (prefix, format);
  return add_conv (self, input, prefix, TRUE);
}

static guint
add_other_conv (const GengaArchBuild *self,
                GengaOpKind kind,
                guint input,
                const char *prefix,
                int stride,
                int pad)
{
  const GengaTensor *weight = get_tensor (self, prefix, ".weight");
  const GengaTensor *bias = lookup (self, prefix, ".bias");
  GengaOp op = {
    .kind = kind,
    .inputs = { input },
    .weight = genga_graph_copy_tensor (self->graph, weight),
    .bias = bias != NULL ? add_vector (self, bias) : GENGA_NONE,
    .conv = {
      .kernel_y = (int)weight->shape[2],
      .kernel_x = (int)weight->shape[3],
      .stride = stride,
      .pad_y = pad,
      .pad_x = pad,
      .dilation = 1,
      .groups = 1,
    },
  };

  return genga_graph_conv_full (self->graph, &op);
}

guint
genga_arch_build_valid_conv (
    const GengaArchBuild *self, guint input, int stride, const char *format, ...)
{
  char prefix[KEY_SIZE];

  FORMAT_KEY (prefix, format);
  return add_other_conv (self, GENGA_OP_CONV2D, input, prefix, stride, 0);
}

guint
genga_arch_build_deconv (
    const GengaArchBuild *self, guint input, int stride, int pad, const char *format, ...)
{
  char prefix[KEY_SIZE];

  FORMAT_KEY (prefix, format);
  return add_other_conv (self, GENGA_OP_DECONV2D, input, prefix, stride, pad);
}

guint
genga_arch_build_layer_norm (
    const GengaArchBuild *self, guint input, double epsilon, const char *format, ...)
{
  char prefix[KEY_SIZE];
  guint weight;
  guint bias;

  FORMAT_KEY (prefix, format);
  weight = add_vector (self, get_tensor (self, prefix, ".weight"));
  bias = add_vector (self, get_tensor (self, prefix, ".bias"));
  return genga_graph_layer_norm (self->graph, input, weight, bias, epsilon);
}
