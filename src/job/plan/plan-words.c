/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-words.h"
#include "core/text.h"
#include "job/plan/track-words.h"

#include <glib/gi18n-lib.h>

/* More of them are counted. */
#define MOST_ATTACHMENTS 2

/* A list under way. */
typedef struct
{
  const GengaPlan *plan;
  GPtrArray *lines;
} Words;

GengaPlanWords *
genga_plan_words_new (GengaPlanWordsKind kind, const char *title, const char *text)
{
  GengaPlanWords *self = g_new (GengaPlanWords, 1);

  *self = (GengaPlanWords){ kind, g_strdup (title), genga_text_dup_line (text) };
  return self;
}

void
genga_plan_words_free (GengaPlanWords *self)
{
  g_free (self->title);
  g_free (self->text);
  g_free (self);
}

static void G_GNUC_PRINTF (4, 5)
    add (Words *self, GengaPlanWordsKind kind, const char *title, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (self->lines, genga_plan_words_new (kind, title, text));
}

#define add_result(self, ...) add (self, GENGA_PLAN_WORDS_RESULT, __VA_ARGS__)
#define add_cost(self, ...) add (self, GENGA_PLAN_WORDS_COST, __VA_ARGS__)

/* ---- the result ---- */

static void
add_file (Words *self, const char *name)
{
  const GengaPlan *plan = self->plan;

  switch (plan->sink)
    {
    case GENGA_PLAN_VIDEO:
      add_result (self, _ ("Result"), "%s (%s, %s)", name,
                  genga_choice_get_nick (GENGA_TYPE_CONTAINER, plan->write.container),
                  genga_choice_get_nick (GENGA_TYPE_CODEC, plan->write.codec));
      break;
    case GENGA_PLAN_ANIMATION:
      add_result (self, _ ("Result"), "%s (%s)", name,
                  genga_choice_get_nick (GENGA_TYPE_CONTAINER, plan->animation.container));
      break;
    case GENGA_PLAN_FRAMES:
      add_result (self, _ ("Result"), "%s%s (%s)", name, G_DIR_SEPARATOR_S,
                  genga_choice_get_nick (GENGA_TYPE_FRAMES, plan->frames));
      break;
    case GENGA_PLAN_PICTURE:
    default:
      add_result (self, _ ("Result"), _ ("%s (%s, %d bits per channel)"), name,
                  genga_choice_get_nick (GENGA_TYPE_FORMAT, plan->save.format),
                  plan->save.bit_depth);
      if (genga_plan_has_quality (plan))
        add_result (self, _ ("Quality"), "%d", plan->save.quality);
    }
}

static void
add_size (Words *self)
{
  const GengaPlan *plan = self->plan;

  add_result (self, _ ("Size"), _ ("%d × %d to %d × %d"), plan->frame.width, plan->frame.height,
              plan->result.width, plan->result.height);
  if (genga_plan_reduces (plan))
    add_result (self, _ ("Reduced first"), _ ("to %d × %d"), plan->source.width,
                plan->source.height);
  if (plan->counts_frames)
    add_result (self, _ ("Frames"), _ ("about %.0f"), plan->n_frames);
  if (plan->rotation != 0)
    add_result (self, _ ("Rotation"), _ ("%d degrees"), plan->rotation);
}

static void
add_network (Words *self)
{
  const GengaPlan *plan = self->plan;
  const GengaPlanPass *first = &plan->passes[0];
  const int width = plan->source.width * plan->factor, height = plan->source.height * plan->factor;

  add_result (self, _ ("Model"), "%s", plan->model_name);
  if (!genga_plan_has_network (plan))
    return;
  add_result (self, _ ("Passes"), _ ("%u, each %d×"), plan->n_passes, plan->native_scale);
  if (plan->result.width != width || plan->result.height != height)
    add_result (self, _ ("Then"), _ ("resized from %d × %d (Lanczos)"), width, height);
  if (genga_plan_get_strength (plan) < 1)
    add_result (self, _ ("Strength"), _ ("%g %%, the rest is a plain enlargement"),
                100 * genga_plan_get_strength (plan));
  if (first->n_tiles == 1)
    add_result (self, _ ("Tiles"), "%s", _ ("the whole frame at once"));
  else
    add_result (self, _ ("Tiles"), _ ("%u of %d × %d pixels, overlap at least %d"), first->n_tiles,
                first->tile_width, first->tile_height, first->overlap);
  add_result (self, _ ("Device"), "%s, %s", plan->device.id,
              genga_choice_get_nick (GENGA_TYPE_PRECISION, plan->precision));
  if (plan->devices.n > 1)
    {
      g_autofree char *devices = genga_device_list_dup_text (&plan->devices);

      add_result (self, _ ("Devices that share the work"), "%s", devices);
    }
  if (plan->device_reason != NULL)
    add_result (self, _ ("Why this device"), "%s", plan->device_reason);
}

/* ---- what becomes of the source ---- */

/* What is said of each kind, before it is one line. */
typedef struct
{
  GPtrArray *parts[GENGA_N_PLAN_WORDS];
} Fates;

