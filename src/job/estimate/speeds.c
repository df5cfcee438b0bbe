/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/speeds.h"
#include "core/options-text.h"

#include <math.h>

#define KEY "speeds"

#define MAX_ENTRIES 64

/* What a new job leaves of the weight of those before it. */
#define DECAY 0.5

typedef struct
{
  double network_pixels;
  double network_seconds;
  double result_pixels;
  double rest_seconds;
  double io_seconds;
  char precision[8];
  char device[32];
} Entry;

struct _GengaSpeeds
{
  GHashTable *entries; /* char * to Entry */
};

static char *
dup_key (GengaOptions *options, gboolean is_video)
{
  static const GengaOption parts[] = { GENGA_OPTION_MODEL, GENGA_OPTION_PRECISION,
                                       GENGA_OPTION_DEVICE, GENGA_OPTION_THREADS };
  GString *key = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *value = genga_options_format (options, parts[i]);
      g_autofree char *valid = g_utf8_make_valid (value, -1);
      g_string_append_printf (key, "%s%s", i > 0 ? "|" : "", valid);
    }
  if (genga_options_get_int (options, GENGA_OPTION_WORKERS) > 1)
    g_string_append_printf (key, "|workers %d",
                            genga_options_get_int (options, GENGA_OPTION_WORKERS));
  if (is_video)
    g_string_append (key, "|video");
  return g_string_free (key, FALSE);
}

static gboolean
is_sensible (const Entry *entry)
{
  const double values[] = { entry->network_pixels, entry->network_seconds, entry->result_pixels,
                            entry->rest_seconds, entry->io_seconds };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      if (!isfinite (values[i]) || values[i] < 0)
        return FALSE;
    }
  return entry->result_pixels > 0;
}

GengaSpeeds *
genga_speeds_new (GVariant *stored)
{
  GengaSpeeds *self = g_new0 (GengaSpeeds, 1);
  const char *key, *precision, *device;
  GVariantIter iter;
  Entry entry;

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (stored == NULL || !g_variant_is_of_type (stored, G_VARIANT_TYPE (GENGA_SPEEDS_TYPE)))
    return self;
  g_variant_iter_init (&iter, stored);
  while (g_variant_iter_next (&iter, "{&s(ddddd&s&s)}", &key, &entry.network_pixels,
                              &entry.network_seconds, &entry.result_pixels, &entry.rest_seconds,
                              &entry.io_seconds, &precision, &device))
    {
      g_strlcpy (entry.precision, precision, sizeof entry.precision);
      g_strlcpy (entry.device, device, sizeof entry.device);
      if (is_sensible (&entry))
        g_hash_table_insert (self->entries, g_strdup (key), g_memdup2 (&entry, sizeof entry));
    }
  return self;
}

void
genga_speeds_free (GengaSpeeds *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

GengaSpeeds *
genga_speeds_load (GSettings *settings)
{
  g_autoptr (GVariant) stored = settings != NULL ? g_settings_get_value (settings, KEY) : NULL;

  return genga_speeds_new (stored);
}

void
genga_speeds_save (GengaSpeeds *self, GSettings *settings)
{
  g_settings_set_value (settings, KEY, genga_speeds_new_variant (self));
}

static Entry *
find_or_add (GengaSpeeds *self, GengaOptions *options, gboolean is_video)
{
  g_autofree char *key = dup_key (options, is_video);
  Entry *entry = g_hash_table_lookup (self->entries, key);
  GHashTableIter iter;

  if (entry != NULL)
    return entry;
  if (g_hash_table_size (self->entries) >= MAX_ENTRIES)
    {
      g_hash_table_iter_init (&iter, self->entries);
      if (g_hash_table_iter_next (&iter, NULL, NULL))
        g_hash_table_iter_remove (&iter);
    }
  entry = g_new0 (Entry, 1);
  g_hash_table_insert (self->entries, g_steal_pointer (&key), entry);
  return entry;
}

void
genga_speeds_learn (GengaSpeeds *self, GengaJob *job)
{
  GengaProgressState sample;
  GengaJobFacts facts;

  genga_job_get_facts (job, &facts);
  genga_progress_poll (genga_job_get_progress (job), &sample);
  /* What an earlier run has done took no time in this one, but had to be joined. */
  double n_frames = sample.has_frames ? facts.frames : 1;
  if (genga_job_get_state (job) != GENGA_JOB_DONE || facts.target_width <= 0 || n_frames < 1 ||
      (sample.has_frames && 2 * n_frames < sample.frames_done) ||
      (facts.network_seconds > 0 && facts.network_pixels <= 0))
    return;

  Entry *entry = find_or_add (self, genga_job_get_options (job), sample.has_frames);
  double rest = facts.work_seconds - facts.network_seconds;
  entry->network_pixels = DECAY * entry->network_pixels + facts.network_pixels;
  entry->network_seconds = DECAY * entry->network_seconds + facts.network_seconds;
  entry->result_pixels =
      DECAY * entry->result_pixels + n_frames * facts.target_width * facts.target_height;
  entry->rest_seconds = DECAY * entry->rest_seconds + MAX (0, rest);
  entry->io_seconds = DECAY * entry->io_seconds + facts.read_seconds + facts.write_seconds;
  g_strlcpy (entry->precision, facts.precision, sizeof entry->precision);
  g_strlcpy (entry->device, facts.device, sizeof entry->device);
}

gboolean
genga_speeds_look_up (GengaSpeeds *self,
                      GengaOptions *options,
                      gboolean is_video,
                      GengaSpeed *speed)
{
  g_autofree char *key = dup_key (options, is_video);
  const Entry *entry = g_hash_table_lookup (self->entries, key);

  *speed = (GengaSpeed){ 0 };
  if (entry == NULL)
    return FALSE;
  if (entry->network_seconds > 0)
    speed->network_pixels_per_second = entry->network_pixels / entry->network_seconds;
  speed->rest_seconds_per_pixel = entry->rest_seconds / entry->result_pixels;
  speed->io_seconds_per_pixel = entry->io_seconds / entry->result_pixels;
  g_strlcpy (speed->precision, entry->precision, sizeof speed->precision);
  g_strlcpy (speed->device, entry->device, sizeof speed->device);
  return TRUE;
}

GVariant *
genga_speeds_new_variant (GengaSpeeds *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer key, value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (GENGA_SPEEDS_TYPE));
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Entry *entry = value;
      g_variant_builder_add (&builder, "{s(dddddss)}", key, entry->network_pixels,
                             entry->network_seconds, entry->result_pixels, entry->rest_seconds,
                             entry->io_seconds, entry->precision, entry->device);
    }
  return g_variant_builder_end (&builder);
}
