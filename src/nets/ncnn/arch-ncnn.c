/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that an ncnn file describes layer by layer. */
#define G_LOG_DOMAIN "genga-nets"

#include "core/error.h"
#include "nets/arch.h"
#include "nets/ncnn/ncnn-frame.h"
#include "nets/ncnn/ncnn-layers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DEFAULT_CHANNELS 3
#define MAX_MULTIPLE 16
#define MAX_BORDER 1024

/* The part of a model that is translated. */
typedef struct
{
  const GengaNcnnModel *model;
  gboolean *is_needed; /* each blob */
  guint output;
  int channels;
} Plan;

/* ---- which layers ---- */

static void
set_error (GError **error, const char *reason)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* Translators: a reason that has been translated. */
               _ ("The model can't be used: %s."), reason);
}

/* What no layer takes; of several, the one that converters name so. */
static gboolean
find_output (Plan *plan, GError **error)
{
  guint n_blobs = genga_ncnn_model_get_n_blobs (plan->model);
  g_autofree gboolean *is_taken = g_new0 (gboolean, MAX (1, n_blobs));
  guint n = 0;

  for (guint i = 0; i < genga_ncnn_model_get_n_layers (plan->model); i++)
    {
      const GengaNcnnLayer *layer = genga_ncnn_model_get_layer (plan->model, i);

      for (guint k = 0; k < layer->n_inputs; k++)
        is_taken[layer->inputs[k]] = TRUE;
    }
  for (guint i = 0; i < n_blobs; i++)
    {
      if (is_taken[i])
        continue;
      plan->output = i;
      n++;
      if (g_str_equal (genga_ncnn_model_get_blob_name (plan->model, i), "out0"))
        return TRUE;
    }
  if (n == 1)
    return TRUE;
  set_error (error, _ ("it has not just one result"));
  return FALSE;
}

static gboolean
makes_needed (const Plan *plan, const GengaNcnnLayer *layer)
{
  for (guint i = 0; i < layer->n_outputs; i++)
    {
      if (plan->is_needed[layer->first_output + i])
        return TRUE;
    }
  return FALSE;
}

static void
mark_needed (Plan *plan)
{
  plan->is_needed[plan->output] = TRUE;
  for (guint i = genga_ncnn_model_get_n_layers (plan->model); i-- > 0;)
    {
      const GengaNcnnLayer *layer = genga_ncnn_model_get_layer (plan->model, i);

      if (!makes_needed (plan, layer))
        continue;
      for (guint k = 0; k < layer->n_inputs; k++)
        plan->is_needed[layer->inputs[k]] = TRUE;
    }
}

/* ---- the picture's channels ---- */

/* How many channels a blob has for each of the picture's; 0: that is not known. */
static int
follow_channels (const GengaNcnnLayer *layer, const int *factors)
{
  int stride;

  if (layer->n_inputs == 0)
    return g_str_equal (layer->type, "Input") ? 1 : 0;
  if (g_str_equal (layer->type, "Reorg"))
    return genga_ncnn_layer_get_int (layer, 0, 1, &stride) && stride >= 1 && stride <= 16
               ? factors[layer->inputs[0]] * stride * stride
               : 0;
  if (g_str_equal (layer->type, "Split") || g_str_equal (layer->type, "BinaryOp") ||
      g_str_equal (layer->type, "Padding"))
    return factors[layer->inputs[0]];
  return 0;
}

/* What the first convolution of the picture has weights for; else what the file says; else RGB. */
static int
find_channels (const Plan *plan, GengaStateDict *dict)
{
  g_autofree int *factors = g_new0 (int, genga_ncnn_model_get_n_blobs (plan->model));
  int said = 0;

  for (guint i = 0; i < genga_ncnn_model_get_n_layers (plan->model); i++)
    {
      const GengaNcnnLayer *layer = genga_ncnn_model_get_layer (plan->model, i);
      int factor = layer->n_inputs > 0 ? factors[layer->inputs[0]] : 0;

      if (g_str_equal (layer->type, "Input"))
        genga_ncnn_layer_get_int (layer, 2, 0, &said);
      if (g_str_equal (layer->type, "Convolution") && factor > 0 && factor < 1000)
        return (int)MIN (genga_state_dict_get_tensor (dict, layer->first_tensor)->shape[1] / factor,
                         GENGA_NCNN_MAX_CHANNELS);
      for (guint k = 0; k < layer->n_outputs; k++)
        factors[layer->first_output + k] = factor < 1000 ? follow_channels (layer, factors) : 0;
    }
  return said > 0 && said <= GENGA_NCNN_MAX_CHANNELS ? said : DEFAULT_CHANNELS;
}

