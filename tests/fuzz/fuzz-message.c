/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What arrives from a process that reads foreign files: a kind, then the value's bytes; and the
 * same bytes on a channel, where nothing may follow from them but its end.
 */
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "job/apart/channel.h"
#include "job/apart/error-record.h"
#include "job/apart/frame-parcel.h"
#include "job/apart/job-message.h"
#include "job/apart/memory-file.h"
#include "job/apart/tile-parcel.h"

#include <sys/socket.h>
#include <unistd.h>

enum
{
  ERROR_RECORD = GENGA_N_MESSAGES,
  FRAME_PARCEL,
  TILE_PARCELS,
  CHANNEL,
  N_KINDS,
};

static int
open_sealed (void)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  int fd;

  g_ptr_array_add (parts, g_bytes_new_take (g_malloc0 (1024), 1024));
  fd = genga_memory_file_new (parts, NULL);
  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static GVariant *
new_value (const GVariantType *type, FuzzInput *input)
{
  g_autoptr (GBytes) bytes = g_bytes_new (input->data, input->size);
  g_autoptr (GVariant) raw = g_variant_ref_sink (g_variant_new_from_bytes (type, bytes, FALSE));

  return g_variant_get_normal_form (raw);
}

static void
read_job (GVariant *value)
{
  g_autoptr (GVariant) tiles = NULL;
  guint32 number, again;
  g_autoptr (GengaJob) job = genga_job_from_message (value, &number, &tiles);
  g_autoptr (GVariant) message = NULL;
  g_autoptr (GVariant) tiles_again = NULL;
  g_autoptr (GengaJob) same = NULL;

  if (job == NULL)
    return;
  message = g_variant_ref_sink (genga_job_to_message (number, job, tiles));
  same = genga_job_from_message (message, &again, &tiles_again);
  g_assert_cmpuint (again, ==, number);
  g_assert_cmpstr (genga_job_get_source (same), ==, genga_job_get_source (job));
}

static void
read_state (GVariant *value)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaJob) job = genga_job_new ("/tmp/a.png", NULL, options);
  GengaJobFacts facts;
  GengaProgressState state;

  genga_job_state_get_number (value);
  genga_job_state_apply (value, job);
  genga_job_get_facts (job, &facts);
  g_assert_true (g_utf8_validate (facts.model, -1, NULL));
  genga_progress_poll (genga_job_get_progress (job), &state);
  g_assert_true (state.fraction >= 0 && state.fraction <= 1);
}

static void
read_frame (GVariant *value)
{
  int fd = open_sealed ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrame) frame = genga_frame_parcel_dup (value, fd, &error);
  const gsize row =
      frame != NULL ? genga_frame_info_get_size (&frame->info) / frame->info.height : 0;
  guint sum = 0;

  g_assert_true ((frame == NULL) == (error != NULL));
  for (int y = 0; frame != NULL && y < frame->info.height; y++)
    {
      const guint8 *pixels = genga_frame_get_row (frame, 0, y);

      for (gsize i = 0; i < row; i++)
        sum += pixels[i];
    }
  g_assert_cmpuint (sum, ==, 0);
  close (fd);
}

static void
read_tiles (GVariant *value)
{
  int fd = open_sealed ();

  g_ptr_array_unref (genga_tile_parcels_dup_stores (value, &fd, 1, NULL));
  close (fd);
}

static void
on_message (guint kind, GVariant *value, int *fds, guint n_fds, gpointer user_data)
{
  g_assert_true (g_variant_is_normal_form (value));
}

static void
on_closed (gpointer user_data)
{
}

static void
read_channel (FuzzInput *input)
{
  GengaChannel *channel;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  g_assert_cmpint (write (fds[1], input->data, input->size), ==, input->size);
  close (fds[1]);
  channel = genga_channel_new (fds[0], 1 << 16, on_message, on_closed, NULL);
  while (genga_channel_iterate (channel, NULL, -1))
    ;
  g_assert_true (genga_channel_is_closed (channel));
  genga_channel_free (channel);
}

static void
read_setup (GVariant *value)
{
  g_auto (GengaJobSetup) setup = { 0 };

  genga_job_setup_from_message (&setup, value);
  g_assert_nonnull (setup.sources);
}

static const GVariantType *
get_type (guint kind)
{
  return kind == ERROR_RECORD   ? G_VARIANT_TYPE (GENGA_ERROR_RECORD_TYPE)
         : kind == FRAME_PARCEL ? G_VARIANT_TYPE_VARDICT
         : kind == TILE_PARCELS ? G_VARIANT_TYPE (GENGA_TILE_PARCELS_TYPE)
                                : genga_message_get_type (kind);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, MIN (size, 1 << 15) };
  const guint kind = fuzz_take_byte (&input) % N_KINDS;
  g_autoptr (GVariant) value = kind < CHANNEL ? new_value (get_type (kind), &input) : NULL;
  g_autoptr (GError) error = NULL;

  switch (kind)
    {
    case GENGA_MESSAGE_SETUP:
      read_setup (value);
      break;
    case GENGA_MESSAGE_RUN:
      read_job (value);
      break;
    case GENGA_MESSAGE_STATE:
      read_state (value);
      break;
    case ERROR_RECORD:
      error = genga_error_record_dup (value);
      break;
    case FRAME_PARCEL:
      read_frame (value);
      break;
    case TILE_PARCELS:
      read_tiles (value);
      break;
    case CHANNEL:
      read_channel (&input);
      break;
    default:
      break;
    }
  return 0;
}
