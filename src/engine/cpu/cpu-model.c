/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/cpu-model.h"

#include "core/error.h"
#include "core/fault.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/arrange.h"
#include "engine/cpu/cpu-plan.h"
#include "engine/cpu/pool.h"
#include "engine/cpu/regions.h"
#include "engine/cpu/step-run.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>

#define ALIGNMENT 64

/* All models, and what they hold: protected by models_mutex. */
static GMutex models_mutex;
static GList *models;
static guint64 held_bytes, peak_bytes;

struct _GengaCpuModel
{
  GMutex run_mutex; /* held while the block is in use */
  GengaCpuPlan *plan;
  GengaCpuPool *pool;
  GengaCpuLayout *layout;
  guint8 *memory; /* the block with room to begin on 64 bytes */
  gsize n_bytes;
  /* The margins of the layout's only phase are zero, and stay so. */
  gboolean is_clear;
  gint is_odd;          /* see GengaCpuRun; of the last run */
  GengaWatchFunc watch; /* may be NULL */
  gpointer watch_data;
};

/* Tasks of a run between two looks at how far it is. */
#define WATCH_TASKS 64

/* One run, as all its threads see it. */
typedef struct
{
  GengaCpuModel *model;
  GengaCpuRun run;
  GCancellable *cancellable;
  /* The task that nobody begins any more, plus one; 0: none. */
  atomic_size_t stop;
} Job;

GengaCpuModel *
genga_cpu_model_new (const GengaGraph *graph, gboolean fast, guint n_threads, const char *set)
{
  GengaCpuModel *self = g_new0 (GengaCpuModel, 1);
  const GengaKernelSet *kernels = set != NULL ? genga_kernels_find (set) : NULL;

  self->plan =
      genga_cpu_plan_new (graph, kernels != NULL ? kernels : genga_kernels_get_best (), fast);
  self->pool = genga_cpu_pool_new (n_threads);
  self->layout = genga_cpu_layout_new (self->plan, genga_cpu_pool_get_n_threads (self->pool));
  g_mutex_init (&self->run_mutex);
  g_mutex_lock (&models_mutex);
  models = g_list_prepend (models, self);
  g_mutex_unlock (&models_mutex);
  return self;
}

static void
count_bytes (gsize taken, gsize given_back)
{
  held_bytes += taken;
  held_bytes -= given_back;
  peak_bytes = MAX (peak_bytes, held_bytes);
}

static void
drop_memory (GengaCpuModel *self)
{
  count_bytes (0, self->n_bytes);
  g_clear_pointer (&self->memory, g_free);
  self->n_bytes = 0;
  self->is_clear = FALSE;
}

void
genga_cpu_models_trim (void)
{
  g_mutex_lock (&models_mutex);
  for (GList *l = models; l != NULL; l = l->next)
    {
      GengaCpuModel *model = l->data;

      if (!g_mutex_trylock (&model->run_mutex))
        continue;
      drop_memory (model);
      g_mutex_unlock (&model->run_mutex);
    }
  g_mutex_unlock (&models_mutex);
}

void
genga_cpu_models_get_memory (guint64 *n_bytes, guint64 *peak)
{
  g_mutex_lock (&models_mutex);
  *n_bytes = held_bytes;
  *peak = peak_bytes;
  g_mutex_unlock (&models_mutex);
}

void
genga_cpu_model_free (GengaCpuModel *self)
{
  g_mutex_lock (&models_mutex);
  models = g_list_remove (models, self);
  drop_memory (self);
  g_mutex_unlock (&models_mutex);
  g_mutex_clear (&self->run_mutex);
  genga_cpu_pool_free (self->pool);
  genga_cpu_layout_free (self->layout);
  genga_cpu_plan_free (self->plan);
  g_free (self);
}

/* Thread 0 tells the others, who hear of it behind the same task. */
static gboolean
is_stopped (Job *job, guint thread, gsize next)
{
  gsize stop;

  genga_cpu_pool_wait (job->model->pool);
  stop = atomic_load (&job->stop);
  return stop != 0 && stop <= next + 1;
}

static void
watch (Job *job, guint thread, gsize next)
{
  const GengaCpuModel *model = job->model;

  if (thread == 0 && model->watch != NULL && next % WATCH_TASKS == 0)
    model->watch ((double)next / model->layout->n_tasks, model->watch_data);
  if (thread == 0 && atomic_load (&job->stop) == 0 && g_cancellable_is_cancelled (job->cancellable))
    atomic_store (&job->stop, next + 1);
}

