/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/ncnn/ncnn-weights.h"

#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* What stands in front of weights: how their numbers are stored. Anything else: a table. */
#define FLAG_PLAIN 0
#define FLAG_F16 0x01306b47
#define FLAG_I8 0x000d4b38
#define FLAG_F32 0x0002c056
#define TABLE_LENGTH 256

#define MAX_KERNEL 255
/* Of scales between layers: numbers around 1 are multiplied to some hundred. */
#define MIN_SCALE 1e-12f
#define MAX_SCALE 1e12f

typedef struct
{
  GengaStateDict *dict;
  const guint8 *at;
  gsize left;
  guint index; /* of the layer */
  GengaNcnnLayer *layer;
  float *quantized; /* the layer's weights, where they still have to be divided by their scales */
  gboolean is_rounded;  /* they are whole numbers already */
  int scale_term;       /* which scales the layer has, as ncnn counts them; 0: none */
  gboolean only_checks; /* the dict has the tensors already */
  guint n_checked;
  GError **error;
} Reader;

static gboolean
broken (Reader *reader, const char *what)
{
  g_autofree char *name = genga_weights_quote (reader->layer->name, strlen (reader->layer->name));

  return genga_weights_broken (reader->error, "ncnn: layer %s: %s", name, what);
}

static gboolean
read_int (Reader *reader, int id, int fallback, int *value)
{
  return genga_ncnn_layer_get_int (reader->layer, id, fallback, value) ||
         broken (reader, "a parameter is no whole number");
}

/* ---- numbers ---- */

static const guint8 *
take (Reader *reader, guint64 size)
{
  const guint8 *data = reader->at;

  if (size > reader->left)
    {
      broken (reader, "the weights end too early");
      return NULL;
    }
  reader->at += size;
  reader->left -= (gsize)size;
  return data;
}

/* Whether the next tensor that is there has this shape. */
static gboolean
check (Reader *reader, const GengaTensor *tensor)
{
  const guint n = genga_state_dict_get_n_tensors (reader->dict);
  const GengaTensor *there = reader->n_checked < n
                                 ? genga_state_dict_get_tensor (reader->dict, reader->n_checked++)
                                 : NULL;

  return (there != NULL && there->rank == tensor->rank &&
          memcmp (there->shape, tensor->shape, tensor->rank * sizeof *there->shape) == 0 &&
          (there->dtype == GENGA_DTYPE_F32 || there->dtype == GENGA_DTYPE_F16)) ||
         broken (reader, "other weights than the layer has");
}

/* The tensor's elements are counted: at most what is left of the file. */
static gboolean
add (Reader *reader, const char *what, GengaTensor *tensor)
{
  g_autofree char *name = g_strdup_printf ("%u.%s.%s", reader->index, reader->layer->name, what);

  /* The layer's name is for people; a long one is not worth a refusal. */
  if (strlen (name) > 200)
    {
      g_free (name);
      name = g_strdup_printf ("%u.%s", reader->index, what);
    }
  genga_tensor_set_contiguous_strides (tensor);
  return genga_state_dict_add (reader->dict, tensor, name, strlen (name), reader->error);
}

/* Numbers of an 8-bit index each, into the table before them. */
static gboolean
expand_table (Reader *reader, GengaTensor *tensor, gint64 n)
{
  const guint8 *table = take (reader, TABLE_LENGTH * sizeof (float));
  const guint8 *indices = table != NULL ? take (reader, ((guint64)n + 3) / 4 * 4) : NULL;
  float *values;

  if (indices == NULL)
    return FALSE;
  values = g_try_new (float, n);
  if (values == NULL)
    return genga_weights_no_memory (reader->error);
  for (gint64 i = 0; i < n; i++)
    memcpy (&values[i], table + indices[i] * sizeof (float), sizeof (float));
  genga_state_dict_take_buffer (reader->dict, values, (gsize)n * sizeof (float));
  tensor->data = values;
  return TRUE;
}

/* A buffer of the dict's for weights that still change. */
static gboolean
start_quantized (Reader *reader, gint64 n)
{
  reader->quantized = g_try_new (float, n);
  if (reader->quantized == NULL)
    return genga_weights_no_memory (reader->error);
  genga_state_dict_take_buffer (reader->dict, reader->quantized, (gsize)n * sizeof (float));
  return TRUE;
}

/* Whole numbers of 8 bits; what they are to be divided by stands behind the biases. */
static gboolean
read_quantized (Reader *reader, GengaTensor *tensor, gint64 n)
{
  const gint8 *numbers = (const gint8 *)take (reader, ((guint64)n + 3) / 4 * 4);

  if (numbers == NULL)
    return FALSE;
  if (!start_quantized (reader, n))
    return FALSE;
  for (gint64 i = 0; i < n; i++)
    reader->quantized[i] = numbers[i];
  reader->is_rounded = TRUE;
  tensor->data = reader->quantized;
  return TRUE;
}

