/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-admission.h"

#include "core/error.h"
#include "engine/exam/exam.h"
#include "engine/exam/verdicts.h"
#include "engine/vulkan/vulkan-denylist.h"
#include "engine/vulkan/vulkan-model.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

static GMutex mutex;
static GHashTable *known; /* "vulkan:0 fp32" -> GengaVerdict; with the mutex */

/* ---- what is remembered ---- */

/* The module changes without the program in a build folder. */
static char *
dup_module (void)
{
  GStatBuf info = { 0 };
  Dl_info module;

  if (dladdr (&mutex, &module) != 0)
    g_stat (module.dli_fname, &info);
  return g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%ld", (gint64)info.st_size,
                          (gint64)info.st_mtim.tv_sec, (long)info.st_mtim.tv_nsec);
}

static GengaVerdicts *
load_verdicts (const GengaVulkanFacts *facts)
{
  g_autofree char *module = dup_module ();
  g_autoptr (GString) machine = g_string_new (facts->name);

  g_string_append_printf (machine, "\n%x %x %x %x\n%s\n", facts->vendor, facts->device,
                          (guint)facts->driver, facts->driver_version, module);
  for (guint i = 0; i < VK_UUID_SIZE; i++)
    g_string_append_printf (machine, "%02x", facts->cache_uuid[i]);
  return genga_verdicts_load ("vulkan", machine->str);
}

/* ---- the check ---- */

/* In FP32 as tests/contract bounds each number. In FP16 right results are up to 0.0006 off. */
static gboolean
is_right (const GengaExam *exam, const float *answer, GengaPrecision precision)
{
  switch ((int)precision)
    {
    case GENGA_PRECISION_FP16:
      return genga_exam_is_right (exam, answer, 0.005, 0);
    case GENGA_PRECISION_BF16:
      return genga_exam_is_right (exam, answer, 0.04, 0);
    default:
      return genga_exam_is_right (exam, answer, 1e-5, 1e-4);
    }
}

/* GENGA_VERDICT_UNKNOWN: `*error` says why. */
static GengaVerdict
examine (const char *device_id, GengaPrecision precision, GError **error)
{
  g_autoptr (GengaExam) exam = genga_exam_new (FALSE, error);
  g_autoptr (GengaVulkanModel) model = NULL;
  g_autofree float *answer = genga_exam_new_answer ();
  GengaView input, output = genga_exam_view_answer (answer);
  GengaRect whole;

  if (exam != NULL)
    model = genga_vulkan_model_new (exam->graph, device_id, precision, error);
  if (model == NULL)
    return GENGA_VERDICT_UNKNOWN;
  input = genga_exam_view_input (exam);
  whole = genga_view_get_rect (&input);
  if (!genga_vulkan_model_run (model, &input, &whole, &output, NULL, error))
    return GENGA_VERDICT_UNKNOWN;
  return is_right (exam, answer, precision) ? GENGA_VERDICT_PASSED : GENGA_VERDICT_FAILED;
}

/* With the mutex. */
static GengaVerdict
find_out (const GengaVulkanFacts *facts, GengaPrecision precision, const char *name, GError **error)
{
  g_autoptr (GengaVerdicts) verdicts = load_verdicts (facts);
  GengaVerdict verdict = genga_verdicts_get (verdicts, name);

  if (verdict != GENGA_VERDICT_UNKNOWN)
    return verdict;
  verdict = examine (facts->id, precision, error);
  if (verdict != GENGA_VERDICT_UNKNOWN)
    genga_verdicts_add (verdicts, name, verdict);
  return verdict;
}

static GengaVerdict
look_up (const GengaVulkanFacts *facts, GengaPrecision precision, const char *name, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%s %s", facts->id, name);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GengaVerdict verdict;
  gpointer value;

  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  value = g_hash_table_lookup (known, key);
  verdict = GPOINTER_TO_UINT (value);
  if (verdict == GENGA_VERDICT_UNKNOWN)
    verdict = find_out (facts, precision, name, error);
  if (verdict != GENGA_VERDICT_UNKNOWN)
    g_hash_table_insert (known, g_steal_pointer (&key), GUINT_TO_POINTER (verdict));
  return verdict;
}

gboolean
genga_vulkan_admission_check (const char *device_id, GengaPrecision precision, GError **error)
{
  const char *name = genga_choice_get_nick (GENGA_TYPE_PRECISION, precision);
  const GengaVulkanFacts *facts = genga_vulkan_facts_find (device_id, error);
  const GengaVulkanDenied *denied;
  GengaVerdict verdict;

  if (facts == NULL)
    return FALSE;
  denied = genga_vulkan_denylist_find (genga_vulkan_denylist, facts);
  if (denied != NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   /* TRANSLATORS: a device's name, and its driver ("NVK before Mesa 24.0"). */
                   _ ("The graphics device “%s” is not used: its driver is known to fail (%s)."),
                   facts->name, denied->reason);
      return FALSE;
    }
  verdict = look_up (facts, precision, name, error);
  if (verdict == GENGA_VERDICT_FAILED)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                 /* TRANSLATORS: a device's name, and a precision: fp16, fp32, bf16. */
                 _ ("The graphics device “%s” is not used: its driver computes wrong results "
                    "in %s."),
                 facts->name, name);
  return verdict == GENGA_VERDICT_PASSED;
}