static void
run_tasks (gpointer data, guint thread)
{
  Job *job = data;
  GengaCpuModel *model = job->model;
  const GengaCpuLayout *layout = model->layout;
  gsize i = 0;

  for (guint phase = 0; phase < model->plan->n_phases; phase++)
    {
      if (!model->is_clear)
        genga_cpu_run_clear (&job->run, phase, thread);
      if (thread == 0)
        genga_cpu_run_begin (&job->run, phase);
      genga_cpu_pool_wait (model->pool);
      for (; i < layout->phase_ends[phase]; i++)
        {
          genga_cpu_run_task (&job->run, &layout->tasks[i], thread);
          watch (job, thread, i + 1);
          if (is_stopped (job, thread, i + 1))
            return;
        }
    }
}

static gboolean
reserve (GengaCpuModel *self, gsize n_bytes, GError **error)
{
  if (n_bytes <= self->n_bytes)
    return TRUE;
  g_mutex_lock (&models_mutex);
  drop_memory (self);
  self->memory = genga_fault ("no-maps") ? NULL : g_try_malloc (n_bytes);
  if (self->memory != NULL)
    {
      self->n_bytes = n_bytes;
      count_bytes (n_bytes, 0);
    }
  g_mutex_unlock (&models_mutex);
  if (self->memory != NULL)
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                       _ ("Not enough memory for a tile."));
  return FALSE;
}

static gboolean
prepare (GengaCpuModel *self, int width, int height, const GengaRect *wanted, GError **error)
{
  const gboolean was_set = self->layout->width == width && self->layout->height == height;
  const GengaRect before = self->layout->wanted;

  if (!genga_cpu_layout_arrange (self->layout, width, height, wanted))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for a tile."));
      return FALSE;
    }
  if (!was_set || before.x != wanted->x || before.y != wanted->y || before.width != wanted->width ||
      before.height != wanted->height)
    self->is_clear = FALSE;
  return reserve (self, self->layout->n_bytes + ALIGNMENT, error);
}

gboolean
genga_cpu_model_run (GengaCpuModel *self,
                     const GengaView *input,
                     const GengaRect *wanted,
                     const GengaView *output,
                     GCancellable *cancellable,
                     GError **error)
{
  Job job = { .model = self, .cancellable = cancellable };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->run_mutex);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !prepare (self, input->width, input->height, wanted, error))
    return FALSE;
  job.run.layout = self->layout;
  job.run.block = (guint8 *)(((guintptr)self->memory + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  job.run.input = input;
  job.run.output = output;
  job.run.is_odd = &self->is_odd;
  self->is_odd = FALSE;
  genga_cpu_pool_run (self->pool, run_tasks, &job);
  if (atomic_load (&job.stop) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the run was cancelled");
      return FALSE;
    }
  self->is_clear = self->plan->n_phases == 1;
  return TRUE;
}

gboolean
genga_cpu_model_was_finite (GengaCpuModel *self)
{
  return !self->is_odd;
}

guint64
genga_cpu_model_get_peak_bytes (GengaCpuModel *self, int width, int height)
{
  g_autoptr (GengaCpuLayout) layout =
      genga_cpu_layout_new (self->plan, genga_cpu_pool_get_n_threads (self->pool));

  if (!genga_cpu_layout_arrange (layout, width, height, &(GengaRect){ 0, 0, width, height }))
    return G_MAXUINT64;
  return layout->n_bytes + layout->max_tasks * sizeof *layout->tasks;
}

void
genga_cpu_model_set_watch (GengaCpuModel *self, GengaWatchFunc func, gpointer user_data)
{
  self->watch = func;
  self->watch_data = user_data;
}

int
genga_cpu_model_get_reach (GengaCpuModel *self)
{
  g_autoptr (GengaCpuLayout) layout = genga_cpu_layout_new (self->plan, 1);

  return genga_cpu_layout_find_reach (layout);
}

static const char *
get_kind_name (GengaCpuStepKind kind)
{
  static const char *const names[] = {
    "read",     "layer",      "copy",     "combine",  "shuffle",         "unshuffle",
    "resize",   "move",       "pool",     "function", "layer norm",      "statistics",
    "mean",     "group norm", "dysample", "windows",  "channel windows", "channel sums",
    "channels", "regrid",     "write",
  };

  return names[kind];
}

char *
genga_cpu_model_describe (GengaCpuModel *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->plan->steps->len; i++)
    {
      const GengaCpuStep *step = genga_cpu_plan_get_step (self->plan, i);
      const GengaConv *conv = step->conv;

      g_string_append_printf (text, "%u.%u %s", step->phase, i, get_kind_name (step->kind));
      if (conv != NULL)
        g_string_append_printf (text, " (%s %s, %dx%d)", conv->set->name, conv->kernel,
                                step->kernel_y, step->kernel_x);
      for (guint k = 0; k < step->n_inputs; k++)
        g_string_append_printf (text, " %u[%u+%u]", step->inputs[k].buffer, step->inputs[k].first,
                                step->inputs[k].channels);
      if (step->has_output)
        g_string_append_printf (text, " -> %u[%u+%u]", step->output.buffer, step->output.first,
                                step->output.channels);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}
