/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joining: packets that nobody coded, with times made by hand, and what is found in the file. */
#include "core/error.h"
#include "media/video/write/mux.h"
#include "media/video/write/segment-file.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *target;
  char *temporary;
  GengaProgress *progress;
  GengaSourceInfo info;
  GengaOrigin origin;
  GengaAvOrigin *known;
  GengaVideoWrite params;
  GengaEncoding encoding;
  GengaEncoderSetup setup;
  AVCodecParameters *coding;
  GPtrArray *segments; /* of GengaVideoSegment */
  GPtrArray *paths;
} Fixture;

/* A packet as it was found in a file, times in milliseconds. */
typedef struct
{
  gint64 pts;
  gint64 dts;
  gint64 content;
} Found;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  self->folder = scratch_new ();
  self->target = g_build_filename (self->folder, "out.mkv", NULL);
  self->temporary = g_build_filename (self->folder, "joined", NULL);
  self->progress = genga_progress_new (cancellable);
  self->info = (GengaSourceInfo){ .width = 64,
                                  .height = 48,
                                  .layout = GENGA_LAYOUT_RGB,
                                  .bits = 8,
                                  .time_base_num = 1,
                                  .time_base_den = 1000,
                                  .rate_num = 25,
                                  .rate_den = 1 };
  self->known = genga_av_origin_new_plain (&self->info);
  self->params.container = data != NULL ? GPOINTER_TO_INT (data) : GENGA_CONTAINER_MKV;
  self->params.progress = self->progress;
  self->encoding.format = AV_PIX_FMT_YUV420P;
  self->setup = (GengaEncoderSetup){ .params = &self->params,
                                     .encoding = &self->encoding,
                                     .time_base = { 1, 1000 },
                                     .rate = { 25, 1 },
                                     .sar = { 1, 1 } };
  self->coding = avcodec_parameters_alloc ();
  self->coding->codec_type = AVMEDIA_TYPE_VIDEO;
  self->coding->codec_id = AV_CODEC_ID_MPEG4;
  self->coding->format = AV_PIX_FMT_YUV420P;
  self->coding->width = 64;
  self->coding->height = 48;
  self->segments = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_video_segment_free);
  self->paths = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  scratch_fail ("", 0, FALSE);
  scratch_remove (self->folder);
  g_free (self->target);
  g_free (self->temporary);
  genga_progress_unref (self->progress);
  genga_av_origin_free (self->known);
  avcodec_parameters_free (&self->coding);
  g_ptr_array_unref (self->segments);
  g_ptr_array_unref (self->paths);
}

/* ---- segments ---- */

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 difference = *(const gint64 *)a - *(const gint64 *)b;

  return (difference > 0) - (difference < 0);
}

/* Packets in the order in which they are decoded; their content is their time. */
static void
write_packets (Fixture *self, const char *path, const gint64 *times, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaSegmentWriter) writer =
      genga_segment_writer_new (path, self->target, &self->params, &error);
  AVPacket *packet = av_packet_alloc ();

  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (av_new_packet (packet, sizeof times[i]), ==, 0);
      memcpy (packet->data, &times[i], sizeof times[i]);
      packet->pts = times[i];
      packet->flags = i == 0 ? AV_PKT_FLAG_KEY : 0;
      g_assert_true (genga_segment_writer_add (writer, packet, &error));
      av_packet_unref (packet);
    }
  av_packet_free (&packet);
  g_assert_true (genga_segment_writer_finish (writer, &error));
  g_assert_no_error (error);
}

