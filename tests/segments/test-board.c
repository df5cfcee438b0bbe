/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who makes which segment: a board over a journal, with a sink that only counts. */
#include "job/cluster/segment-manifest.h"
#include "job/export/journal.h"
#include "job/export/segments.h"
#include "job/lanes/segment-board.h"
#include "scratch.h"

#include <glib/gstdio.h>

#define N_FRAMES 5
#define SIZE 100
#define FAR (G_GINT64_CONSTANT (1) << 40)

typedef struct
{
  char *parent;
  GengaProgress *progress;
  GengaSink sink;
  GengaSegmentBoard *board;
} Fixture;

/* ---- the sink (the linker puts these in the place of job/export/segments.c) ---- */

static GengaJournal *journal;
static GString *entered; /* how many frames each segment has had */

gboolean __wrap_genga_segments_enter (GengaSink *sink,
                                      const char *path,
                                      GengaJournalEntry **entry,
                                      GError **error);
gboolean __wrap_genga_segments_keep_ahead (
    GengaSink *sink, gint64 mark, const char *path, const GengaJournalEntry *entry, GError **error);
GengaJournal *__wrap_genga_segments_get_journal (GengaSink *sink);
void __wrap_genga_segments_explain (GengaSink *sink, GError **error);

gboolean
__wrap_genga_segments_enter (GengaSink *sink,
                             const char *path,
                             GengaJournalEntry **entry,
                             GError **error)
{
  g_string_append_printf (entered, "%d ", (int)(*entry)->segment->n_frames);
  if (path != NULL)
    g_unlink (path);
  g_clear_pointer (entry, genga_journal_entry_free);
  return TRUE;
}

gboolean
__wrap_genga_segments_keep_ahead (
    GengaSink *sink, gint64 mark, const char *path, const GengaJournalEntry *entry, GError **error)
{
  return genga_journal_keep_ahead (journal, mark, path, entry, error);
}

GengaJournal *
__wrap_genga_segments_get_journal (GengaSink *sink)
{
  return journal;
}

void
__wrap_genga_segments_explain (GengaSink *sink, GError **error)
{
}

/* ---- what the tests do ---- */

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *target = NULL;
  GengaJournalHead *head = g_new0 (GengaJournalHead, 1);

  self->parent = scratch_new ();
  target = g_build_filename (self->parent, "out.mkv", NULL);
  head->settings = g_strdup ("settings");
  head->source = g_strdup ("in.mkv");
  head->options = g_strdup ("");
  journal = genga_journal_open (target, TRUE, NULL, NULL);
  g_assert_true (genga_journal_begin (journal, &head, NULL));
  entered = g_string_new (NULL);
  self->progress = genga_progress_new (NULL);
  genga_progress_set_frames (self->progress, 0);
  self->board = genga_segment_board_new (&self->sink, 0, 2, self->progress);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  genga_segment_board_free (self->board);
  genga_progress_unref (self->progress);
  g_string_free (entered, TRUE);
  genga_journal_remove (journal);
  scratch_remove (self->parent);
}

static gboolean
add (Fixture *self, guint lane, gint64 mark, guint64 n_frames)
{
  g_autofree char *path = genga_journal_dup_unfinished_of (journal, lane);
  GengaJournalEntry *entry = g_new0 (GengaJournalEntry, 1);
  gboolean is_good;

  scratch_write (path, SIZE);
  entry->segment = scratch_new_segment (n_frames, 0, SIZE);
  entry->next_print = g_strdup ("next");
  is_good = genga_segment_board_add (self->board, lane, mark, path, entry);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  return is_good;
}

static void
lose (Fixture *self, guint lane)
{
  genga_segment_board_lose (self->board, lane,
                            g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "lost"));
}

/* ---- tests ---- */

