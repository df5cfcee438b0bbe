/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/self-test.h"

#include "core/cpu.h"
#include "core/fault.h"
#include "core/text.h"
#include "engine/cpu/admission.h"
#include "engine/device-choice.h"
#include "engine/model-cache.h"
#include "engine/session.h"
#include "models/facts-cache.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define GIB (1024.0 * 1024.0 * 1024.0)

/* Built in, and small enough for the reference engine. */
#define MODEL "genga-fast"

/* What is run; odd, as pictures are. */
#define WIDTH 37
#define HEIGHT 26
#define N_RUNS 3

/* What "how large are tiles" is asked for. */
#define FULL_HD_WIDTH 1920
#define FULL_HD_HEIGHT 1080

typedef struct
{
  const char *device; /* as it was asked for */
  GCancellable *cancellable;
  GengaFactsCache *facts;
  GengaEngine *engine; /* NULL: it can't be opened */
  GengaModel *model;   /* NULL: it can't be loaded */
  char *no_model;      /* why */
  GengaFrame *frame;
} SelfTest;

/* `text` gets a line that says what was found, or why not; free with g_free(). */
typedef GengaCheckOutcome (*CheckFunc) (SelfTest *self, char **text);

static char *
take_message (GError *error)
{
  char *line = genga_text_dup_line (error->message);

  g_error_free (error);
  return line;
}

static GengaCheckOutcome
answer_no_device (char **text)
{
  *text = g_strdup (_ ("there is no device to check"));
  return GENGA_CHECK_NOT_APPLICABLE;
}

/* ---- device ---- */

static const GengaModelFacts *
look_up_model (SelfTest *self, GengaNetwork *network, GError **error)
{
  const GengaModelFacts *facts = genga_facts_cache_look_up (self->facts, MODEL, error);

  if (facts != NULL)
    *network =
        (GengaNetwork){ &facts->spec, facts->graph, facts->stored_type, GENGA_PRECISION_AUTO };
  return facts;
}

static GengaCheckOutcome
check_initialisation (SelfTest *self, char **text)
{
  GengaNetwork network;
  g_autoptr (GError) error = NULL;
  const gboolean has_model = look_up_model (self, &network, NULL) != NULL;
  const GengaDeviceInfo *info;

  self->engine = genga_engine_open_for (self->device, has_model ? &network : NULL, NULL, &error);
  if (self->engine == NULL)
    {
      *text = take_message (g_steal_pointer (&error));
      return GENGA_CHECK_FAILED;
    }
  info = genga_engine_get_device (self->engine);
  *text = g_strdup_printf (_ ("device “%s”, %s (%s)"), info->id, info->name,
                           genga_engine_get_version (self->engine));
  return GENGA_CHECK_PASSED;
}

static GengaCheckOutcome
check_cuda (SelfTest *self, char **text)
{
  const char *problem = genga_engine_get_gpu_problem ();
  const GengaDeviceInfo *info;
  GengaMemoryStats stats;

  if (problem != NULL && g_strcmp0 (self->device, "auto") == 0)
    {
      *text = genga_text_dup_line (problem);
      return GENGA_CHECK_FAILED;
    }
  if (self->engine == NULL)
    return answer_no_device (text);
  info = genga_engine_get_device (self->engine);
  if (strstr (info->id, "cuda") == NULL)
    {
      *text = g_strdup_printf (_ ("the device “%s” is no CUDA device"), info->id);
      return GENGA_CHECK_NOT_APPLICABLE;
    }
  genga_engine_get_memory_stats (self->engine, &stats);
  *text = g_strdup_printf (_ ("%.1fGB, %.1fGB free, fp16 %s, bf16 %s"), info->total_bytes / GIB,
                           info->free_bytes / GIB, info->fast_fp16 ? _ ("yes") : _ ("no"),
                           info->fast_bf16 ? _ ("yes") : _ ("no"));
  return info->total_bytes > 0 && stats.allocated_bytes <= info->total_bytes ? GENGA_CHECK_PASSED
                                                                             : GENGA_CHECK_FAILED;
}

static GengaCheckOutcome
check_mps (SelfTest *self, char **text)
{
  *text = g_strdup (_ ("Genga runs on Linux, which has no MPS"));
  return GENGA_CHECK_NOT_APPLICABLE;
}

static GengaCheckOutcome
check_cpu (SelfTest *self, char **text)
{
  const char *const *refused = genga_admission_list_refused ();
  g_autofree char *names = g_strjoinv (", ", (char **)(void *)refused);

  if (*refused != NULL)
    {
      *text =
          g_strdup_printf (_ ("kernels that compute wrong results on this processor: %s"), names);
      return GENGA_CHECK_FAILED;
    }
  *text = g_strdup_printf (_ ("threads: %u, kernels “%s”, %.1fGB of memory available"),
                           genga_cpu_get_n_threads (), genga_admission_get_used (),
                           genga_memory_get_available () / GIB);
  return GENGA_CHECK_PASSED;
}