/* As a sink makes one of such packets; each frame lasts until the next, the last one 40 ms. */
static void
add_segment (Fixture *self, const gint64 *times, guint n)
{
  GengaVideoSegment *segment = scratch_new_segment (n, 0, 0);
  char *path = g_strdup_printf ("%s/segment-%u", self->folder, self->segments->len);

  memcpy (segment->pts, times, n * sizeof *times);
  qsort (segment->pts, n, sizeof *times, compare_times);
  for (guint i = 0; i < n; i++)
    {
      gint64 *place = bsearch (&times[i], segment->pts, n, sizeof *times, compare_times);

      segment->durations[i] = i + 1 < n ? segment->pts[i + 1] - segment->pts[i] : 40;
      segment->delay = MAX (segment->delay, MAX ((gint64)i - (place - segment->pts), 0));
    }
  write_packets (self, path, times, n);
  g_ptr_array_add (self->segments, segment);
  g_ptr_array_add (self->paths, path);
}

/* ---- joining ---- */

static GengaVideoMux *
new_mux (Fixture *self, GError **error)
{
  return genga_video_mux_new (&self->info, &self->origin, self->known, self->target, &self->setup,
                              error);
}

static gboolean
join (Fixture *self, GengaVideoMux *mux, int *damaged, GError **error)
{
  return genga_video_mux_join (mux, self->coding, (GengaVideoSegment **)self->segments->pdata,
                               (const char **)self->paths->pdata, self->segments->len,
                               self->temporary, damaged, error);
}

static GArray *
read_file (const char *path)
{
  GArray *packets = g_array_new (FALSE, FALSE, sizeof (Found));
  AVFormatContext *input = avformat_alloc_context ();
  AVPacket *packet = av_packet_alloc ();
  AVRational milliseconds = { 1, 1000 };

  input->flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN;
  g_assert_cmpint (avformat_open_input (&input, path, NULL, NULL), ==, 0);
  g_assert_cmpuint (input->nb_streams, ==, 1);
  for (; av_read_frame (input, packet) == 0; av_packet_unref (packet))
    {
      Found found;

      av_packet_rescale_ts (packet, input->streams[0]->time_base, milliseconds);
      found = (Found){ .pts = packet->pts, .dts = packet->dts };
      g_assert_cmpint (packet->size, ==, sizeof found.content);
      memcpy (&found.content, packet->data, packet->size);
      g_array_append_val (packets, found);
    }
  av_packet_free (&packet);
  avformat_close_input (&input);
  return packets;
}

/* Joins what was added, names it, and answers its packets. */
static GArray *
join_all (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaVideoMux) mux = new_mux (self, &error);
  int damaged = 7;

  g_unlink (self->target);
  g_assert_no_error (error);
  g_assert_true (genga_video_mux_check (mux, self->coding, &error));
  g_assert_true (join (self, mux, &damaged, &error));
  g_assert_no_error (error);
  g_assert_cmpint (damaged, ==, -1);
  g_assert_false (scratch_exists (self->folder, "out.mkv"));
  g_assert_true (genga_video_mux_commit (mux, TRUE, &error));
  g_assert_no_error (error);
  g_assert_false (scratch_exists (self->folder, "joined"));
  return read_file (self->target);
}

/* All packets in the order of decoding, each at its own time; they are decoded one after the other,
 * and none after it is shown. */
static void
assert_times (GArray *packets, const gint64 *times, guint n, gboolean has_dts)
{
  g_assert_cmpuint (packets->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const Found *found = &g_array_index (packets, Found, i);

      g_assert_cmpint (found->content, ==, times[i]);
      g_assert_cmpint (found->pts, ==, times[i]);
      if (has_dts)
        g_assert_cmpint (found->dts, <=, found->pts);
      if (has_dts && i > 0)
        g_assert_cmpint (found[-1].dts, <, found->dts);
    }
}

static gboolean
has_dts (gconstpointer container)
{
  return GPOINTER_TO_INT (container) == GENGA_CONTAINER_MP4;
}

/* ---- tests of times ---- */

/* Frames in order of three lengths of segments: absolute times, however they are cut. */
static void
test_absolute (Fixture *self, gconstpointer container)
{
  gint64 times[30];

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    times[i] = 5000 + 40 * i;
  add_segment (self, times, 12);
  add_segment (self, times + 12, 1);
  add_segment (self, times + 13, 17);
  g_autoptr (GArray) packets = join_all (self);
  assert_times (packets, times, G_N_ELEMENTS (times), has_dts (container));
}