/* The same of weights that ncnn would make whole numbers of when it loads them. */
static gboolean
widen (Reader *reader, GengaTensor *tensor, gint64 n)
{
  if (!start_quantized (reader, n))
    return FALSE;
  genga_tensor_set_contiguous_strides (tensor);
  genga_tensor_copy_f32 (tensor, reader->quantized);
  tensor->dtype = GENGA_DTYPE_F32;
  tensor->data = reader->quantized;
  return TRUE;
}

static gboolean
read_plain (Reader *reader, const char *what, GengaTensor *tensor)
{
  gint64 n = genga_tensor_get_n_elements (tensor);

  if (reader->only_checks)
    return check (reader, tensor);
  tensor->dtype = GENGA_DTYPE_F32;
  tensor->data = take (reader, (guint64)n * sizeof (float));
  return tensor->data != NULL && add (reader, what, tensor);
}

/* Weights behind their flag. */
static gboolean
read_numbers (Reader *reader, GengaTensor *tensor, gint64 n, guint32 flag)
{
  tensor->dtype = GENGA_DTYPE_F32;
  switch (flag)
    {
    case FLAG_PLAIN:
    case FLAG_F32:
      tensor->data = take (reader, (guint64)n * sizeof (float));
      break;
    case FLAG_F16:
      tensor->dtype = GENGA_DTYPE_F16;
      tensor->data = take (reader, ((guint64)n + 1) / 2 * 4);
      break;
    case FLAG_I8:
      return read_quantized (reader, tensor, n);
    default:
      return expand_table (reader, tensor, n);
    }
  return tensor->data != NULL;
}

static gboolean
read_flagged (Reader *reader, const char *what, GengaTensor *tensor)
{
  gint64 n = genga_tensor_get_n_elements (tensor);
  const guint8 *start;
  guint32 flag;

  if (reader->only_checks)
    return check (reader, tensor);
  start = take (reader, sizeof (guint32));
  if (start == NULL)
    return FALSE;
  memcpy (&flag, start, sizeof flag);
  if (!read_numbers (reader, tensor, n, GUINT32_FROM_LE (flag)))
    return FALSE;
  if (reader->scale_term != 0 && reader->quantized == NULL && !widen (reader, tensor, n))
    return FALSE;
  return add (reader, what, tensor);
}

static gboolean
read_vector (Reader *reader, const char *what, int n)
{
  GengaTensor tensor = { .rank = 1, .shape = { n } };

  return n > 0 ? read_plain (reader, what, &tensor) : broken (reader, "a false number of weights");
}

/* ---- 8-bit weights ---- */

/* What ncnn makes of a number: from -127 to 127. */
static float
round_weight (float number)
{
  return CLAMP (roundf (number), -127, 127);
}

/* `n` weights, of which the same number belongs to each scale. */
static gboolean
divide_by_scales (Reader *reader, gint64 n, int n_scales)
{
  const guint8 *scales = take (reader, (guint64)n_scales * sizeof (float));
  const gint64 run = n / n_scales;

  if (scales == NULL)
    return FALSE;
  for (int i = 0; i < n_scales; i++)
    {
      float *weights = reader->quantized + i * run;
      float scale;

      memcpy (&scale, scales + i * sizeof scale, sizeof scale);
      if (!isfinite (scale))
        return broken (reader, "a false scale of weights");
      for (gint64 k = 0; k < run; k++)
        {
          float whole = reader->is_rounded ? weights[k] : round_weight (weights[k] * scale);

          weights[k] = scale == 0 ? 0 : whole / scale;
        }
    }
  return TRUE;
}

/* What numbers between layers are multiplied with before they are rounded. */
static gboolean
read_scale_between (Reader *reader, float *scale)
{
  const guint8 *data = take (reader, sizeof *scale);

  if (data == NULL)
    return FALSE;
  memcpy (scale, data, sizeof *scale);
  return (*scale >= MIN_SCALE && *scale <= MAX_SCALE) ||
         broken (reader, "a false scale of what lies between layers");
}

/*
 * What stands behind the weights and biases of a layer that ncnn computes with whole numbers of 8
 * bits: scales of the weights, of the input, and above 100 of the output. Without them, weights of
 * 8 bits mean nothing.
 */
static gboolean
read_scales (Reader *reader, gint64 n, int n_scales)
{
  const gboolean is_depthwise = g_str_has_suffix (reader->layer->type, "DepthWise");
  const int term = reader->scale_term;

  if (reader->only_checks)
    return TRUE;
  if (term == 0)
    return reader->quantized == NULL || broken (reader, "weights of 8 bits without scales");
  if (is_depthwise && (term == 2 || term == 102))
    n_scales = 1;
  return divide_by_scales (reader, n, n_scales) &&
         read_scale_between (reader, &reader->layer->input_scale) &&
         (term <= 100 || read_scale_between (reader, &reader->layer->output_scale));
}

