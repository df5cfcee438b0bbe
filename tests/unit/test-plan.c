/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as values: what options come to for what a header says, with no engine and no file. */
#include "core/error.h"
#include "core/options-text.h"
#include "job/plan/plan-network.h"
#include "job/plan/planner.h"

#include <string.h>

static const GengaSourceInfo picture = {
  .kind = GENGA_SOURCE_PICTURE,
  .format = GENGA_FORMAT_PNG,
  .width = 100,
  .height = 60,
  .sample = GENGA_SAMPLE_U8,
  .layout = GENGA_LAYOUT_RGB,
  .bits = 8,
  .n_pages = 1,
};

static const GengaSourceInfo video = {
  .kind = GENGA_SOURCE_VIDEO,
  .container = "matroska",
  .width = 101,
  .height = 60,
  .sample = GENGA_SAMPLE_F32,
  .layout = GENGA_LAYOUT_RGB,
  .bits = 8,
  .rate_num = 25,
  .rate_den = 1,
  .seconds = 8,
  .n_frames = 200,
  .n_audio = 1,
  .n_subtitles = 2,
};

static const GengaDeviceInfo cpu = { .id = "cpu", .total_bytes = 8e9, .is_cpu = TRUE };

/* `text`: "scale=2 tile=64", as people write options. */
static GengaPlan *
plan (const GengaSourceInfo *info, const char *text, const char *requested, GError **error)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  GengaPlanRequest request = {
    .source = "/nowhere/source",
    .info = info,
    .options = options,
    .requested_target = requested,
    .device = &cpu,
    .available_bytes = 4e9,
  };

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      g_autoptr (GError) reason = NULL;
      GengaOption option;

      g_assert_true (genga_option_find (pair[0], &option));
      genga_options_parse (options, option, pair[1], &reason);
      g_assert_no_error (reason);
    }
  genga_options_freeze (options);
  return genga_plan_new (&request, error);
}

static GengaPlan *
plan_ok (const GengaSourceInfo *info, const char *text, const char *requested)
{
  GError *error = NULL;
  GengaPlan *self = plan (info, text, requested, &error);

  g_assert_no_error (error);
  return self;
}

static void
test_pictures (void)
{
  static const struct
  {
    const char *options, *requested;
    int width, height;
    guint n_passes;
    GengaFormat format;
    int bit_depth;
    const char *ending;
    guint n_notices;
  } rows[] = {
    { "model=none scale=1", NULL, 100, 60, 0, GENGA_FORMAT_PNG, 8, ".png", 0 },
    { "model=nearest", NULL, 200, 120, 1, GENGA_FORMAT_PNG, 8, ".png", 0 },
    { "model=nearest scale=3", NULL, 300, 180, 1, GENGA_FORMAT_PNG, 8, ".png", 0 },
    { "model=none scale=2 bit-depth=16", NULL, 200, 120, 0, GENGA_FORMAT_PNG, 16, ".png", 0 },
    { "model=none scale=2 format=webp", NULL, 200, 120, 0, GENGA_FORMAT_WEBP, 8, ".webp", 0 },
    { "model=none scale=2", "/a/b.jpg", 200, 120, 0, GENGA_FORMAT_JPEG, 8, ".jpg", 0 },
    { "model=nearest width=1000", NULL, 1000, 600, 1, GENGA_FORMAT_PNG, 8, ".png", 0 },
    { "model=nearest width=1700", NULL, 1700, 1020, 2, GENGA_FORMAT_PNG, 8, ".png", 0 },
    { "model=nearest width=2500", NULL, 2500, 1500, 2, GENGA_FORMAT_PNG, 8, ".png", 0 },
    { "model=none shortest=7", NULL, 12, 7, 0, GENGA_FORMAT_PNG, 8, ".png", 0 },
    { "model=none scale=2 format=png", "/a/b.jpg", 200, 120, 0, GENGA_FORMAT_PNG, 8, ".png", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaPlan) self = plan_ok (&picture, rows[i].options, rows[i].requested);

      g_test_message ("%s", rows[i].options);
      g_assert_cmpint (self->sink, ==, GENGA_PLAN_PICTURE);
      g_assert_false (self->is_video);
      g_assert_cmpint (self->result.width, ==, rows[i].width);
      g_assert_cmpint (self->result.height, ==, rows[i].height);
      g_assert_cmpuint (self->n_passes, ==, rows[i].n_passes);
      g_assert_cmpint (self->save.format, ==, rows[i].format);
      g_assert_cmpint (self->save.bit_depth, ==, rows[i].bit_depth);
      g_assert_cmpstr (self->ending, ==, rows[i].ending);
      g_assert_cmpuint (self->notices->len, ==, rows[i].n_notices);
      g_assert_cmpfloat (self->n_frames, ==, 1);
      g_assert_cmpfloat (self->seconds, <, 0);
      g_assert_cmpuint (self->memory_bytes, >=, self->frame_bytes);
    }
}