/* Frames that are shown for different times, and gaps. */
static void
test_variable_rate (Fixture *self, gconstpointer container)
{
  static const gint64 times[] = { 1000, 1001, 1100, 1101, 1500, 9000, 9001, 9040, 20000 };

  add_segment (self, times, 4);
  add_segment (self, times + 4, 3);
  add_segment (self, times + 7, 2);
  g_autoptr (GArray) packets = join_all (self);
  assert_times (packets, times, G_N_ELEMENTS (times), has_dts (container));
}

/* B-frames, one level and a pyramid, and a segment without between them. */
static void
test_reordered (Fixture *self, gconstpointer container)
{
  static const gint64 times[] = {
    2000, 2120, 2040, 2080, 2160,                         /* I P B B P: one late */
    2200, 2360, 2280, 2240, 2320, 2400,                   /* a pyramid: two */
    2440, 2480, 2520,                                     /* none */
    2560, 2720, 2640, 2600, 2680, 2880, 2800, 2760, 2840, /* two again */
  };

  add_segment (self, times, 5);
  add_segment (self, times + 5, 6);
  add_segment (self, times + 11, 3);
  add_segment (self, times + 14, 9);
  g_assert_cmpuint (((GengaVideoSegment *)self->segments->pdata[0])->delay, ==, 1);
  g_assert_cmpuint (((GengaVideoSegment *)self->segments->pdata[1])->delay, ==, 2);
  g_assert_cmpuint (((GengaVideoSegment *)self->segments->pdata[2])->delay, ==, 0);
  g_autoptr (GArray) packets = join_all (self);
  assert_times (packets, times, G_N_ELEMENTS (times), has_dts (container));
}

/* Reordered frames with gaps, across the border of segments. */
static void
test_reordered_variable (Fixture *self, gconstpointer container)
{
  static const gint64 times[] = { 3000, 3500, 3001, 3002, 7000, 7900, 7040, 7041, 7901, 7902 };

  add_segment (self, times, 4);
  add_segment (self, times + 4, 4);
  add_segment (self, times + 8, 2);
  g_autoptr (GArray) packets = join_all (self);
  assert_times (packets, times, G_N_ELEMENTS (times), has_dts (container));
}

