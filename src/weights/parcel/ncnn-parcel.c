/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/parcel/ncnn-parcel.h"

#include "weights/ncnn/ncnn-weights.h"
#include "weights/weights-error.h"

#include <math.h>

/* number, whether it is a list, numbers, text */
#define PARAM "(ibadms)"
/* type, name, inputs, how many outputs, parameters, scales of input and output */
#define LAYER "(ssauua" PARAM "dd)"
/* names of blobs, layers */
#define MODEL "(asa" LAYER ")"

/* ---- into a value ---- */

static GVariant *
pack_param (const GengaNcnnParam *self)
{
  return g_variant_new ("(ib@adms)", self->id, self->is_list,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, self->numbers, self->n,
                                                   sizeof *self->numbers),
                        self->text);
}

static GVariant *
pack_layer (const GengaNcnnLayer *self)
{
  GVariantBuilder params;

  g_variant_builder_init (&params, G_VARIANT_TYPE ("a" PARAM));
  for (guint i = 0; i < self->n_params; i++)
    g_variant_builder_add_value (&params, pack_param (&self->params[i]));
  return g_variant_new ("(ss@auu@a" PARAM "dd)", self->type, self->name,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, self->inputs,
                                                   self->n_inputs, sizeof *self->inputs),
                        self->n_outputs, g_variant_builder_end (&params), (double)self->input_scale,
                        (double)self->output_scale);
}

GVariant *
genga_ncnn_parcel_new (const GengaNcnnModel *model)
{
  GVariantBuilder names, layers;

  g_variant_builder_init (&names, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < genga_ncnn_model_get_n_blobs (model); i++)
    g_variant_builder_add (&names, "s", genga_ncnn_model_get_blob_name (model, i));
  g_variant_builder_init (&layers, G_VARIANT_TYPE ("a" LAYER));
  for (guint i = 0; i < genga_ncnn_model_get_n_layers (model); i++)
    g_variant_builder_add_value (&layers, pack_layer (genga_ncnn_model_get_layer (model, i)));
  return g_variant_new ("(@as@a" LAYER ")", g_variant_builder_end (&names),
                        g_variant_builder_end (&layers));
}

/* ---- and back ---- */

static const char *
keep_text (GengaNcnnModel *model, const char *text)
{
  return g_string_chunk_insert (model->texts, text);
}

static gpointer
keep (GengaNcnnModel *model, gpointer array)
{
  g_ptr_array_add (model->arrays, array);
  return array;
}

static gboolean
has_id (const GengaNcnnParam *params, guint n, int id)
{
  for (guint i = 0; i < n; i++)
    {
      if (params[i].id == id)
        return TRUE;
    }
  return FALSE;
}

/* A text, one number, or a list of any length. */
static gboolean
read_param (GengaNcnnModel *model, GVariant *parcel, GengaNcnnParam *self)
{
  g_autoptr (GVariant) list = NULL;
  const double *numbers;
  const char *text;
  gsize n;

  g_variant_get (parcel, "(ib@adm&s)", &self->id, &self->is_list, &list, &text);
  numbers = g_variant_get_fixed_array (list, &n, sizeof *numbers);
  if (self->id < 0 || self->id > GENGA_NCNN_MAX_ID || (text != NULL && (self->is_list || n > 0)) ||
      (text == NULL && !self->is_list && n != 1))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (!isfinite (numbers[i]))
        return FALSE;
    }
  self->n = (guint)n;
  self->numbers = n > 0 ? keep (model, g_memdup2 (numbers, n * sizeof *numbers)) : NULL;
  self->text = text != NULL ? keep_text (model, text) : NULL;
  return TRUE;
}

