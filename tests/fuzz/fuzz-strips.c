/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an interrupted run has left of a picture in strips: the record's bytes, behind a check sum
 * that is right, and the state that a writer of PNG or TIFF goes on with, to the picture's end.
 */
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "job/strips/strip-journal.h"
#include "media/image/png-writer.h"
#include "media/image/tiff-writer.h"

#include <glib/gstdio.h>
#include <string.h>

#define WIDTH 5
#define HEIGHT 7
#define RESULT "strips.png"
#define FINGERPRINT "3:a 2:b"

static gboolean
ignore_bytes (gpointer data, gconstpointer bytes, gsize size)
{
  return TRUE;
}

static gboolean
ignore_place (gpointer data, gint64 offset)
{
  return TRUE;
}

static void
go_on_png (GBytes *state)
{
  const GengaPngSetup setup = { .width = WIDTH,
                                .height = HEIGHT,
                                .n_channels = 3,
                                .bits = 8,
                                .level = 1,
                                .is_filtered = TRUE,
                                .n_threads = 1,
                                .write = ignore_bytes };
  g_autoptr (GengaPngWriter) writer = genga_png_writer_new (&setup);
  const guint8 row[WIDTH * 3] = { 0 };

  if (!genga_png_writer_restore (writer, state))
    return;
  while (genga_png_writer_get_n_rows (writer) < HEIGHT)
    g_assert_true (genga_png_writer_add (writer, row));
  g_assert_true (genga_png_writer_finish (writer));
}

static void
go_on_tiff (GBytes *state)
{
  const GengaTiffSetup setup = { .width = WIDTH,
                                 .height = HEIGHT,
                                 .n_channels = 3,
                                 .bits = 8,
                                 .n_threads = 1,
                                 .write = ignore_bytes,
                                 .seek = ignore_place };
  g_autoptr (GengaTiffWriter) writer = genga_tiff_writer_new (&setup);
  const guint8 row[WIDTH * 3] = { 0 };

  if (!genga_tiff_writer_restore (writer, state))
    return;
  while (genga_tiff_writer_get_n_rows (writer) < HEIGHT)
    g_assert_true (genga_tiff_writer_add (writer, row));
  genga_tiff_writer_finish (writer);
}

static void
open_journal (const char *target)
{
  GengaStripJournal *journal = genga_strip_journal_open (target, FINGERPRINT);
  GBytes *state;

  g_assert_nonnull (journal);
  state = genga_strip_journal_get_state (journal);
  g_assert_true (state != NULL || genga_strip_journal_get_n_done (journal) == 0);
  genga_strip_journal_remove (journal);
}

/* As a run that was interrupted leaves it, with the sum of whatever is in it. */
static void
record (const char *target, FuzzInput *input)
{
  GengaStripJournal *journal = genga_strip_journal_open (target, FINGERPRINT);
  const guint n_done = fuzz_take_byte (input);
  g_autoptr (GBytes) state = g_bytes_new (input->data, input->size);

  genga_strip_journal_record (journal, n_done, state);
  genga_strip_journal_close (journal);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *target = g_build_filename (fuzz_get_folder (), RESULT, NULL);
  FuzzInput input = { data, size };
  g_autoptr (GBytes) state = NULL;

  switch (fuzz_take_byte (&input) % 4)
    {
    case 0:
      g_free (fuzz_write_file ("." RESULT ".genga-part", "0123456789", 10));
      g_free (fuzz_write_file ("." RESULT ".genga-strips", input.data, input.size));
      open_journal (target);
      break;
    case 1:
      g_free (fuzz_write_file ("." RESULT ".genga-part", "0123456789", 10));
      record (target, &input);
      open_journal (target);
      break;
    case 2:
      state = g_bytes_new (input.data, input.size);
      go_on_png (state);
      break;
    default:
      state = g_bytes_new (input.data, input.size);
      go_on_tiff (state);
    }
  return 0;
}