/* The same packets in one segment and in many make the same file, but for where key frames are. */
static void
test_same_however_cut (Fixture *self, gconstpointer container)
{
  gint64 times[24];
  static const gint64 shape[] = { 0, 120, 80, 40, 160, 200 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    times[i] = 10000 + 240 * (i / 6) + shape[i % 6];
  add_segment (self, times, G_N_ELEMENTS (times));
  g_autoptr (GArray) whole = join_all (self);
  for (guint length = 6; length <= 18; length += 6)
    {
      g_ptr_array_set_size (self->segments, 0);
      g_ptr_array_set_size (self->paths, 0);
      for (guint i = 0; i < G_N_ELEMENTS (times); i += length)
        add_segment (self, times + i, MIN (length, G_N_ELEMENTS (times) - i));
      g_autoptr (GArray) cut = join_all (self);
      g_assert_cmpmem (cut->data, cut->len * sizeof (Found), whole->data,
                       whole->len * sizeof (Found));
    }
}

/* A constant rate: the frames' times are counted in frames. */
static void
test_counted (Fixture *self, gconstpointer container)
{
  static const gint64 times[] = { 25, 26, 27, 28 };
  g_autoptr (GArray) packets = NULL;

  self->setup.time_base = (AVRational){ 1, 25 };
  add_segment (self, times, 3);
  add_segment (self, times + 3, 1);
  packets = join_all (self);
  g_assert_cmpuint (packets->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (g_array_index (packets, Found, i).pts, ==, 40 * times[i]);
}

/* ---- segments that are not what they were ---- */

static const gint64 plain[] = { 0, 40, 80, 120, 160, 200 };

static void
add_three (Fixture *self)
{
  for (int i = 0; i < 3; i++)
    add_segment (self, plain + 2 * i, 2);
}

static void
assert_damaged (Fixture *self, int expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaVideoMux) mux = new_mux (self, &error);
  int damaged = 7;

  g_assert_no_error (error);
  g_assert_false (join (self, mux, &damaged, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_cmpint (damaged, ==, expected);
  g_assert_false (scratch_exists (self->folder, "out.mkv"));
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const gint64 fewer[] = { 80 }, more[] = { 80, 120, 81 }, other[] = { 80, 121 };
  static const gint64 beyond[] = { 160, 200, 40 };

  add_three (self);
  write_packets (self, self->paths->pdata[1], fewer, 1);
  assert_damaged (self, 1);
  write_packets (self, self->paths->pdata[1], more, 3);
  assert_damaged (self, 1);
  write_packets (self, self->paths->pdata[1], other, 2);
  assert_damaged (self, 1);
  scratch_write (self->paths->pdata[1], 100);
  assert_damaged (self, 1);
  g_unlink (self->paths->pdata[1]);
  assert_damaged (self, 1);
  write_packets (self, self->paths->pdata[1], plain + 2, 2);
  write_packets (self, self->paths->pdata[2], beyond, 3);
  assert_damaged (self, 2);
  g_unlink (self->paths->pdata[0]);
  assert_damaged (self, 0);
}

/* The n-th read fails, for each n: it says so, and calls nothing damaged. */
static void
test_unreadable (Fixture *self, gconstpointer data)
{
  gboolean ok = FALSE;

  add_three (self);
  for (guint n = 1; !ok; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaVideoMux) mux = new_mux (self, &error);
      int damaged = 7;

      scratch_fail ("unreadable-segment", n, FALSE);
      ok = join (self, mux, &damaged, &error);
      g_assert_cmpint (damaged, ==, -1);
      g_assert_true (n > 30 || !ok);
      if (!ok)
        {
          g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
          g_assert_nonnull (strstr (error->message, "is kept"));
        }
    }
}

/* The n-th write fails, for each n; then there is room, and the file is as always. */
static void
test_full (Fixture *self, gconstpointer data)
{
  guint n = 0;

  add_three (self);
  for (gboolean ok = FALSE; !ok;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaVideoMux) mux = new_mux (self, &error);
      int damaged = 7;

      scratch_fail ("no-room", ++n, TRUE);
      ok = join (self, mux, &damaged, &error);
      g_assert_cmpint (damaged, ==, -1);
      if (!ok)
        {
          g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
          g_assert_nonnull (strstr (error->message, "out.mkv"));
        }
    }
  g_assert_cmpuint (n, >, 1);
  scratch_fail ("", 0, FALSE);
  g_autoptr (GArray) packets = join_all (self);
  assert_times (packets, plain, G_N_ELEMENTS (plain), FALSE);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaVideoMux) mux = new_mux (self, &error);
  int damaged = 7;

  add_three (self);
  g_cancellable_cancel (genga_progress_get_cancellable (self->progress));
  g_assert_false (join (self, mux, &damaged, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (damaged, ==, -1);
}

/* ---- the result's name ---- */

static void
test_name_taken (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaVideoMux) mux = new_mux (self, &error);
  int damaged;

  add_three (self);
  scratch_write (self->target, 3);
  g_assert_true (join (self, mux, &damaged, &error));
  g_assert_false (genga_video_mux_commit (mux, FALSE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_clear_error (&error);
  g_assert_true (genga_video_mux_commit (mux, TRUE, &error));
  g_assert_no_error (error);
  g_autoptr (GArray) packets = read_file (self->target);
  assert_times (packets, plain, G_N_ELEMENTS (plain), FALSE);
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaVideoMux) mux = new_mux (self, &error);
  int damaged = 7;

  add_three (self);
  g_free (self->temporary);
  self->temporary = g_build_filename (self->folder, "missing", "joined", NULL);
  g_assert_false (join (self, mux, &damaged, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_cmpint (damaged, ==, -1);
}

/* ---- what containers hold ---- */

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaVideoMux) mux = NULL;
  int damaged;

  self->params.container = GENGA_CONTAINER_WEBM;
  mux = new_mux (self, &error);
  g_assert_no_error (error);
  g_assert_false (genga_video_mux_check (mux, self->coding, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_clear_error (&error);
  add_three (self);
  g_assert_false (join (self, mux, &damaged, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_cmpint (damaged, ==, -1);
}

static void
test_rotation (Fixture *self, gconstpointer data)
{
  static const GengaContainer containers[] = { GENGA_CONTAINER_MKV, GENGA_CONTAINER_WEBM,
                                               GENGA_CONTAINER_MP4, GENGA_CONTAINER_MOV };

  self->info.rotation = 90;
  for (guint i = 0; i < G_N_ELEMENTS (containers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaVideoMux) mux = NULL;

      self->params.container = containers[i];
      mux = new_mux (self, &error);
      g_assert_cmpint (mux != NULL, ==, i >= 2);
      if (mux == NULL)
        g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
    }
}

/* What a stream or a first frame says of its light reaches the file; what cannot is said. */
static void
test_side_data (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) notices = NULL;
  g_autoptr (GArray) packets = NULL;
  AVFormatContext *input = NULL;
  gsize size = 0;
  guint8 *level;

  g_assert_nonnull (av_frame_new_side_data (self->known->first, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
                                            2 * sizeof (guint)));
  level = self->known->first->side_data[0]->data;
  memcpy (level, ((guint[]){ 1000, 400 }), 2 * sizeof (guint));
  g_assert_nonnull (av_stream_new_side_data (self->known->stream, AV_PKT_DATA_DOVI_CONF, 8));
  self->encoding.format = AV_PIX_FMT_YUVA420P;
  add_three (self);
  packets = join_all (self);
  notices = genga_progress_take_notices (self->progress);
  g_assert_cmpuint (notices->len, ==, 1);
  g_assert_nonnull (strstr (notices->pdata[0], "Dolby Vision"));
  g_assert_cmpint (avformat_open_input (&input, self->target, NULL, NULL), ==, 0);
  g_assert_nonnull (
      av_stream_get_side_data (input->streams[0], AV_PKT_DATA_CONTENT_LIGHT_LEVEL, &size));
  g_assert_nonnull (av_dict_get (input->streams[0]->metadata, "alpha_mode", NULL, 0));
  avformat_close_input (&input);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func) g_test_add ("/mux/" name, Fixture, data, set_up, func, tear_down)
#define ADD_BOTH(name, func)                                                                       \
  ADD (name "/mkv", GINT_TO_POINTER (GENGA_CONTAINER_MKV), func);                                  \
  ADD (name "/mp4", GINT_TO_POINTER (GENGA_CONTAINER_MP4), func)
  ADD_BOTH ("absolute", test_absolute);
  ADD_BOTH ("variable-rate", test_variable_rate);
  ADD_BOTH ("reordered", test_reordered);
  ADD_BOTH ("reordered-variable", test_reordered_variable);
  ADD_BOTH ("same-however-cut", test_same_however_cut);
  ADD_BOTH ("counted", test_counted);
  ADD ("damaged", NULL, test_damaged);
  ADD ("unreadable", NULL, test_unreadable);
  ADD ("full", NULL, test_full);
  ADD ("cancelled", NULL, test_cancelled);
  ADD ("name-taken", NULL, test_name_taken);
  ADD ("no-folder", NULL, test_no_folder);
  ADD ("refused", NULL, test_refused);
  ADD ("rotation", NULL, test_rotation);
  ADD ("side-data", NULL, test_side_data);
#undef ADD_BOTH
#undef ADD
  return g_test_run ();
}