/* ---- network ---- */

static void
load_model (SelfTest *self)
{
  g_autoptr (GError) error = NULL;
  GengaNetwork network;

  if (self->model != NULL || self->no_model != NULL)
    return;
  if (look_up_model (self, &network, &error) != NULL)
    self->model = genga_model_load (self->engine, look_up_model (self, &network, NULL)->entry->path,
                                    GENGA_PRECISION_AUTO, 0, NULL, &error);
  if (self->model == NULL)
    self->no_model = take_message (g_steal_pointer (&error));
}

/* TRUE: there is one. */
static gboolean
need_model (SelfTest *self, char **text, GengaCheckOutcome *outcome)
{
  if (self->engine == NULL)
    {
      *outcome = answer_no_device (text);
      return FALSE;
    }
  load_model (self);
  *text = g_strdup (self->no_model);
  *outcome = GENGA_CHECK_FAILED;
  return self->model != NULL;
}

/* Noise on a slope, the same every time. */
static GengaFrame *
make_frame (void)
{
  const GengaFrameInfo info = {
    .width = WIDTH, .height = HEIGHT, .sample = GENGA_SAMPLE_F32, .layout = GENGA_LAYOUT_RGB
  };
  GengaFrame *frame = genga_frame_new (&info, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (int y = 0; frame != NULL && y < HEIGHT; y++)
    {
      float *row = genga_frame_get_row (frame, 0, y);

      for (int i = 0; i < WIDTH * 3; i++)
        row[i] = (float)(0.7 * i / (WIDTH * 3) + 0.3 * g_rand_double (rand));
    }
  return frame;
}

static GengaFrame *
run_frame (SelfTest *self, GengaSession *session, char **text)
{
  g_autoptr (GError) error = NULL;
  GengaFrame *result = self->frame != NULL
                           ? genga_session_run (session, self->frame, GENGA_SAMPLE_F32, &error)
                           : NULL;

  if (result == NULL)
    *text = error != NULL ? take_message (g_steal_pointer (&error))
                          : g_strdup (_ ("not enough memory"));
  return result;
}

static GengaSession *
new_session (SelfTest *self, GengaModel *model)
{
  g_autoptr (GengaProgress) progress = genga_progress_new (self->cancellable);
  const GengaSessionParams params = { .overlap = -1, .progress = progress };

  return genga_session_new (model, &params);
}

/* How far two frames of one size are from each other; both are infinite where there is NaN. */
typedef struct
{
  double most;
  double root_mean_square;
} Difference;

static Difference
get_difference (GengaFrame *a, GengaFrame *b)
{
  const GengaFrameInfo *info = &a->info;
  double most = 0, sum = 0;

  for (int y = 0; y < info->height; y++)
    {
      const float *row_a = genga_frame_get_row (a, 0, y);
      const float *row_b = genga_frame_get_row (b, 0, y);

      for (int i = 0; i < info->width * 3; i++)
        {
          const double difference = fabs ((double)row_a[i] - row_b[i]);

          if (isnan (difference))
            return (Difference){ INFINITY, INFINITY };
          most = MAX (most, difference);
          sum += difference * difference;
        }
    }
  return (Difference){ most, sqrt (sum / (3.0 * info->width * info->height)) };
}

/* Frames run one by one: the second must not know of the first. */
static GengaCheckOutcome
check_batch (SelfTest *self, char **text)
{
  GengaCheckOutcome outcome;
  int width, height, overlap;

  if (!need_model (self, text, &outcome))
    return outcome;
  g_autoptr (GengaSession) session = new_session (self, self->model);
  g_autoptr (GengaFrame) first = run_frame (self, session, text);
  g_autoptr (GengaFrame) second = first != NULL ? run_frame (self, session, text) : NULL;
  if (second == NULL)
    return GENGA_CHECK_FAILED;
  if (get_difference (first, second).most != 0)
    {
      *text = g_strdup (_ ("a second frame gets another result than the first one, its equal"));
      return GENGA_CHECK_FAILED;
    }
  genga_session_get_tile (session, FULL_HD_WIDTH, FULL_HD_HEIGHT, &width, &height, &overlap);
  *text = g_strdup_printf (_ ("one frame at a time; one of %d × %d in pieces of %d × %d"),
                           FULL_HD_WIDTH, FULL_HD_HEIGHT, width, height);
  return GENGA_CHECK_PASSED;
}

static GengaFrame *
run_reference (SelfTest *self, char **text)
{
  g_autoptr (GError) error = NULL;
  GengaNetwork network;
  const GengaModelFacts *facts = look_up_model (self, &network, &error);
  g_autoptr (GengaEngine) engine = facts != NULL ? genga_engine_open ("reference", &error) : NULL;
  g_autoptr (GengaModel) model =
      engine != NULL
          ? genga_model_load (engine, facts->entry->path, GENGA_PRECISION_FP32, 0, NULL, &error)
          : NULL;

  if (model == NULL)
    {
      *text = take_message (g_steal_pointer (&error));
      return NULL;
    }
  g_autoptr (GengaSession) session = new_session (self, model);
  return run_frame (self, session, text);
}

/* In code values of eight bits; half precisions are good on the whole, and single pixels are off.
 */
static gboolean
is_right (const Difference *difference, GengaPrecision precision)
{
  if (precision == GENGA_PRECISION_FP32)
    return difference->most <= 1 / 255.0;
  return difference->root_mean_square <= 2 / 255.0 && difference->most <= 16 / 255.0;
}

static GengaCheckOutcome
check_inference (SelfTest *self, char **text)
{
  GengaCheckOutcome outcome;
  GengaPrecision precision;
  Difference difference;

  if (!need_model (self, text, &outcome))
    return outcome;
  precision = genga_model_get_precision (self->model);
  g_autoptr (GengaSession) session = new_session (self, self->model);
  g_autoptr (GengaFrame) result = run_frame (self, session, text);
  g_autoptr (GengaFrame) expected = result != NULL ? run_reference (self, text) : NULL;
  if (expected == NULL)
    return GENGA_CHECK_FAILED;
  if (genga_fault ("self-test"))
    *(float *)genga_frame_get_row (result, 0, 7) = NAN;
  difference = get_difference (result, expected);
  *text =
      g_strdup_printf (_ ("“%s” in %s, at most %.5f off the reference engine"), MODEL,
                       genga_choice_get_nick (GENGA_TYPE_PRECISION, precision), difference.most);
  return is_right (&difference, precision) ? GENGA_CHECK_PASSED : GENGA_CHECK_FAILED;
}

static GengaCheckOutcome
check_compiling (SelfTest *self, char **text)
{
  *text = g_strdup (_ ("Genga compiles no networks while it runs"));
  return GENGA_CHECK_NOT_APPLICABLE;
}

/* From the second run on everything is there that a run needs, and nothing becomes more. */
static GengaCheckOutcome
check_warm_up (SelfTest *self, char **text)
{
  GengaCheckOutcome outcome;
  g_autoptr (GengaFrame) first = NULL;
  double times[N_RUNS];

  if (!need_model (self, text, &outcome))
    return outcome;
  g_autoptr (GengaSession) session = new_session (self, self->model);
  for (int i = 0; i < N_RUNS; i++)
    {
      const gint64 start_us = g_get_monotonic_time ();
      g_autoptr (GengaFrame) result = run_frame (self, session, text);

      if (result == NULL)
        return GENGA_CHECK_FAILED;
      times[i] = (g_get_monotonic_time () - start_us) / 1000.0;
      if (first == NULL)
        first = g_steal_pointer (&result);
      else if (get_difference (first, result).most != 0)
        {
          *text = g_strdup (_ ("runs of one frame have different results"));
          return GENGA_CHECK_FAILED;
        }
    }
  *text = g_strdup_printf (_ ("first run %.1f ms, last one %.1f ms"), times[0], times[N_RUNS - 1]);
  return GENGA_CHECK_PASSED;
}

/* ---- all ---- */

static const struct
{
  const char *id, *name;
  CheckFunc func;
} checks[GENGA_SELF_TEST_N_CHECKS] = {
  { "initialisation", N_ ("Initialisation"), check_initialisation },
  { "cuda-settings", N_ ("CUDA settings"), check_cuda },
  { "mps-settings", N_ ("MPS settings"), check_mps },
  { "cpu-settings", N_ ("CPU settings"), check_cpu },
  { "batch-size", N_ ("Batch size"), check_batch },
  { "inference-context", N_ ("Inference context"), check_inference },
  { "compile-support", N_ ("Compile support"), check_compiling },
  { "warm-up", N_ ("Warm-up"), check_warm_up },
};

static void
self_test_clear (SelfTest *self)
{
  g_clear_pointer (&self->model, genga_model_unref);
  g_clear_pointer (&self->engine, genga_engine_unref);
  g_clear_pointer (&self->frame, genga_frame_unref);
  g_clear_pointer (&self->facts, genga_facts_cache_free);
  g_free (self->no_model);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SelfTest, self_test_clear)

gboolean
genga_self_test_run (const char *device,
                     const GengaSelfTestListener *listener,
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error)
{
  g_auto (SelfTest) self = { .device = device,
                             .cancellable = cancellable,
                             .facts = genga_facts_cache_new (),
                             .frame = make_frame () };

  for (guint i = 0; i < GENGA_SELF_TEST_N_CHECKS; i++)
    {
      const gint64 start_us = g_get_monotonic_time ();
      g_autofree char *text = NULL;
      GengaCheck check = { .id = checks[i].id, .name = _ (checks[i].name) };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      listener->start (i + 1, check.name, user_data);
      genga_fault ("stop-self-test");
      check.outcome = checks[i].func (&self, &text);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      check.seconds = (g_get_monotonic_time () - start_us) / (double)G_USEC_PER_SEC;
      check.text = text;
      listener->end (&check, user_data);
    }
  return TRUE;
}
