/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/outlook.h"
#include "core/text.h"
#include "job/plan/plan-target.h"

/* More than any file of a sane mind has, and few enough for widgets. */
#define MOST_LINES 400
#define MOST_TRACKS 400

GengaPlan *
genga_outlook_plan (GengaJob *job, const GengaPlanSetup *setup, GError **error)
{
  const char *model = genga_options_get_string (genga_job_get_options (job), GENGA_OPTION_MODEL);
  GengaPlanSetup asking = *setup;

  asking.asks_coder = TRUE;
  return genga_facts_cache_look_up (setup->models, model, error) != NULL
             ? genga_plan_new_for_job (job, &asking, error)
             : NULL;
}

static GengaOutlook *
new_empty (void)
{
  GengaOutlook *self = g_new0 (GengaOutlook, 1);

  self->words = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_plan_words_free);
  self->tracks = g_array_new (FALSE, FALSE, sizeof (GengaTrack));
  return self;
}

GengaOutlook *
genga_outlook_new (const GengaPlan *plan, GengaJob *job)
{
  GengaOutlook *self = new_empty ();
  g_autofree char *name =
      genga_plan_dup_name (plan, genga_job_get_options (job), genga_job_get_source (job),
                           genga_job_get_requested_target (job), genga_job_get_hints (job));
  g_autofree char *shown = name != NULL ? genga_text_dup_path (name) : g_strdup ("…");

  g_ptr_array_unref (self->words);
  self->words = genga_plan_dup_words (plan, shown);
  if (plan->tracks != NULL)
    g_array_append_vals (self->tracks, plan->tracks->data, MIN (plan->tracks->len, MOST_TRACKS));
  self->n_chapters = plan->n_chapters;
  self->is_video = plan->sink == GENGA_PLAN_VIDEO;
  self->is_measured = plan->is_measured;
  return self;
}

void
genga_outlook_free (GengaOutlook *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->words);
  g_array_unref (self->tracks);
  g_free (self);
}

/* ---- between processes ---- */

GVariant *
genga_outlook_to_message (const GengaOutlook *self)
{
  GVariantBuilder words, tracks;

  g_variant_builder_init (&words, G_VARIANT_TYPE ("a(uss)"));
  for (guint i = 0; i < MIN (self->words->len, MOST_LINES); i++)
    {
      const GengaPlanWords *line = self->words->pdata[i];

      g_variant_builder_add (&words, "(uss)", line->kind, line->title, line->text);
    }
  g_variant_builder_init (&tracks, G_VARIANT_TYPE ("a(uuussss)"));
  for (guint i = 0; i < self->tracks->len; i++)
    {
      const GengaTrack *track = &g_array_index (self->tracks, GengaTrack, i);

      g_variant_builder_add (&tracks, "(uuussss)", track->kind, track->number, track->fate,
                             track->codec, track->becomes, track->language, track->title);
    }
  return g_variant_new ("(bbua(uss)a(uuussss))", self->is_video, self->is_measured,
                        self->n_chapters, &words, &tracks);
}

static gboolean
read_words (GVariantIter *iter, GPtrArray *words)
{
  const char *title, *text;
  guint kind;

  while (g_variant_iter_next (iter, "(u&s&s)", &kind, &title, &text))
    {
      if (kind >= GENGA_N_PLAN_WORDS || words->len == MOST_LINES)
        return FALSE;
      g_ptr_array_add (words, genga_plan_words_new (kind, title, text));
    }
  return TRUE;
}

static gboolean
read_tracks (GVariantIter *iter, GArray *tracks)
{
  const char *codec, *becomes, *language, *title;
  guint kind, number, fate;

  while (g_variant_iter_next (iter, "(uuu&s&s&s&s)", &kind, &number, &fate, &codec, &becomes,
                              &language, &title))
    {
      GengaTrack track = { .kind = kind, .number = number, .fate = fate };

      if (kind >= GENGA_TRACK_CHAPTERS || number == 0 || number > MOST_TRACKS ||
          fate > GENGA_TRACK_NOT_WANTED || tracks->len == MOST_TRACKS ||
          g_strlcpy (track.codec, codec, sizeof track.codec) >= sizeof track.codec ||
          g_strlcpy (track.becomes, becomes, sizeof track.becomes) >= sizeof track.becomes ||
          g_strlcpy (track.language, language, sizeof track.language) >= sizeof track.language ||
          g_strlcpy (track.title, title, sizeof track.title) >= sizeof track.title)
        return FALSE;
      g_array_append_val (tracks, track);
    }
  return TRUE;
}

GengaOutlook *
genga_outlook_from_message (GVariant *message)
{
  g_autoptr (GengaOutlook) self = new_empty ();
  g_autoptr (GVariantIter) words = NULL;
  g_autoptr (GVariantIter) tracks = NULL;

  g_variant_get (message, GENGA_OUTLOOK_TYPE, &self->is_video, &self->is_measured,
                 &self->n_chapters, &words, &tracks);
  return read_words (words, self->words) && read_tracks (tracks, self->tracks)
             ? g_steal_pointer (&self)
             : NULL;
}
