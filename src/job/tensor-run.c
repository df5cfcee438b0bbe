/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/tensor-run.h"
#include "core/error.h"
#include "engine/device-choice.h"
#include "job/tensor-file.h"
#include "engine/model-cache.h"
#include "engine/session.h"
#include "engine/whole/pixel-rows.h"
#include "models/facts-cache.h"
#include "weights/load.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define INPUT_NAME "input"
#define OUTPUT_NAME "output"

/* The largest input that is taken, so that no size below overflows. */
#define MAX_SIDE 65536

static float *
allocate (gsize n_elements, GError **error)
{
  float *data = g_try_new (float, n_elements);

  if (data == NULL)
    {
      g_autofree char *size =
          g_format_size_full (n_elements * sizeof *data, G_FORMAT_SIZE_IEC_UNITS);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                   _ ("Not enough memory for a tensor of %s."), size);
    }
  return data;
}

static gboolean
check_input (const GengaTensor *tensor, const char *path, int channels, GError **error)
{
  g_autofree char *display = g_filename_display_name (path);

  if (tensor == NULL)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("“%s” has no tensor named “%s”."),
                 display, INPUT_NAME);
  else if (tensor->rank != 4)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s”: the tensor “%s” has %u dimensions; expected 1 × channels × height × "
                    "width."),
                 display, INPUT_NAME, tensor->rank);
  else if (tensor->shape[0] != 1)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s”: the tensor “%s” holds %lld pictures; expected one."), display,
                 INPUT_NAME, (long long)tensor->shape[0]);
  else if (tensor->shape[1] != channels)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s”: the tensor “%s” has %lld channels; the model takes %d."), display,
                 INPUT_NAME, (long long)tensor->shape[1], channels);
  else if (tensor->shape[2] < 1 || tensor->shape[2] > MAX_SIDE || tensor->shape[3] < 1 ||
           tensor->shape[3] > MAX_SIDE)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s”: the tensor “%s” has a side that is not between 1 and %d."), display,
                 INPUT_NAME, MAX_SIDE);
  else
    return TRUE;
  return FALSE;
}

/* The tensor `input` of a file with its channels packed; free with g_free(). */
static float *
read_input (const char *path, int channels, GengaTensorShape *shape, GError **error)
{
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, error);

  if (dict == NULL)
    return NULL;

  const GengaTensor *tensor = genga_state_dict_lookup (dict, INPUT_NAME);
  if (!check_input (tensor, path, channels, error))
    return NULL;
  *shape = (GengaTensorShape){ tensor->shape[1], tensor->shape[2], tensor->shape[3] };

  gsize n_elements = genga_tensor_shape_get_n_elements (shape);
  g_autofree float *planes = allocate (n_elements, error);
  g_autofree float *packed = planes != NULL ? allocate (n_elements, error) : NULL;
  if (packed == NULL)
    return NULL;
  genga_tensor_copy_f32 (tensor, planes);
  genga_tensor_planes_to_packed (shape, planes, packed);
  return g_steal_pointer (&packed);
}

/* ---- the bare network ---- */

static int
pad_side (const GengaNetSpec *spec, int side)
{
  int multiple = MAX (1, spec->multiple_of);

  return (MAX (side, spec->minimum) + multiple - 1) / multiple * multiple;
}

/* Both are packed. */
static void
pad (const float *input, const GengaTensorShape *shape, float *padded, const GengaTensorShape *to)
{
  for (int y = 0; y < to->height; y++)
    {
      const float *row =
          input + (gsize)genga_pad_get_source (y, shape->height) * shape->width * shape->channels;

      for (int x = 0; x < to->width; x++, padded += shape->channels)
        memcpy (padded, row + (gsize)genga_pad_get_source (x, shape->width) * shape->channels,
                shape->channels * sizeof *padded);
    }
}

/* Runs the network without clamping; the result is packed. */
static float *
run_raw (GengaModel *model,
         const float *input,
         const GengaTensorShape *shape,
         const GengaTensorShape *result,
         GError **error)
{
  const GengaNetSpec *spec = genga_model_get_spec (model);
  const GengaTensorShape whole = { shape->channels, pad_side (spec, shape->height),
                                   pad_side (spec, shape->width) };
  const GengaTensorShape made = { result->channels, whole.height * spec->scale,
                                  whole.width * spec->scale };
  g_autofree float *padded = allocate (genga_tensor_shape_get_n_elements (&whole), error);
  g_autofree float *output =
      padded != NULL ? allocate (genga_tensor_shape_get_n_elements (&made), error) : NULL;
  GengaView in = genga_view_of_floats (padded, whole.channels, whole.width, whole.height);
  GengaView out = genga_view_of_floats (output, made.channels, made.width, made.height);
  gsize row = (gsize)result->width * result->channels;

  if (output == NULL)
    return NULL;
  pad (input, shape, padded, &whole);
  if (!genga_model_run (model, &in, &out, NULL, error))
    return NULL;
  for (int y = 1; y < result->height; y++)
    memmove (output + y * row, output + (gsize)y * made.width * made.channels,
             row * sizeof *output);
  return g_steal_pointer (&output);
}

