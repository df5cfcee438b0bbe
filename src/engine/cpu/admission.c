/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/admission.h"

#include "core/fault.h"
#include "engine/cpu/cpu-model.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/kernels/plain.h"
#include "engine/exam/exam.h"
#include "engine/exam/verdicts.h"

#ifdef __x86_64__
#  include <cpuid.h>
#endif

#define MAX_SETS 8

/* ---- the check ---- */

/*
 * As tests/contract bounds each number in FP32. In the fast class right results of this network are
 * up to 0.0004 off.
 */
static gboolean
is_right (const GengaExam *exam, const float *answer, gboolean fast)
{
  return fast ? genga_exam_is_right (exam, answer, 0.002, 0)
              : genga_exam_is_right (exam, answer, 1e-5, 1e-4);
}

static GengaVerdict
try_class (const GengaExam *exam, const GengaKernelSet *set, gboolean fast)
{
  g_autofree char *place = g_strdup_printf ("kernel-check-%s", set->name);
  g_autoptr (GengaCpuModel) model = genga_cpu_model_new (exam->graph, fast, 1, set->name);
  g_autofree float *answer = genga_exam_new_answer ();
  GengaView input = genga_exam_view_input (exam);
  GengaView output = genga_exam_view_answer (answer);
  GengaRect whole = genga_view_get_rect (&input);
  g_autoptr (GError) error = NULL;

  if (!genga_cpu_model_run (model, &input, &whole, &output, NULL, &error))
    {
      g_info ("kernels \"%s\" can't be checked: %s", set->name, error->message);
      return GENGA_VERDICT_UNKNOWN;
    }
  if (genga_fault (place))
    genga_exam_spoil (answer);
  return is_right (exam, answer, fast) ? GENGA_VERDICT_PASSED : GENGA_VERDICT_FAILED;
}

/* `*exam` is made where it is needed. */
static GengaVerdict
examine (GengaExam **exam, const GengaKernelSet *set)
{
  GengaVerdict verdict = GENGA_VERDICT_PASSED;
  g_autoptr (GError) error = NULL;

  if (*exam == NULL)
    *exam = genga_exam_new (TRUE, &error);
  if (*exam == NULL)
    {
      g_info ("kernels can't be checked: %s", error->message);
      return GENGA_VERDICT_UNKNOWN;
    }
  for (int fast = 0; fast < 2 && verdict == GENGA_VERDICT_PASSED; fast++)
    verdict = try_class (*exam, set, fast);
  return verdict;
}

/* ---- all sets ---- */

static const char *refused[MAX_SETS];

/* From the CPU itself: /proc/cpuinfo is long where there are many. */
static char *
dup_cpu (void)
{
#ifdef __x86_64__
  guint32 name[12] = { 0 }, a, b, c, d;

  for (guint i = 0; i < 3; i++)
    __get_cpuid (0x80000002 + i, &name[4 * i], &name[4 * i + 1], &name[4 * i + 2],
                 &name[4 * i + 3]);
  if (!__get_cpuid (1, &a, &b, &c, &d))
    a = 0;
  return g_strdup_printf ("%.48s %x", (const char *)name, a);
#else
  return g_strdup ("");
#endif
}

static void
check_set (GengaVerdicts *verdicts, GengaExam **exam, const GengaKernelSet *set)
{
  GengaVerdict verdict = genga_verdicts_get (verdicts, set->name);

  if (verdict == GENGA_VERDICT_UNKNOWN)
    {
      verdict = examine (exam, set);
      if (verdict != GENGA_VERDICT_UNKNOWN)
        genga_verdicts_add (verdicts, set->name, verdict);
    }
  if (verdict == GENGA_VERDICT_PASSED)
    return;
  g_info ("kernels \"%s\" failed their check on this CPU and are not used", set->name);
  genga_kernels_exclude (set);
}

static gpointer
check_all (gpointer data)
{
  g_autofree char *cpu = dup_cpu ();
  g_autoptr (GengaVerdicts) verdicts = genga_verdicts_load ("kernels", cpu);
  const GengaKernelSet *const *sets = genga_kernels_list ();
  g_autoptr (GengaExam) exam = NULL;
  guint n_sets = 0, n_refused = 0;

  while (sets[n_sets] != &genga_kernels_plain)
    n_sets++;
  /* The last one first: a set may take layers from those behind it. */
  for (guint i = n_sets; i > 0; i--)
    check_set (verdicts, &exam, sets[i - 1]);
  for (guint i = 0; i < n_sets && n_refused + 1 < MAX_SETS; i++)
    if (genga_kernels_is_excluded (sets[i]))
      refused[n_refused++] = sets[i]->name;
  return NULL;
}

void
genga_admission_check (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, check_all, NULL);
}

const char *const *
genga_admission_list_refused (void)
{
  genga_admission_check ();
  return refused;
}

const char *
genga_admission_get_used (void)
{
  genga_admission_check ();
  return genga_kernels_get_best ()->name;
}
