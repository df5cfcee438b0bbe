/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people are told of a plan, and what an outlook keeps of it on its way between processes. */
#include "job/estimate/outlook.h"
#include "job/plan/track-words.h"

#include <string.h>

static const GengaTrack tracks[] = {
  { GENGA_TRACK_AUDIO, 1, GENGA_TRACK_KEPT, "flac", "", "jpn", "" },
  { GENGA_TRACK_AUDIO, 2, GENGA_TRACK_NOT_WANTED, "ac3", "", "", "Commentary" },
  { GENGA_TRACK_SUBTITLES, 1, GENGA_TRACK_CONVERTED, "ass", "mov_text", "pt-BR", "" },
  { GENGA_TRACK_SUBTITLES, 2, GENGA_TRACK_LEFT_OUT, "hdmv_pgs_subtitle", "", "xyz", "" },
  { GENGA_TRACK_ATTACHMENT, 1, GENGA_TRACK_LEFT_OUT, "ttf", "", "", "a.ttf" },
  { GENGA_TRACK_ATTACHMENT, 2, GENGA_TRACK_LEFT_OUT, "ttf", "", "", "b.ttf" },
  { GENGA_TRACK_ATTACHMENT, 3, GENGA_TRACK_LEFT_OUT, "none", "", "", "" },
};

