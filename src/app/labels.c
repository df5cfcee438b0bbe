/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/labels.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *nick;
  const char *label;
} choices[] = {
  { "auto", N_ ("Automatic") },
  { "none", N_ ("As stored") },
  { "gaussian", N_ ("Gaussian") },
  { "linear", N_ ("Linear") },
  { "fp32", "FP32" },
  { "fp16", "FP16" },
  { "bf16", "BF16" },
  { "png", "PNG" },
  { "jpeg", "JPEG" },
  { "webp", "WebP" },
  { "suffix", N_ ("With a suffix") },
  { "original", N_ ("Same name") },
  { "list", N_ ("From a list") },
};

char *
genga_label_dup_size (int width, int height)
{
  return g_strdup_printf (_ ("%d × %d"), width, height);
}

char *
genga_label_dup_duration (double seconds)
{
  guint whole = seconds + 0.5;

  if (whole >= 3600)
    return g_strdup_printf ("%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
  return g_strdup_printf ("%u:%02u", whole / 60, whole % 60);
}

char *
genga_label_dup_choice (GType type, int value)
{
  const char *nick = genga_choice_get_nick (type, value);

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      if (g_str_equal (choices[i].nick, nick))
        return g_strdup (_ (choices[i].label));
    }
  return g_strdup (nick);
}

static char *
dup_running (GengaJob *job)
{
  double fraction, seconds_left;

  g_object_get (job, "fraction", &fraction, "seconds-left", &seconds_left, NULL);
  if (seconds_left >= 0)
    {
      g_autofree char *duration = genga_label_dup_duration (seconds_left);
      return g_strdup_printf (_ ("%.0f %%, %s left"), fraction * 100, duration);
    }
  return g_strdup_printf (_ ("%.0f %%"), fraction * 100);
}

char *
genga_label_dup_state (GengaJob *job)
{
  switch (genga_job_get_state (job))
    {
    case GENGA_JOB_QUEUED:
      return g_strdup (_ ("Waiting"));
    case GENGA_JOB_RUNNING:
      return dup_running (job);
    case GENGA_JOB_DONE:
      return g_strdup (_ ("Done"));
    case GENGA_JOB_CANCELLED:
      return g_strdup (_ ("Stopped"));
    case GENGA_JOB_FAILED:
    default:
      return g_strdup (genga_job_get_error (job)->message);
    }
}