static void G_GNUC_PRINTF (3, 4)
    add_part (Fates *self, GengaPlanWordsKind kind, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (self->parts[kind] == NULL)
    self->parts[kind] = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->parts[kind], g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

static void
add_picture_parts (Fates *self, const GengaPlan *plan)
{
  const gboolean had_alpha = genga_layout_has_alpha (plan->frame.layout);
  const gboolean has_alpha = genga_layout_has_alpha (plan->result.layout);
  const gboolean to_srgb = genga_options_get_int (plan->options, GENGA_OPTION_COLOUR_PROFILE) ==
                           GENGA_COLOUR_PROFILE_SRGB;

  if (had_alpha)
    add_part (self, has_alpha ? GENGA_PLAN_WORDS_KEPT : GENGA_PLAN_WORDS_NOT_WANTED, "%s",
              _ ("transparency"));
  if (plan->bits > 8 && plan->save.bit_depth >= plan->bits)
    add_part (self, GENGA_PLAN_WORDS_KEPT, _ ("%d bits per channel"), plan->bits);
  else if (plan->bits > 8)
    add_part (self, GENGA_PLAN_WORDS_CONVERTED, _ ("%d bits per channel to %d"), plan->bits,
              plan->save.bit_depth);
  if (plan->has_profile)
    add_part (self, to_srgb ? GENGA_PLAN_WORDS_CONVERTED : GENGA_PLAN_WORDS_KEPT, "%s",
              to_srgb ? _ ("colours to sRGB") : _ ("colour profile"));
}

static void
add_track_part (Fates *self, const GengaTrack *track)
{
  static const GengaPlanWordsKind kinds[] = {
    [GENGA_TRACK_KEPT] = GENGA_PLAN_WORDS_KEPT,
    [GENGA_TRACK_CONVERTED] = GENGA_PLAN_WORDS_CONVERTED,
    [GENGA_TRACK_LEFT_OUT] = GENGA_PLAN_WORDS_LEFT_OUT,
    [GENGA_TRACK_NOT_WANTED] = GENGA_PLAN_WORDS_NOT_WANTED,
  };
  g_autofree char *words = genga_track_dup_words (track);
  g_autofree char *becomes = genga_codec_dup_word (track->becomes);
  const char *kind = genga_track_kind_get_word (track->kind);

  if (track->fate == GENGA_TRACK_CONVERTED)
    /* TRANSLATORS: "Subtitles (English, ASS) to MOV text". */
    add_part (self, GENGA_PLAN_WORDS_CONVERTED, _ ("%s (%s) to %s"), kind, words, becomes);
  else if (words[0] != '\0')
    /* TRANSLATORS: "Audio (Japanese, FLAC)". */
    add_part (self, kinds[track->fate], _ ("%s (%s)"), kind, words);
  else
    add_part (self, kinds[track->fate], "%s", kind);
}

static guint
count_attachments (const GengaPlan *plan, GengaTrackFate fate)
{
  guint n = 0;

  for (guint i = 0; i < plan->tracks->len; i++)
    {
      const GengaTrack *track = &g_array_index (plan->tracks, GengaTrack, i);

      n += track->kind == GENGA_TRACK_ATTACHMENT && track->fate == fate;
    }
  return n;
}

/* Fonts come by the dozen. */
static void
add_tracks (Fates *self, const GengaPlan *plan)
{
  static const struct
  {
    GengaTrackFate fate;
    GengaPlanWordsKind kind;
  } many[] = {
    { GENGA_TRACK_KEPT, GENGA_PLAN_WORDS_KEPT },
    { GENGA_TRACK_LEFT_OUT, GENGA_PLAN_WORDS_LEFT_OUT },
    { GENGA_TRACK_NOT_WANTED, GENGA_PLAN_WORDS_NOT_WANTED },
  };

  for (guint i = 0; i < plan->tracks->len; i++)
    {
      const GengaTrack *track = &g_array_index (plan->tracks, GengaTrack, i);

      if (track->kind != GENGA_TRACK_ATTACHMENT ||
          count_attachments (plan, track->fate) <= MOST_ATTACHMENTS)
        add_track_part (self, track);
    }
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    {
      const guint n = count_attachments (plan, many[i].fate);

      if (n > MOST_ATTACHMENTS)
        add_part (self, many[i].kind,
                  g_dngettext (GETTEXT_PACKAGE, "%u attachment", "%u attachments", n), n);
    }
}

static void
add_chapters (Fates *self, const GengaPlan *plan)
{
  const gboolean is_wanted = !genga_track_list_has (plan->write.leave_out, GENGA_TRACK_CHAPTERS, 1);
  const int n = plan->n_chapters;

  if (n > 0)
    add_part (self,
              plan->kept.n_chapters > 0 ? GENGA_PLAN_WORDS_KEPT
              : is_wanted               ? GENGA_PLAN_WORDS_LEFT_OUT
                                        : GENGA_PLAN_WORDS_NOT_WANTED,
              g_dngettext (GETTEXT_PACKAGE, "%d chapter", "%d chapters", n),
              plan->kept.n_chapters > 0 ? plan->kept.n_chapters : n);
}

/* As far as headers tell. */
static void
add_counted (Fates *self, const GengaPlan *plan)
{
  const struct
  {
    int n, n_kept;
    const char *word;
  } parts[] = {
    { plan->n_audio, plan->kept.n_audio, _ ("audio") },
    { plan->n_subtitles, plan->kept.n_subtitles, _ ("subtitles") },
    { plan->n_attachments, plan->kept.n_attachments, _ ("attachments") },
    { plan->n_data, plan->kept.n_data, _ ("data") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i].n_kept > 0)
        add_part (self, GENGA_PLAN_WORDS_KEPT, "%s", parts[i].word);
      if (parts[i].n_kept < parts[i].n)
        add_part (self, GENGA_PLAN_WORDS_LEFT_OUT, "%s", parts[i].word);
    }
}