/* A plan without a network, as far as words go. */
static GengaPlan *
new_plan (gboolean is_video)
{
  GengaPlan *self = g_new0 (GengaPlan, 1);

  self->options = genga_options_new ();
  self->is_video = self->counts_frames = is_video;
  self->sink = is_video ? GENGA_PLAN_VIDEO : GENGA_PLAN_PICTURE;
  self->frame = self->source = self->result =
      (GengaFrameInfo){ .width = 4, .height = 3, .layout = GENGA_LAYOUT_RGBA };
  self->model_name = g_strdup ("none");
  self->save = (GengaPictureSave){ .format = GENGA_FORMAT_PNG, .bit_depth = 8 };
  self->write = (GengaVideoWrite){ .container = GENGA_CONTAINER_MP4, .codec = GENGA_CODEC_H264 };
  self->bits = 8;
  self->seconds = self->work_seconds = self->io_seconds = -1;
  self->notices = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
add_tracks (GengaPlan *self)
{
  self->tracks = g_array_new (FALSE, FALSE, sizeof (GengaTrack));
  g_array_append_vals (self->tracks, tracks, G_N_ELEMENTS (tracks));
}

/* What is said of a kind; NULL: nothing. */
static char *
dup_text (const GPtrArray *words, GengaPlanWordsKind kind, const char *title)
{
  for (guint i = 0; i < words->len; i++)
    {
      const GengaPlanWords *line = words->pdata[i];

      if (line->kind == kind && (title == NULL || g_str_equal (line->title, title)))
        return g_strdup (line->text);
    }
  return NULL;
}

static void
assert_text (const GPtrArray *words,
             GengaPlanWordsKind kind,
             const char *title,
             const char *expected)
{
  g_autofree char *text = dup_text (words, kind, title);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_tracks (void)
{
  g_autoptr (GengaPlan) plan = new_plan (TRUE);
  g_autoptr (GPtrArray) words = NULL;

  add_tracks (plan);
  plan->n_chapters = 2;
  plan->kept.n_chapters = 2;
  words = genga_plan_dup_words (plan, "out.mp4");
  assert_text (words, GENGA_PLAN_WORDS_KEPT, NULL, "Audio (Japanese, FLAC); 2 chapters");
  assert_text (words, GENGA_PLAN_WORDS_NOT_WANTED, NULL, "Audio (Dolby Digital, “Commentary”)");
  assert_text (words, GENGA_PLAN_WORDS_CONVERTED, NULL,
               "Subtitles (Portuguese (pt-BR), ASS) to MOV text");
  assert_text (words, GENGA_PLAN_WORDS_LEFT_OUT, NULL, "Subtitles (xyz, PGS); 3 attachments");
}

/* Before the muxer was asked, numbers of headers have to do. */
static void
test_counted (void)
{
  g_autoptr (GengaPlan) plan = new_plan (TRUE);
  g_autoptr (GPtrArray) words = NULL;

  plan->n_audio = 2;
  plan->kept.n_audio = 1;
  plan->n_chapters = 3;
  plan->write.leave_out = "chapters";
  words = genga_plan_dup_words (plan, "out.mp4");
  assert_text (words, GENGA_PLAN_WORDS_KEPT, NULL, "audio");
  assert_text (words, GENGA_PLAN_WORDS_LEFT_OUT, NULL, "audio");
  assert_text (words, GENGA_PLAN_WORDS_NOT_WANTED, NULL, "3 chapters");
}

static void
test_pictures (void)
{
  g_autoptr (GengaPlan) plan = new_plan (FALSE);
  g_autoptr (GPtrArray) words = NULL;

  plan->bits = 16;
  plan->has_profile = TRUE;
  words = genga_plan_dup_words (plan, "out.png");
  assert_text (words, GENGA_PLAN_WORDS_KEPT, NULL, "transparency; colour profile");
  assert_text (words, GENGA_PLAN_WORDS_CONVERTED, NULL, "16 bits per channel to 8");
  g_ptr_array_unref (words);
  plan->save.bit_depth = 16;
  plan->result.layout = GENGA_LAYOUT_RGB;
  genga_options_set_int (plan->options, GENGA_OPTION_COLOUR_PROFILE, GENGA_COLOUR_PROFILE_SRGB);
  words = genga_plan_dup_words (plan, "out.png");
  assert_text (words, GENGA_PLAN_WORDS_KEPT, NULL, "16 bits per channel");
  assert_text (words, GENGA_PLAN_WORDS_CONVERTED, NULL, "colours to sRGB");
  assert_text (words, GENGA_PLAN_WORDS_NOT_WANTED, NULL, "transparency");
}

static void
test_time (void)
{
  g_autoptr (GengaPlan) plan = new_plan (TRUE);
  static const struct
  {
    gboolean is_measured;
    double work, io, seconds;
    const char *expected;
  } rows[] = {
    { FALSE, -1, -1, -1, "not known yet" },
    { FALSE, 70, 20, 70, "about 70 s" },
    { TRUE, -1, 200, -1, "3:20 for the encoder, and what the network takes" },
    { TRUE, 3600, 150, 3600, "between 1:00:00 and 1:02:30" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) words = NULL;

      plan->is_measured = rows[i].is_measured;
      plan->work_seconds = rows[i].work;
      plan->io_seconds = rows[i].io;
      plan->seconds = rows[i].seconds;
      words = genga_plan_dup_words (plan, "out.mp4");
      assert_text (words, GENGA_PLAN_WORDS_COST, "Time", rows[i].expected);
    }
}

/* Nothing is lost on the way, and what makes no sense is no outlook. */
static void
test_messages (void)
{
  static const char *const senseless[] = {
    "(true, false, uint32 0, [(uint32 99, 'a', 'b')], @a(uuussss) [])",
    "(true, false, uint32 0, @a(uss) [], [(uint32 9, uint32 1, uint32 0, '', '', '', '')])",
    "(true, false, uint32 0, @a(uss) [], [(uint32 0, uint32 0, uint32 0, '', '', '', '')])",
    "(true, false, uint32 0, @a(uss) [], [(uint32 0, uint32 1, uint32 9, '', '', '', '')])",
    "(true, false, uint32 0, @a(uss) [], [(uint32 0, uint32 1, uint32 0, "
    "'a codec that has a name of more than 31 bytes', '', '', '')])",
  };
  g_autoptr (GengaPlan) plan = new_plan (TRUE);
  g_autoptr (GengaJob) job = genga_job_new ("/a/in.mkv", NULL, plan->options);
  g_autoptr (GengaOutlook) outlook = NULL;
  g_autoptr (GengaOutlook) copy = NULL;
  g_autoptr (GVariant) message = NULL;

  add_tracks (plan);
  plan->n_chapters = 5;
  plan->ending = g_strdup (".mp4");
  outlook = genga_outlook_new (plan, job);
  message = g_variant_ref_sink (genga_outlook_to_message (outlook));
  copy = genga_outlook_from_message (message);
  g_assert_nonnull (copy);
  g_assert_true (copy->is_video);
  g_assert_cmpuint (copy->n_chapters, ==, 5);
  g_assert_cmpuint (copy->words->len, ==, outlook->words->len);
  g_assert_cmpuint (copy->tracks->len, ==, G_N_ELEMENTS (tracks));
  for (guint i = 0; i < G_N_ELEMENTS (tracks); i++)
    g_assert_cmpstr (g_array_index (copy->tracks, GengaTrack, i).codec, ==, tracks[i].codec);
  for (guint i = 0; i < G_N_ELEMENTS (senseless); i++)
    {
      g_autoptr (GVariant) bad =
          g_variant_parse (G_VARIANT_TYPE (GENGA_OUTLOOK_TYPE), senseless[i], NULL, NULL, NULL);

      g_assert_nonnull (bad);
      g_assert_null (genga_outlook_from_message (bad));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan-words/tracks", test_tracks);
  g_test_add_func ("/plan-words/counted", test_counted);
  g_test_add_func ("/plan-words/pictures", test_pictures);
  g_test_add_func ("/plan-words/time", test_time);
  g_test_add_func ("/plan-words/messages", test_messages);
  return g_test_run ();
}