/* Both limits belong to the middle. */
static void
test_adaptive_quality (void)
{
  static const struct
  {
    const char *options;
    gint64 n_bytes;
    int quality;
  } rows[] = {
    { "format=jpeg quality=90", 511999, 90 },
    { "format=jpeg quality=90 adaptive-quality=yes", 511999, 95 },
    { "format=jpeg quality=90 adaptive-quality=yes", 512000, 90 },
    { "format=webp quality=90 adaptive-quality=yes", 2097152, 90 },
    { "format=webp quality=90 adaptive-quality=yes", 2097153, 85 },
    { "format=webp quality=90 adaptive-quality=yes", 0, 90 },
    { "format=avif quality=90 adaptive-quality=yes", 511999, 90 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *options = g_strconcat ("model=none scale=1 ", rows[i].options, NULL);
      GengaSourceInfo info = picture;

      info.n_bytes = rows[i].n_bytes;
      g_autoptr (GengaPlan) self = plan_ok (&info, options, NULL);
      g_assert_cmpint (self->save.quality, ==, rows[i].quality);
    }
}

/* Containers, codecs, kinds and sizes of results. */
static void
test_videos (void)
{
  static const struct
  {
    const char *options, *requested;
    GengaPlanSink sink;
    GengaContainer container;
    GengaCodec codec;
    int width, height;
    const char *ending;
    gboolean drops;
  } rows[] = {
    { "model=none scale=1", NULL, GENGA_PLAN_VIDEO, GENGA_CONTAINER_MKV, GENGA_CODEC_H264, 102, 60,
      ".mkv", FALSE },
    { "model=none scale=2", "/a/b.mp4", GENGA_PLAN_VIDEO, GENGA_CONTAINER_MP4, GENGA_CODEC_H264,
      202, 120, ".mp4", FALSE },
    { "model=none scale=2 container=webm", NULL, GENGA_PLAN_VIDEO, GENGA_CONTAINER_WEBM,
      GENGA_CODEC_VP9, 202, 120, ".webm", FALSE },
    { "model=none scale=1 target-height=90", NULL, GENGA_PLAN_VIDEO, GENGA_CONTAINER_MKV,
      GENGA_CODEC_H264, 152, 90, ".mkv", FALSE },
    { "model=none scale=1", "/a/b.gif", GENGA_PLAN_ANIMATION, GENGA_CONTAINER_GIF, GENGA_CODEC_AUTO,
      101, 60, ".gif", TRUE },
    { "model=none scale=3 frames=png16", NULL, GENGA_PLAN_FRAMES, GENGA_CONTAINER_AUTO,
      GENGA_CODEC_AUTO, 303, 180, "", TRUE },
    { "model=none scale=1", "/a/frames/", GENGA_PLAN_FRAMES, GENGA_CONTAINER_AUTO, GENGA_CODEC_AUTO,
      101, 60, "", TRUE },
    { "model=none fit=1000x1000", NULL, GENGA_PLAN_VIDEO, GENGA_CONTAINER_MKV, GENGA_CODEC_H264,
      1000, 594, ".mkv", FALSE },
    { "model=none scale=1 clip-at=3", NULL, GENGA_PLAN_VIDEO, GENGA_CONTAINER_MKV, GENGA_CODEC_H264,
      102, 60, "_clip.mkv", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaPlan) self = plan_ok (&video, rows[i].options, rows[i].requested);
      GengaContainer container =
          self->sink == GENGA_PLAN_ANIMATION ? self->animation.container : self->write.container;

      g_test_message ("%s", rows[i].options);
      g_assert_cmpint (self->sink, ==, rows[i].sink);
      g_assert_cmpint (container, ==, rows[i].container);
      g_assert_cmpint (self->write.codec, ==, rows[i].codec);
      g_assert_cmpint (self->result.width, ==, rows[i].width);
      g_assert_cmpint (self->result.height, ==, rows[i].height);
      g_assert_cmpstr (self->ending, ==, rows[i].ending);
      g_assert_cmpint (self->kept.n_subtitles, ==, rows[i].drops ? 0 : 2);
      g_assert_cmpint (self->n_subtitles, ==, 2);
      g_assert_cmpfloat (self->disk_bytes, >, 0);
    }
}

/* What is held beside the frames depends on the encoder, and frames in planes are small. */
static void
test_video_memory (void)
{
  GengaSourceInfo hd = video;

  hd.width = 1920;
  hd.height = 1080;
  hd.planes = (GengaFrameInfo){ .width = 1920, .height = 1080, .layout = GENGA_LAYOUT_YUV420P };
  g_autoptr (GengaPlan) usual = plan_ok (&hd, "model=none scale=2 fit=3840x2160", "/a/b.mkv");
  g_autoptr (GengaPlan) planes = plan_ok (&hd, "model=none scale=1", "/a/b.mkv");
  g_autoptr (GengaPlan) floats = plan_ok (&hd, "model=none scale=1 precision=fp32", "/a/b.mkv");
  g_autoptr (GengaPlan) quick = plan_ok (&hd, "model=none scale=1 preset=ultrafast", "/a/b.mkv");

  g_assert_false (usual->is_in_planes);
  g_assert_true (planes->is_in_planes);
  g_assert_cmpuint (planes->frame_bytes, <=, 12 * 1920 * 1088 * 2);
  g_assert_cmpuint (floats->frame_bytes, >=, 6 * 1920 * 1080 * 16);
  g_assert_cmpuint (planes->memory_bytes, <, 450u << 20);
  g_assert_cmpuint (quick->memory_bytes, <, planes->memory_bytes / 2);
}

/* What asks players to turn it keeps doing so where the file can; else frames are turned. */
static void
test_rotation (void)
{
  GengaSourceInfo turned = video;

  turned.width = 100;
  turned.rotation = 90;
  g_autoptr (GengaPlan) told = plan_ok (&turned, "model=none scale=1", "/a/b.mp4");
  g_autoptr (GengaPlan) done = plan_ok (&turned, "model=none scale=1", "/a/b.mkv");
  g_assert_cmpint (told->rotation, ==, 0);
  g_assert_cmpint (told->frame.width, ==, 100);
  g_assert_cmpint (done->rotation, ==, 90);
  g_assert_cmpint (done->frame.width, ==, 60);
  g_assert_cmpint (done->result.height, ==, 100);
  g_assert_cmpuint (told->notices->len, ==, 0);
  g_assert_cmpuint (done->notices->len, ==, 1);
}

/* The header is that of the part. */
static void
test_trim (void)
{
  GengaSourceInfo two_seconds = video;

  two_seconds.n_frames = 50;
  two_seconds.seconds = 2;
  g_autoptr (GengaPlan) whole = plan_ok (&video, "model=none scale=1", NULL);
  g_autoptr (GengaPlan) part = plan_ok (&two_seconds, "model=none scale=1 from=2 to=4", NULL);

  g_assert_cmpfloat (whole->n_frames, ==, 200);
  g_assert_cmpfloat (part->n_frames, ==, 50);
  g_assert_cmpfloat (part->from, ==, 2);
  g_assert_cmpfloat (part->to, ==, 4);
  g_assert_cmpfloat_with_epsilon (4 * part->disk_bytes, whole->disk_bytes, 1);
}

static void
test_refusals (void)
{
  static const struct
  {
    const GengaSourceInfo *info;
    const char *options, *requested;
    int code;
  } rows[] = {
    { &picture, "model=nix", NULL, GENGA_ERROR_MODEL },
    { &picture, "model=none bit-depth=16", "/a/b.jpg", GENGA_ERROR_USAGE },
    { &video, "model=none", "/a/b.xyz", GENGA_ERROR_USAGE },
    { &video, "model=none codec=h264", "/a/b.gif", GENGA_ERROR_USAGE },
    { &video, "model=none keep-frames=all", "/a/frames/", GENGA_ERROR_USAGE },
    { &picture, "model=none shortest=1000000", NULL, GENGA_ERROR_USAGE },
    { &video, "model=nearest height=1000000", NULL, GENGA_ERROR_USAGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (plan (rows[i].info, rows[i].options, rows[i].requested, &error));
      g_assert_error (error, GENGA_ERROR, rows[i].code);
    }
}

/* A result too large for its format; a WebP becomes a PNG, others are refused. */
static void
test_too_large (void)
{
  GengaSourceInfo wide = picture;
  g_autoptr (GError) error = NULL;

  wide.width = 9000;
  g_autoptr (GengaPlan) instead = plan_ok (&wide, "model=none scale=2 format=webp", NULL);
  g_assert_cmpint (instead->save.format, ==, GENGA_FORMAT_PNG);
  g_assert_true (instead->is_instead_of_webp);
  g_assert_cmpstr (instead->ending, ==, ".png");
  g_assert_null (plan (&wide, "model=none scale=8 format=jpeg", NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
}

/* Tiles are those asked for; a network without a view of the whole is never untiled. */
static void
test_tiles (void)
{
  GengaSourceInfo large = picture;

  large.width = 300;
  large.height = 200;
  g_autoptr (GengaPlan) tiled = plan_ok (&large, "model=nearest tile=64 overlap=8", NULL);
  g_assert_cmpuint (tiled->passes[0].n_tiles, >, 1);
  g_assert_cmpint (tiled->passes[0].tile_width, <=, 72);
  g_assert_cmpint (tiled->passes[0].overlap, ==, 8);
  genga_plan_set_untiled (tiled, 1);
  g_assert_cmpuint (genga_plan_get_untiled (tiled), ==, 0);
  g_autoptr (GengaPlan) whole = plan_ok (&large, "model=nearest", NULL);
  g_assert_cmpuint (whole->passes[0].n_tiles, ==, 1);
  g_assert_cmpuint (genga_plan_get_untiled (whole), ==, 0);
}

static void
test_time (void)
{
  GengaSpeed speed = { .network_pixels_per_second = 1000,
                       .rest_seconds_per_pixel = 0.001,
                       .io_seconds_per_pixel = 0.01 };
  g_autoptr (GengaOptions) options = genga_options_new ();
  GengaPlanRequest request = { .source = "/nowhere/a.png",
                               .info = &picture,
                               .options = options,
                               .device = &cpu,
                               .speed = &speed };

  genga_options_set_string (options, GENGA_OPTION_MODEL, "nearest");
  g_autoptr (GengaPlan) self = genga_plan_new (&request, NULL);
  g_assert_nonnull (self);
  g_assert_cmpfloat_with_epsilon (self->work_seconds, 6000 / 1000. + 24000 * 0.001, 1e-9);
  g_assert_cmpfloat_with_epsilon (self->io_seconds, 240, 1e-9);
  g_assert_cmpfloat_with_epsilon (self->seconds, 270, 1e-9);
}

/* What only frames that follow one another can have, whatever the options say. */
static void
test_flow (void)
{
  const char *text = "model=nearest reuse=exact frame-mapping=true";
  g_autoptr (GengaPlan) one = plan_ok (&picture, text, NULL);
  g_autoptr (GengaPlan) many = plan_ok (&video, text, NULL);
  g_autoptr (GengaPlan) plain = plan_ok (&video, "model=nearest reuse=off", NULL);

  g_assert_cmpint (one->reuse, ==, GENGA_REUSE_OFF);
  g_assert_false (one->maps_frames);
  g_assert_false (one->counts_frames);
  g_assert_true (one->takes_tiles);
  g_assert_cmpint (many->reuse, ==, GENGA_REUSE_EXACT);
  g_assert_true (many->maps_frames);
  g_assert_true (many->counts_frames);
  g_assert_false (many->takes_tiles);
  g_assert_cmpint (plain->reuse, ==, GENGA_REUSE_OFF);
  g_assert_false (plain->maps_frames);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/pictures", test_pictures);
  g_test_add_func ("/plan/adaptive-quality", test_adaptive_quality);
  g_test_add_func ("/plan/videos", test_videos);
  g_test_add_func ("/plan/rotation", test_rotation);
  g_test_add_func ("/plan/video-memory", test_video_memory);
  g_test_add_func ("/plan/trim", test_trim);
  g_test_add_func ("/plan/refusals", test_refusals);
  g_test_add_func ("/plan/too-large", test_too_large);
  g_test_add_func ("/plan/tiles", test_tiles);
  g_test_add_func ("/plan/time", test_time);
  g_test_add_func ("/plan/flow", test_flow);
  return g_test_run ();
}