static void
add_fates (Words *self)
{
  const char *const titles[GENGA_N_PLAN_WORDS] = {
    [GENGA_PLAN_WORDS_KEPT] = _ ("Kept"),
    [GENGA_PLAN_WORDS_CONVERTED] = _ ("Converted"),
    [GENGA_PLAN_WORDS_LEFT_OUT] = _ ("Left out"),
    [GENGA_PLAN_WORDS_NOT_WANTED] = _ ("Left out as chosen"),
  };
  Fates fates = { 0 };

  if (!self->plan->is_video)
    add_picture_parts (&fates, self->plan);
  else if (self->plan->tracks != NULL)
    add_tracks (&fates, self->plan);
  else
    add_counted (&fates, self->plan);
  if (self->plan->is_video)
    add_chapters (&fates, self->plan);
  for (guint kind = 0; kind < GENGA_N_PLAN_WORDS; kind++)
    {
      GPtrArray *parts = fates.parts[kind];

      if (parts == NULL)
        continue;
      g_ptr_array_add (parts, NULL);
      g_autofree char *list = g_strjoinv ("; ", (char **)parts->pdata);
      add (self, kind, titles[kind], "%s", list);
      g_ptr_array_unref (parts);
    }
}

/* ---- what it takes ---- */

/* "42 s", "3:05", "1:02:30" */
static char *
dup_duration (double seconds)
{
  const guint64 whole = MIN (seconds + 0.5, 1e9);

  if (whole < 100)
    return g_strdup_printf (_ ("%u s"), (guint)whole);
  if (whole < 3600)
    return g_strdup_printf ("%u:%02u", (guint)whole / 60, (guint)whole % 60);
  return g_strdup_printf ("%u:%02u:%02u", (guint)(whole / 3600), (guint)(whole / 60 % 60),
                          (guint)(whole % 60));
}

/* The stages of a video go on beside each other, as far as processors are enough for both. */
static void
add_time (Words *self)
{
  const GengaPlan *plan = self->plan;
  g_autofree char *seconds = dup_duration (MAX (0, plan->seconds));
  g_autofree char *coding = dup_duration (MAX (0, plan->io_seconds));
  g_autofree char *sum = dup_duration (MAX (0, plan->work_seconds) + MAX (0, plan->io_seconds));

  if (plan->is_measured && plan->seconds < 0)
    add_cost (self, _ ("Time"), _ ("%s for the encoder, and what the network takes"), coding);
  else if (plan->is_measured)
    add_cost (self, _ ("Time"), _ ("between %s and %s"), seconds, sum);
  else if (plan->seconds >= 0)
    add_cost (self, _ ("Time"), _ ("about %s"), seconds);
  else
    add_cost (self, _ ("Time"), "%s", _ ("not known yet"));
}

static void
add_costs (Words *self)
{
  const GengaPlan *plan = self->plan;
  g_autofree char *memory = g_format_size (plan->memory_bytes);
  g_autofree char *disk = g_format_size (plan->disk_bytes);
  g_autofree char *least = g_format_size (plan->disk_least);
  g_autofree char *most = g_format_size (plan->disk_most);

  add_cost (self, _ ("Memory"), _ ("about %s"), memory);
  if (plan->disk_least < plan->disk_most)
    add_cost (self, _ ("Disk"), _ ("between %s and %s"), least, most);
  else
    add_cost (self, _ ("Disk"), _ ("about %s"), disk);
  add_time (self);
}

GPtrArray *
genga_plan_dup_words (const GengaPlan *plan, const char *name)
{
  Words self = { plan, g_ptr_array_new_with_free_func ((GDestroyNotify)genga_plan_words_free) };

  add_file (&self, name);
  add_size (&self);
  add_network (&self);
  add_fates (&self);
  add_costs (&self);
  for (guint i = 0; i < plan->notices->len; i++)
    add (&self, GENGA_PLAN_WORDS_NOTE, _ ("Note"), "%s", (const char *)plan->notices->pdata[i]);
  return self.lines;
}