/* ---- layers ---- */

/* A kernel's height stands in 11 where it is not as high as wide. */
static gboolean
read_conv (Reader *reader)
{
  gboolean is_depthwise = g_str_equal (reader->layer->type, "ConvolutionDepthWise");
  gboolean is_transposed = g_str_has_prefix (reader->layer->type, "Deconvolution");
  int out, kernel_x, kernel_y, n_weights, has_bias, groups;
  gint64 n_taps;

  if (!read_int (reader, 0, 0, &out) || !read_int (reader, 1, 0, &kernel_x) ||
      !read_int (reader, 11, kernel_x, &kernel_y) || !read_int (reader, 6, 0, &n_weights) ||
      !read_int (reader, 5, 0, &has_bias) || !read_int (reader, 7, 1, &groups) ||
      (!is_transposed && !read_int (reader, 8, 0, &reader->scale_term)))
    return FALSE;
  if (out <= 0 || kernel_x <= 0 || kernel_x > MAX_KERNEL || kernel_y <= 0 ||
      kernel_y > MAX_KERNEL || n_weights <= 0 || groups <= 0 || out % groups != 0)
    return broken (reader, "false sizes");
  n_taps = (gint64)out * kernel_x * kernel_y;
  if (n_weights % n_taps != 0)
    return broken (reader, "the number of weights does not fit");

  GengaTensor weight = { .rank = 4, .shape = { out, n_weights / n_taps, kernel_y, kernel_x } };
  return read_flagged (reader, "weight", &weight) &&
         (has_bias == 0 || read_vector (reader, "bias", out)) &&
         read_scales (reader, n_weights, is_depthwise ? groups : out);
}

static gboolean
read_inner_product (Reader *reader)
{
  int out, n_weights, has_bias;

  if (!read_int (reader, 0, 0, &out) || !read_int (reader, 1, 0, &has_bias) ||
      !read_int (reader, 2, 0, &n_weights) || !read_int (reader, 8, 0, &reader->scale_term))
    return FALSE;
  if (out <= 0 || n_weights <= 0 || n_weights % out != 0)
    return broken (reader, "the number of weights does not fit");

  GengaTensor weight = { .rank = 2, .shape = { out, n_weights / out } };
  return read_flagged (reader, "weight", &weight) &&
         (has_bias == 0 || read_vector (reader, "bias", out)) &&
         read_scales (reader, n_weights, out);
}

static gboolean
read_prelu (Reader *reader)
{
  int n;

  return read_int (reader, 0, 0, &n) && read_vector (reader, "slopes", n);
}

static gboolean
read_scale (Reader *reader)
{
  int n, has_bias;

  if (!read_int (reader, 0, 0, &n) || !read_int (reader, 1, 0, &has_bias))
    return FALSE;
  return n == GENGA_NCNN_AUTO || (read_vector (reader, "factors", n) &&
                                  (has_bias == 0 || read_vector (reader, "offsets", n)));
}

static gboolean
read_batch_norm (Reader *reader)
{
  int n;

  return read_int (reader, 0, 0, &n) && read_vector (reader, "factors", n) &&
         read_vector (reader, "means", n) && read_vector (reader, "variances", n) &&
         read_vector (reader, "offsets", n);
}

/* Size and whether it is affine; where that is not given, it is. */
static gboolean
read_norm (Reader *reader, int size_id, int affine_id)
{
  int n, is_affine;

  if (!read_int (reader, size_id, 0, &n) || !read_int (reader, affine_id, 1, &is_affine))
    return FALSE;
  return is_affine == 0 ||
         (read_vector (reader, "factors", n) && read_vector (reader, "offsets", n));
}

static gboolean
read_layer_norm (Reader *reader)
{
  return read_norm (reader, 0, 2);
}

static gboolean
read_group_norm (Reader *reader)
{
  return read_norm (reader, 1, 3);
}

static gboolean
read_bias (Reader *reader)
{
  int n;

  return read_int (reader, 0, 0, &n) && read_vector (reader, "offsets", n);
}