static gboolean
read_params (GengaNcnnModel *model, GVariant *parcels, GengaNcnnLayer *layer)
{
  const gsize n = g_variant_n_children (parcels);
  GengaNcnnParam *params;

  if (n > GENGA_NCNN_MAX_PARAMS)
    return FALSE;
  params = keep (model, g_new0 (GengaNcnnParam, MAX (n, 1)));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GVariant) parcel = g_variant_get_child_value (parcels, i);

      if (!read_param (model, parcel, &params[i]) || has_id (params, i, params[i].id))
        return FALSE;
    }
  layer->params = params;
  layer->n_params = (guint)n;
  return TRUE;
}

static gboolean
read_inputs (GengaNcnnModel *model, GVariant *parcel, guint n_made, GengaNcnnLayer *layer)
{
  gsize n;
  const guint32 *inputs = g_variant_get_fixed_array (parcel, &n, sizeof *inputs);

  if (n > GENGA_NCNN_MAX_BLOBS_OF_LAYER)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (inputs[i] >= n_made)
        return FALSE;
    }
  layer->n_inputs = (guint)n;
  layer->inputs = keep (model, n > 0 ? g_memdup2 (inputs, n * sizeof *inputs) : g_new (guint32, 1));
  return TRUE;
}

static gboolean
is_scale (double scale)
{
  return isfinite (scale) && scale >= 0 && scale <= G_MAXFLOAT;
}

/* `*n_made`: how many blobs the layers before have made. */
static gboolean
read_layer (GengaNcnnModel *model, GVariant *parcel, guint *n_made)
{
  g_autoptr (GVariant) inputs = NULL;
  g_autoptr (GVariant) params = NULL;
  GengaNcnnLayer self = { .first_output = *n_made };
  const char *type, *name;
  double input_scale, output_scale;

  g_variant_get (parcel, "(&s&s@auu@a" PARAM "dd)", &type, &name, &inputs, &self.n_outputs, &params,
                 &input_scale, &output_scale);
  if (!is_scale (input_scale) || !is_scale (output_scale) ||
      self.n_outputs > model->blob_names->len - *n_made ||
      !read_inputs (model, inputs, *n_made, &self) || !read_params (model, params, &self))
    return FALSE;
  self.type = keep_text (model, type);
  self.name = keep_text (model, name);
  self.input_scale = (float)input_scale;
  self.output_scale = (float)output_scale;
  *n_made += self.n_outputs;
  g_array_append_val (model->layers, self);
  return TRUE;
}

static gboolean
read_model (GengaNcnnModel *model, GVariant *names, GVariant *layers)
{
  guint n_made = 0;

  if (g_variant_n_children (layers) > GENGA_NCNN_MAX_LAYERS ||
      g_variant_n_children (names) > GENGA_NCNN_MAX_LAYERS * GENGA_NCNN_MAX_BLOBS_OF_LAYER)
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children (names); i++)
    {
      const char *name;

      g_variant_get_child (names, i, "&s", &name);
      g_ptr_array_add (model->blob_names, (char *)keep_text (model, name));
    }
  for (gsize i = 0; i < g_variant_n_children (layers); i++)
    {
      g_autoptr (GVariant) layer = g_variant_get_child_value (layers, i);

      if (!read_layer (model, layer, &n_made))
        return FALSE;
    }
  return n_made == model->blob_names->len;
}

gboolean
genga_ncnn_parcel_read (GVariant *parcel, GengaStateDict *dict, GError **error)
{
  g_autoptr (GengaNcnnModel) model = genga_ncnn_model_new ();
  g_autoptr (GVariant) names = NULL;
  g_autoptr (GVariant) layers = NULL;

  if (!g_variant_is_of_type (parcel, G_VARIANT_TYPE (MODEL)))
    return genga_weights_broken (error, "no layers");
  g_variant_get (parcel, "(@as@a" LAYER ")", &names, &layers);
  if (!read_model (model, names, layers))
    return genga_weights_broken (error, "impossible layers");
  if (!genga_ncnn_weights_check (model, dict, error))
    return FALSE;
  genga_state_dict_take_nodes (dict, GENGA_NODES_NCNN, g_steal_pointer (&model),
                               (GDestroyNotify)genga_ncnn_model_free);
  return TRUE;
}
