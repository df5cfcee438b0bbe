/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference.h"
#include "core/cpu.h"
#include "core/error.h"
#include "engine/reference/reference-graph.h"
#include "nets/graph.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _GengaBackendModel
{
  GengaGraph *graph;
  GengaPrecision precision;
};

static GengaReferenceFaults faults;
static guint n_calls; /* atomic */

void
genga_reference_set_faults (const GengaReferenceFaults *new_faults)
{
  faults = *new_faults;
  g_atomic_int_set (&n_calls, 0);
}

guint
genga_reference_get_n_calls (void)
{
  return g_atomic_int_get (&n_calls);
}

static const char *
get_version (void)
{
  return "reference";
}

static guint
list_devices (GengaDeviceInfo *devices, guint max)
{
  g_autofree char *name = genga_cpu_dup_name ();

  devices[0] = (GengaDeviceInfo){
    .id = "reference",
    .total_bytes = genga_memory_get_total (),
    .free_bytes = genga_memory_get_available (),
    .is_cpu = TRUE,
  };
  g_strlcpy (devices[0].name, name, sizeof devices[0].name);
  return 1;
}

static void
get_caps (const char *device_id, GengaBackendCaps *caps)
{
  *caps = (GengaBackendCaps){
    .samples_in = 1u << GENGA_SAMPLE_F32,
    .samples_out = 1u << GENGA_SAMPLE_F32,
    .grid = 1,
  };
}

static gboolean
supports (const GengaGraph *graph, const char *device_id, GengaPrecision precision, char **reason)
{
  return TRUE;
}

static GengaBackendModel *
model_load (const GengaGraph *graph,
            const char *device_id,
            GengaPrecision precision,
            guint n_threads,
            GError **error)
{
  GengaBackendModel *model = g_new0 (GengaBackendModel, 1);

  model->graph = genga_graph_copy (graph);
  model->precision = precision;
  return model;
}

static void
model_free (GengaBackendModel *model)
{
  genga_graph_free (model->graph);
  g_free (model);
}

static void
set_no_memory (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                       _ ("Not enough memory for a tile."));
}

static gboolean
inject_fault (GengaBackendModel *model, int height, int width, float *output, GError **error)
{
  guint call = g_atomic_int_add (&n_calls, 1) + 1;

  if (faults.oom_above_side > 0 && MAX (height, width) > faults.oom_above_side)
    {
      set_no_memory (error);
      return FALSE;
    }
  if (faults.lost_at_call == call)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST,
                           _ ("The device stopped responding."));
      return FALSE;
    }
  if (faults.nan_at_call == call &&
      (model->precision != GENGA_PRECISION_FP32 || faults.nan_in_fp32))
    output[0] = NAN;
  return TRUE;
}

static gsize
get_row_bytes (const GengaView *view)
{
  return (gsize)view->width * view->channels * sizeof (float);
}

/* A view's samples without gaps: its own, or `*copy`. NULL: no memory. */
static float *
pack (const GengaView *view, float **copy)
{
  if (view->row_stride == get_row_bytes (view))
    return view->data;
  return *copy = g_try_malloc_n (view->height, get_row_bytes (view));
}

static void
copy_rows (const GengaView *view, float *packed, gboolean to_view)
{
  for (int y = 0; y < view->height; y++)
    {
      gpointer row = (guint8 *)view->data + y * view->row_stride;
      gpointer other = (guint8 *)packed + y * get_row_bytes (view);

      memcpy (to_view ? row : other, to_view ? other : row, get_row_bytes (view));
    }
}

static gboolean
run (GengaBackendModel *model,
     const GengaView *in,
     const GengaRect *wanted,
     const GengaView *out,
     GCancellable *cancellable,
     GError **error)
{
  g_autofree float *in_copy = NULL;
  g_autofree float *out_copy = NULL;
  float *input = pack (in, &in_copy);
  float *output = pack (out, &out_copy);

  if (input == NULL || output == NULL)
    {
      set_no_memory (error);
      return FALSE;
    }
  if (in_copy != NULL)
    copy_rows (in, in_copy, FALSE);
  if (!genga_reference_run_graph_in (model->graph, model->precision, input, in->height, in->width,
                                     output, cancellable, error))
    return FALSE;
  if (out_copy != NULL)
    copy_rows (out, out_copy, TRUE);
  return inject_fault (model, in->height, in->width, out->data, error);
}

static guint64
get_peak_bytes (GengaBackendModel *model, int width, int height)
{
  return genga_reference_get_peak_bytes (model->graph, height, width);
}

static void
trim (void)
{
}

static void
get_memory_stats (const char *device_id, GengaMemoryStats *stats)
{
  *stats = (GengaMemoryStats){ 0 };
}

const GengaBackend *
genga_reference_backend_get (void)
{
  static const GengaBackend backend = {
    .abi = GENGA_BACKEND_ABI,
    .name = "reference",
    .get_version = get_version,
    .list_devices = list_devices,
    .get_caps = get_caps,
    .supports = supports,
    .model_load = model_load,
    .model_free = model_free,
    .run = run,
    .get_peak_bytes = get_peak_bytes,
    .trim = trim,
    .get_memory_stats = get_memory_stats,
  };

  return &backend;
}