/* ---- as for a picture ---- */

static GengaFrame *
make_frame (const float *packed, const GengaTensorShape *shape, GError **error)
{
  GengaFrameInfo info = {
    .width = shape->width,
    .height = shape->height,
    .sample = GENGA_SAMPLE_F32,
    .layout = shape->channels == 1 ? GENGA_LAYOUT_GREY : GENGA_LAYOUT_RGB,
  };
  GengaFrame *frame = genga_frame_new (&info, error);
  gsize row_samples = (gsize)shape->width * shape->channels;

  for (int y = 0; frame != NULL && y < shape->height; y++)
    memcpy (genga_frame_get_row (frame, 0, y), packed + y * row_samples,
            row_samples * sizeof *packed);
  return frame;
}

/* Runs the network as for a picture, in one piece: padded, clamped, cropped. */
static float *
run_padded (GengaModel *model,
            const float *input,
            const GengaTensorShape *shape,
            const GengaTensorShape *result,
            GError **error)
{
  GengaSessionParams params = { .tile = MAX (shape->width, shape->height) };

  g_autoptr (GengaFrame) frame = make_frame (input, shape, error);
  if (frame == NULL)
    return NULL;
  g_autoptr (GengaSession) session = genga_session_new (model, &params);
  g_autoptr (GengaFrame) done = genga_session_run (session, frame, GENGA_SAMPLE_F32, error);
  g_autofree float *output =
      done != NULL ? allocate (genga_tensor_shape_get_n_elements (result), error) : NULL;
  gsize row_samples = (gsize)result->width * result->channels;

  for (int y = 0; output != NULL && y < result->height; y++)
    memcpy (output + y * row_samples, genga_frame_get_row (done, 0, y),
            row_samples * sizeof *output);
  return g_steal_pointer (&output);
}

static gboolean
write_output (const char *path,
              const float *packed,
              const GengaTensorShape *shape,
              gboolean overwrite,
              GError **error)
{
  g_autofree float *planes = allocate (genga_tensor_shape_get_n_elements (shape), error);

  if (planes == NULL)
    return FALSE;
  genga_tensor_packed_to_planes (shape, packed, planes);
  return genga_tensor_file_write (path, OUTPUT_NAME, shape, planes, overwrite, error);
}

static GengaModel *
load_model (const char *path, GengaOptions *options, GError **error)
{
  g_autoptr (GengaFactsCache) cache = genga_facts_cache_new ();
  const GengaModelFacts *facts = genga_facts_cache_look_up (cache, path, error);
  GengaNetwork network;

  if (facts == NULL)
    return NULL;
  network = (GengaNetwork){
    .spec = &facts->spec,
    .graph = facts->graph,
    .stored = facts->stored_type,
    .wanted = genga_options_get_int (options, GENGA_OPTION_PRECISION),
  };
  g_autoptr (GengaEngine) engine = genga_engine_open_for (
      genga_options_get_string (options, GENGA_OPTION_DEVICE), &network, NULL, error);
  if (engine == NULL)
    return NULL;
  return genga_model_load (engine, path, genga_options_get_int (options, GENGA_OPTION_PRECISION),
                           genga_options_get_int (options, GENGA_OPTION_THREADS), NULL, error);
}

gboolean
genga_tensor_run (const char *model_path,
                  const char *input_path,
                  const char *output_path,
                  gboolean is_raw,
                  GengaOptions *options,
                  GError **error)
{
  GengaTensorShape shape;

  g_autoptr (GengaModel) model = load_model (model_path, options, error);
  if (model == NULL)
    return FALSE;

  const GengaNetSpec *spec = genga_model_get_spec (model);
  g_autofree float *input = read_input (input_path, spec->in_channels, &shape, error);
  if (input == NULL)
    return FALSE;

  GengaTensorShape result = { spec->out_channels, shape.height * spec->scale,
                              shape.width * spec->scale };
  g_autofree float *output = is_raw ? run_raw (model, input, &shape, &result, error)
                                    : run_padded (model, input, &shape, &result, error);
  if (output == NULL)
    return FALSE;
  return write_output (output_path, output, &result,
                       genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE), error);
}