/* ---- the translation ---- */

static gboolean
translate_layer (GengaNcnnImport *self)
{
  GengaNcnnFunc func = genga_ncnn_layer_lookup (self->layer->type);

  if (g_str_equal (self->layer->type, "Input"))
    return genga_ncnn_need_inputs (self, 0, 1) && genga_ncnn_set_map (self, 0, self->picture);
  if (func == NULL)
    return genga_ncnn_refuse (self, _ ("layers of this type are not supported"));
  return func (self);
}

static gboolean
translate_layers (GengaNcnnImport *self, const Plan *plan)
{
  for (guint i = 0; i < genga_ncnn_model_get_n_layers (plan->model); i++)
    {
      self->layer = genga_ncnn_model_get_layer (plan->model, i);
      if (makes_needed (plan, self->layer) && !translate_layer (self))
        return FALSE;
    }
  return TRUE;
}

/* The result as a map, cut to the picture's size and with what is added. */
static gboolean
finish_result (GengaNcnnImport *self, const Plan *plan, const GengaNcnnFrame *frame)
{
  GengaNcnnBlob blob = self->blobs[plan->output];
  const GengaOp *op;

  if (blob.kind != GENGA_NCNN_MAP || genga_ncnn_peek (self, blob.value)->is_vector)
    {
      set_error (&self->error, _ ("its result is no picture"));
      return FALSE;
    }
  if (frame->border > 0)
    blob.value = genga_graph_crop_to_picture (self->graph, blob.value, frame->first, frame->first);
  op = genga_ncnn_peek (self, blob.value);
  if (frame->residual && op->size.den == 1 && op->channels == genga_ncnn_peek (self, 0)->channels)
    {
      guint enlarged = genga_graph_resize (self->graph, 0, GENGA_RESIZE_NEAREST, op->size.num, 1);

      genga_graph_combine (self->graph, GENGA_OP_ADD, blob.value, enlarged);
    }
  else
    {
      /* Whatever was made last, this is the result. */
      genga_graph_scale (self->graph, blob.value, 1);
    }
  return TRUE;
}

/*
 * What is lost at the borders along the axis that loses most, in pixels of the result; 0 where
 * nothing is, and where that depends on the picture.
 */
static gint64
measure_loss (GengaNcnnImport *self, guint value)
{
  const GengaOp *op = genga_ncnn_peek (self, value);
  gint64 loss = 0;

  for (guint axis = 0; axis < 2; axis++)
    {
      gint64 first = 0;

      for (guint i = 0; i < GENGA_NCNN_N_SAMPLES; i++)
        {
          gint64 whole = genga_ncnn_get_sample (i) * op->size.num / op->size.den;
          gint64 lost = whole - genga_ncnn_get_side (self, value, axis, i);

          if (i > 0 && lost != first)
            return 0;
          first = lost;
        }
      loss = MAX (loss, first);
    }
  return loss;
}

/*
 * The graph with a frame; `*loss` (may be NULL) and `*scale` get what a network loses at its
 * borders.
 */