static gboolean
read_memory_data (Reader *reader)
{
  static const int ids[] = { 2, 1, 0 }; /* channels, height, width */
  GengaTensor tensor = { 0 };
  gint64 n = 1;
  int has_flag, depth, type;

  if (!read_int (reader, 11, 0, &depth) || !read_int (reader, 21, 1, &type))
    return FALSE;
  has_flag = type == 0;
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      int side;

      if (!read_int (reader, ids[i], 0, &side))
        return FALSE;
      if (side == 0 && tensor.rank == 0)
        continue;
      if (side <= 0 || __builtin_mul_overflow (n, (gint64)side, &n) || n > G_MAXINT)
        return broken (reader, "false sizes");
      tensor.shape[tensor.rank++] = side;
    }
  if (depth != 0)
    return broken (reader, "false sizes");
  if (!has_flag)
    return read_plain (reader, "numbers", &tensor);
  return read_flagged (reader, "numbers", &tensor) &&
         (reader->quantized == NULL || broken (reader, "weights of 8 bits without scales"));
}

static const struct
{
  const char *type;
  gboolean (*read) (Reader *reader); /* NULL: it has no weights */
} types[] = {
  { "AbsVal", NULL },
  { "BatchNorm", read_batch_norm },
  { "Bias", read_bias },
  { "BinaryOp", NULL },
  { "Clip", NULL },
  { "Concat", NULL },
  { "Convolution", read_conv },
  { "ConvolutionDepthWise", read_conv },
  { "Crop", NULL },
  { "Deconvolution", read_conv },
  { "DeconvolutionDepthWise", read_conv },
  { "Dropout", NULL },
  { "ELU", NULL },
  { "Eltwise", NULL },
  { "ExpandDims", NULL },
  { "Flatten", NULL },
  { "GELU", NULL },
  { "GroupNorm", read_group_norm },
  { "HardSigmoid", NULL },
  { "HardSwish", NULL },
  { "InnerProduct", read_inner_product },
  { "Input", NULL },
  { "InstanceNorm", read_layer_norm },
  { "Interp", NULL },
  { "LayerNorm", read_layer_norm },
  { "MemoryData", read_memory_data },
  { "Mish", NULL },
  { "Noop", NULL },
  { "PReLU", read_prelu },
  { "Padding", NULL },
  { "Permute", NULL },
  { "PixelShuffle", NULL },
  { "Pooling", NULL },
  { "ReLU", NULL },
  { "Reduction", NULL },
  { "Reorg", NULL },
  { "Reshape", NULL },
  { "Scale", read_scale },
  { "Sigmoid", NULL },
  { "Slice", NULL },
  { "Softplus", NULL },
  { "Split", NULL },
  { "Squeeze", NULL },
  { "Swish", NULL },
  { "TanH", NULL },
  { "UnaryOp", NULL },
};

static gboolean
read_layer (Reader *reader)
{
  g_autofree char *name = NULL;
  g_autofree char *type = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (g_str_equal (reader->layer->type, types[i].type))
        return types[i].read == NULL || types[i].read (reader);
    }
  name = genga_weights_quote (reader->layer->name, strlen (reader->layer->name));
  type = genga_weights_quote (reader->layer->type, strlen (reader->layer->type));
  return genga_weights_refuse (reader->error,
                               /* Translators: the name and the type of a layer, like
                                  “DetectionOutput”. */
                               _ ("The model can't be used: its layer “%s” is a “%s”, which Genga "
                                  "does not know. Look for the same model as .safetensors or "
                                  ".pth."),
                               name, type);
}

static gboolean
read_layers (Reader *reader, GengaNcnnModel *model)
{
  for (; reader->index < model->layers->len; reader->index++)
    {
      GengaNcnnLayer *layer = &g_array_index (model->layers, GengaNcnnLayer, reader->index);

      layer->first_tensor =
          reader->only_checks ? reader->n_checked : genga_state_dict_get_n_tensors (reader->dict);
      reader->layer = layer;
      reader->quantized = NULL;
      reader->is_rounded = FALSE;
      reader->scale_term = 0;
      if (!read_layer (reader))
        return FALSE;
      layer->n_tensors = (reader->only_checks ? reader->n_checked
                                              : genga_state_dict_get_n_tensors (reader->dict)) -
                         layer->first_tensor;
    }
  return TRUE;
}

gboolean
genga_ncnn_weights_read (GengaNcnnModel *model, GengaStateDict *dict, GBytes *bytes, GError **error)
{
  Reader reader = { .dict = dict, .error = error };

  reader.at = g_bytes_get_data (bytes, &reader.left);
  if (!read_layers (&reader, model))
    return FALSE;
  if (reader.left > 0)
    return genga_weights_broken (
        error, "ncnn: %" G_GSIZE_FORMAT " bytes are left behind the weights", reader.left);
  return TRUE;
}

gboolean
genga_ncnn_weights_check (GengaNcnnModel *model, GengaStateDict *dict, GError **error)
{
  Reader reader = { .dict = dict, .only_checks = TRUE, .error = error };

  return read_layers (&reader, model) &&
         (reader.n_checked == genga_state_dict_get_n_tensors (dict) ||
          genga_weights_broken (error, "ncnn: weights of no layer"));
}