/* In their turn, whoever was first. */
static void
test_order (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (genga_segment_board_take (self->board, 0, 0), ==, 0);
  g_assert_cmpint (genga_segment_board_take (self->board, 1, 0), ==, 1);
  g_assert_true (add (self, 1, 1, 7));
  g_assert_cmpstr (entered->str, ==, "");
  g_assert_true (genga_journal_has_ahead (journal));
  g_assert_true (add (self, 0, 0, 6));
  g_assert_cmpstr (entered->str, ==, "6 7 ");
  g_assert_false (genga_journal_has_ahead (journal));
  g_assert_false (genga_segment_board_is_wanted (self->board, 1));
  genga_segment_board_set_end (self->board, 2);
  g_assert_cmpint (genga_segment_board_take (self->board, 0, 2), ==, -1);
  g_assert_true (genga_segment_board_finish (self->board, NULL));
}

/* What a lost lane has in its queues is wanted all the time until somebody has made it. */
static void
test_lost (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (genga_segment_board_take (self->board, 0, 0), ==, 0);
  lose (self, 0);
  g_assert_true (genga_segment_board_is_wanted (self->board, 0));
  g_assert_true (add (self, 0, 0, 5)); /* before another one has taken it */
  g_assert_cmpstr (entered->str, ==, "5 ");
  g_assert_false (genga_segment_board_is_wanted (self->board, 0));
  g_assert_cmpint (genga_segment_board_take (self->board, 1, 0), ==, 1);
}

/* Made by two: the first one counts, and frames count once. */
static void
test_twice (Fixture *self, gconstpointer data)
{
  GengaProgressState state;

  g_assert_cmpint (genga_segment_board_take (self->board, 0, 0), ==, 0);
  lose (self, 0);
  g_assert_cmpint (genga_segment_board_take (self->board, 1, 0), ==, 0);
  for (guint i = 0; i < 2 * N_FRAMES; i++)
    genga_progress_add_frame (self->progress);
  g_assert_true (add (self, 0, 0, N_FRAMES));
  g_assert_true (add (self, 1, 0, N_FRAMES));
  genga_progress_poll (self->progress, &state);
  g_assert_cmpuint (state.frames_done, ==, N_FRAMES);
  g_assert_cmpstr (entered->str, ==, "5 ");
  g_assert_cmpuint (genga_segment_board_get_n_made (self->board, 0), ==, 1);
  g_assert_cmpuint (genga_segment_board_get_n_made (self->board, 1), ==, 0);
}

/* A gap in time is one thing, however long it is. */
static void
test_gap (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (genga_segment_board_take (self->board, 0, 0), ==, 0);
  g_assert_cmpint (genga_segment_board_take (self->board, 1, 0), ==, 1);
  g_assert_true (genga_segment_board_add_empty (self->board, 1, FAR));
  g_assert_false (genga_segment_board_is_wanted (self->board, 1));
  g_assert_false (genga_segment_board_is_wanted (self->board, FAR - 1));
  g_assert_true (genga_segment_board_is_wanted (self->board, FAR));
  g_assert_cmpint (genga_segment_board_take (self->board, 1, FAR), ==, FAR);
  g_assert_true (add (self, 1, FAR, 7));
  g_assert_cmpstr (entered->str, ==, "");
  g_assert_true (add (self, 0, 0, 6));
  g_assert_cmpstr (entered->str, ==, "6 7 ");
  g_assert_cmpint (genga_segment_board_take (self->board, 0, 1), ==, FAR + 1);
}

/* Another lane is in the middle of it. */
static void
test_gap_under_others (Fixture *self, gconstpointer data)
{
  for (gint64 i = 0; i < 3; i++)
    g_assert_cmpint (genga_segment_board_take (self->board, i % 2, 0), ==, i);
  g_assert_true (genga_segment_board_add_empty (self->board, 0, FAR));
  for (gint64 i = 0; i < 3; i++)
    g_assert_false (genga_segment_board_is_wanted (self->board, i));
  g_assert_true (genga_segment_board_add_empty (self->board, 1, FAR));
  g_assert_cmpint (genga_segment_board_take (self->board, 1, FAR), ==, FAR);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/segments/board/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("order", test_order);
  ADD ("lost", test_lost);
  ADD ("twice", test_twice);
  ADD ("gap", test_gap);
  ADD ("gap-under-others", test_gap_under_others);
  return g_test_run ();
}
