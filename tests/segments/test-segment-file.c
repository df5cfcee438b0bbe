/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of packets: what is written comes back, and what is not what was written is told. */
#include "core/error.h"
#include "media/video/write/segment-file.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define N_PACKETS 6

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = scratch_new ();
  self->path = g_build_filename (self->folder, "segment", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  scratch_fail ("", 0, FALSE);
  scratch_remove (self->folder);
  g_free (self->path);
}

static AVPacket *
new_packet (int i)
{
  AVPacket *packet = av_packet_alloc ();

  /* The first one is empty. */
  g_assert_cmpint (av_new_packet (packet, 7 * i), ==, 0);
  memset (packet->data, 'a' + i, packet->size);
  packet->pts = G_GINT64_CONSTANT (-1000000000000) + i;
  packet->flags = i % 2 == 0 ? AV_PKT_FLAG_KEY : 0;
  for (int n = 0; n < i % 3; n++)
    {
      guint8 *data = av_packet_new_side_data (
          packet, n == 0 ? AV_PKT_DATA_NEW_EXTRADATA : AV_PKT_DATA_SKIP_SAMPLES, 10 + n);
      memset (data, 'A' + i, 10 + n);
    }
  return packet;
}

static void
assert_same (const AVPacket *packet, int i)
{
  AVPacket *expected = new_packet (i);

  g_assert_cmpmem (packet->data, packet->size, expected->data, expected->size);
  g_assert_cmpint (packet->pts, ==, expected->pts);
  g_assert_cmpint (packet->flags, ==, expected->flags);
  g_assert_cmpint (packet->side_data_elems, ==, expected->side_data_elems);
  for (int n = 0; n < expected->side_data_elems; n++)
    {
      const AVPacketSideData *a = &packet->side_data[n], *b = &expected->side_data[n];

      g_assert_cmpint (a->type, ==, b->type);
      g_assert_cmpmem (a->data, a->size, b->data, b->size);
    }
  av_packet_free (&expected);
}

static gboolean
write_all (Fixture *self, const GengaVideoWrite *params, GError **error)
{
  g_autofree char *result = g_build_filename (self->folder, "out.mkv", NULL);
  g_autoptr (GengaSegmentWriter) writer =
      genga_segment_writer_new (self->path, result, params, error);
  gboolean ok = writer != NULL;

  for (int i = 0; i < N_PACKETS && ok; i++)
    {
      AVPacket *packet = new_packet (i);

      ok = genga_segment_writer_add (writer, packet, error);
      av_packet_free (&packet);
    }
  ok = ok && genga_segment_writer_finish (writer, error);
  if (ok)
    {
      GStatBuf info;
      g_assert_cmpint (g_stat (self->path, &info), ==, 0);
      g_assert_cmpint (genga_segment_writer_get_size (writer), ==, info.st_size);
    }
  return ok;
}

/* Reads to the end or to what is wrong, and answers that; packets before it are as written. */
static int
read_all (Fixture *self, guint *n)
{
  g_autoptr (GengaSegmentReader) reader = NULL;
  AVPacket *packet = av_packet_alloc ();
  int code = genga_segment_reader_new (self->path, &reader);

  *n = 0;
  while (code == 0 && (code = genga_segment_reader_next (reader, packet)) == 0)
    {
      if (*n < N_PACKETS)
        assert_same (packet, *n);
      (*n)++;
      av_packet_unref (packet);
    }
  av_packet_free (&packet);
  return code;
}

static int
read_bytes (Fixture *self, const char *bytes, gsize size)
{
  g_autoptr (GengaSegmentReader) reader = NULL;
  AVPacket *packet = av_packet_alloc ();
  int code;

  scratch_write_bytes (self->path, bytes, size);
  code = genga_segment_reader_new (self->path, &reader);
  while (code == 0 && (code = genga_segment_reader_next (reader, packet)) == 0)
    av_packet_unref (packet);
  av_packet_free (&packet);
  return code;
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  GengaVideoWrite params = { 0 };
  guint n;

  g_assert_true (write_all (self, &params, NULL));
  g_assert_cmpint (read_all (self, &n), ==, AVERROR_EOF);
  g_assert_cmpuint (n, ==, N_PACKETS);
}