static GengaGraph *
translate (const Plan *plan,
           GengaStateDict *dict,
           gboolean with_weights,
           const GengaNcnnFrame *frame,
           gint64 *loss,
           GengaSizeRatio *scale,
           GError **error)
{
  g_autofree GengaNcnnBlob *blobs =
      g_new0 (GengaNcnnBlob, genga_ncnn_model_get_n_blobs (plan->model));
  g_autoptr (GArray) sides = g_array_new (FALSE, FALSE, sizeof (gint64) * 2 * GENGA_NCNN_N_SAMPLES);
  g_autoptr (GengaGraphBuilder) graph = genga_graph_builder_new (plan->channels, with_weights);
  g_autofree char *reason = NULL;
  GengaNcnnImport import = {
    .model = plan->model, .dict = dict, .graph = graph, .blobs = blobs, .sides = sides
  };

  if (frame->border > 0)
    import.picture = genga_graph_pad_all (graph, 0, frame->kind, frame->border, frame->multiple);
  if (translate_layers (&import, plan) && loss != NULL &&
      blobs[plan->output].kind == GENGA_NCNN_MAP)
    {
      *loss = measure_loss (&import, blobs[plan->output].value);
      *scale = genga_ncnn_peek (&import, blobs[plan->output].value)->size;
    }
  if (import.error == NULL && finish_result (&import, plan, frame) &&
      !genga_graph_builder_check (graph, &reason))
    {
      /* Translators: a technical detail that is not translated. */
      g_autofree char *text =
          g_strdup_printf (_ ("the sizes of its maps do not fit each other (%s)"), reason);

      set_error (&import.error, text);
    }
  if (import.error != NULL)
    {
      g_propagate_error (error, import.error);
      return NULL;
    }
  return genga_graph_builder_finish (g_steal_pointer (&graph));
}

/*
 * A network that loses pixels at its borders sees the border's own pixels beyond it, as many as it
 * needs, and as many more as make its strides come out.
 */
static GengaGraph *
translate_with_border (const Plan *plan,
                       GengaStateDict *dict,
                       gboolean with_weights,
                       gint64 loss,
                       GengaSizeRatio scale,
                       GError **error)
{
  gint64 border = (loss * scale.den + 2 * scale.num - 1) / (2 * (gint64)scale.num);
  GengaNcnnFrame frame = { .kind = GENGA_PAD_REPLICATE,
                           .border = (int)MIN (border, MAX_BORDER),
                           .first = (int)(border * scale.num / scale.den - loss / 2) };

  for (frame.multiple = 1; border <= MAX_BORDER; frame.multiple *= 2)
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (GengaGraph) graph =
          translate (plan, dict, with_weights, &frame, NULL, NULL, &reason);

      if (graph != NULL && graph->multiple_of == 1)
        return g_steal_pointer (&graph);
      if (frame.multiple < MAX_MULTIPLE)
        continue;
      if (reason == NULL)
        break;
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  set_error (error, _ ("it loses too much of the picture at its borders"));
  return NULL;
}

static GengaGraph *
translate_model (GengaStateDict *dict, gboolean with_weights, GengaNetSpec *spec, GError **error)
{
  gconstpointer nodes;
  g_autofree gboolean *is_needed = NULL;
  g_autoptr (GengaGraph) graph = NULL;
  GengaNcnnFrame frame;
  GengaSizeRatio scale = { 1, 1 };
  gint64 loss = 0;
  Plan plan = { 0 };

  genga_state_dict_get_nodes (dict, &nodes);
  plan.model = nodes;
  is_needed = g_new0 (gboolean, MAX (1, genga_ncnn_model_get_n_blobs (plan.model)));
  plan.is_needed = is_needed;
  if (!find_output (&plan, error))
    return NULL;
  mark_needed (&plan);
  plan.channels = find_channels (&plan, dict);
  spec->ncnn.n_layers = (int)genga_ncnn_model_get_n_layers (plan.model);
  if (genga_ncnn_frame_recognise (plan.model, &frame))
    {
      spec->ncnn.network = frame.network;
      return translate (&plan, dict, with_weights, &frame, NULL, NULL, error);
    }
  graph = translate (&plan, dict, with_weights, &frame, &loss, &scale, error);
  if (loss <= 0)
    return g_steal_pointer (&graph);
  g_clear_error (error);
  return translate_with_border (&plan, dict, with_weights, loss, scale, error);
}

/* ---- the family ---- */

static const char *
get_name (const GengaNetSpec *spec)
{
  return "ncnn";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  g_autofree char *n_layers = g_strdup_printf ("%d", spec->ncnn.n_layers);

  func ("n_layers", n_layers, user_data);
  if (spec->ncnn.network != NULL)
    func ("network", spec->ncnn.network, user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  if (spec->ncnn.network != NULL)
    g_ptr_array_add (tags, g_strdup (spec->ncnn.network));
  g_ptr_array_add (tags, g_strdup_printf ("%d layers", spec->ncnn.n_layers));
}

const GengaArch genga_arch_ncnn = {
  .family = GENGA_FAMILY_NCNN,
  .get_name = get_name,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
  .translate = translate_model,
};