static void
test_absent (Fixture *self, gconstpointer data)
{
  guint n;

  g_assert_cmpint (read_all (self, &n), ==, AVERROR_INVALIDDATA);
  /* Nobody can look: it is no file. */
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  g_assert_cmpint (read_all (self, &n), ==, AVERROR (EISDIR));
}

/* Cut off at any byte, and with a bit wrong in any byte. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  GengaVideoWrite params = { 0 };
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (write_all (self, &params, NULL));
  g_assert_true (g_file_get_contents (self->path, &bytes, &size, NULL));
  g_assert_cmpint (read_bytes (self, bytes, size), ==, AVERROR_EOF);
  for (gsize i = 0; i < size; i++)
    {
      g_assert_cmpint (read_bytes (self, bytes, i), ==, AVERROR_INVALIDDATA);
      for (int bit = 0; bit < 8; bit += 7)
        {
          bytes[i] ^= 1 << bit;
          g_assert_cmpint (read_bytes (self, bytes, size), ==, AVERROR_INVALIDDATA);
          bytes[i] ^= 1 << bit;
        }
    }
}

/* More side data than anybody writes, and sizes that nobody has memory for. */
static void
test_hostile (Fixture *self, gconstpointer data)
{
  static const guint32 packets[][8] = {
    { 0x7fffffff, 0, 0, 0, 0 },
    { 4, 0, 0, 0, 65 },
    { 4, 0, 0, 0, 1, 5000, 4 },
    { 4, 0, 0, 0, 1, 1, 0x7fffffff },
  };

  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      char bytes[8 + sizeof packets[i]];

      memcpy (bytes, "GengaSg1", 8);
      memcpy (bytes + 8, packets[i], sizeof packets[i]);
      g_assert_cmpint (read_bytes (self, bytes, sizeof bytes), ==, AVERROR_INVALIDDATA);
    }
}

/* The n-th read fails, for each n: nobody says then that the file is damaged. */
static void
test_unreadable (Fixture *self, gconstpointer data)
{
  GengaVideoWrite params = { 0 };
  guint failures = 0, n_read;

  g_assert_true (write_all (self, &params, NULL));
  for (guint n = 1;; n++)
    {
      scratch_fail ("unreadable-segment", n, FALSE);
      int code = read_all (self, &n_read);
      if (code == AVERROR_EOF)
        break;
      g_assert_cmpint (code, ==, AVERROR (EIO));
      failures++;
    }
  g_assert_cmpuint (n_read, ==, N_PACKETS);
  g_assert_cmpuint (failures, >, 5 * N_PACKETS);
}

/* The n-th write fails, for each n. */
static void
test_full (Fixture *self, gconstpointer data)
{
  GengaVideoWrite params = { 0 };
  guint failures = 0;

  for (guint n = 1;; n++)
    {
      g_autoptr (GError) error = NULL;

      scratch_fail ("no-room", n, FALSE);
      if (write_all (self, &params, &error))
        break;
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
      g_assert_nonnull (strstr (error->message, "out.mkv"));
      failures++;
    }
  g_assert_cmpuint (failures, >=, N_PACKETS);
}

static gboolean
make_room (gpointer data)
{
  (*(guint *)data)++;
  return TRUE;
}

/* Somebody makes room each time: the file is as if nothing had happened. */
static void
test_room (Fixture *self, gconstpointer data)
{
  guint n_asked = 0, n_read;
  GengaVideoWrite params = { .wait_for_disk_space = make_room, .disk_space_data = &n_asked };

  for (guint n = 1; n <= N_PACKETS; n++)
    {
      scratch_fail ("no-room", n, FALSE);
      g_assert_true (write_all (self, &params, NULL));
      g_assert_cmpuint (n_asked, ==, n);
      g_assert_cmpint (read_all (self, &n_read), ==, AVERROR_EOF);
      g_assert_cmpuint (n_read, ==, N_PACKETS);
    }
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  GengaVideoWrite params = { 0 };
  g_autoptr (GError) error = NULL;

  g_free (self->path);
  self->path = g_build_filename (self->folder, "missing", "segment", NULL);
  g_assert_false (write_all (self, &params, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/segment-file/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("absent", test_absent);
  ADD ("damaged", test_damaged);
  ADD ("hostile", test_hostile);
  ADD ("unreadable", test_unreadable);
  ADD ("full", test_full);
  ADD ("room", test_room);
  ADD ("no-folder", test_no_folder);
#undef ADD
  return g_test_run ();
}
