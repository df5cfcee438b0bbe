/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal of a video's segments by itself: its segments are empty files of the right size. */
#include "core/error.h"
#include "job/cluster/segment-manifest.h"
#include "job/export/journal.h"
#include "scratch.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define N_FRAMES 5
#define SIZE 100

typedef struct
{
  char *parent;
  char *target;
  char *folder; /* of the journal */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->parent = scratch_new ();
  self->target = g_build_filename (self->parent, "out.mkv", NULL);
  self->folder = genga_journal_dup_folder (self->target);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  scratch_fail ("", 0, FALSE);
  scratch_remove (self->parent);
  g_free (self->target);
  g_free (self->folder);
}

/* ---- what most tests do ---- */

static GengaJournal *
open_journal (Fixture *self, gboolean make)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  GengaJournal *journal = genga_journal_open (self->target, make, &sentence, &error);

  g_assert_no_error (error);
  g_assert_null (sentence);
  return journal;
}

static GengaJournalHead *
new_head (const char *settings)
{
  GengaJournalHead *head = g_new0 (GengaJournalHead, 1);

  head->settings = g_strdup (settings);
  head->source = g_strdup ("/videos/\xff in.mkv");
  head->options = g_strdup ("scale=4\nname=a\\nb\n");
  head->n_threads = 7;
  head->untiled = 5;
  head->n_frames = G_GUINT64_CONSTANT (1) << 40;
  return head;
}

static GengaJournalEntry *
new_entry (guint number)
{
  GengaJournalEntry *entry = g_new0 (GengaJournalEntry, 1);

  entry->segment = scratch_new_segment (N_FRAMES, -3 + 2 * N_FRAMES * number, SIZE + number);
  entry->segment->delay = number % 3;
  entry->first_frame = N_FRAMES * number;
  entry->n_damaged = number;
  entry->is_last = number == 3;
  entry->next_pts = -3 + 2 * N_FRAMES * (number + 1);
  entry->next_print = g_strdup_printf ("print %u", number);
  return entry;
}

/* As the sink leaves a segment: under the name of what is not finished. */
static void
write_unfinished (GengaJournal *journal, guint number)
{
  g_autofree char *path = genga_journal_dup_unfinished (journal);

  scratch_write (path, SIZE + number);
}

static gboolean
begin (GengaJournal *journal, const char *settings, GError **error)
{
  g_autoptr (GengaJournalHead) head = new_head (settings);
  gboolean ok = genga_journal_begin (journal, &head, error);

  g_assert_cmpint (ok, ==, head == NULL);
  return ok;
}

static gboolean
add (GengaJournal *journal, GError **error)
{
  guint number = genga_journal_get_entries (journal)->len;
  g_autoptr (GengaJournalEntry) entry = new_entry (number);
  gboolean ok;

  write_unfinished (journal, number);
  ok = genga_journal_add (journal, &entry, error);
  g_assert_cmpint (ok, ==, entry == NULL);
  return ok;
}

static void
make (Fixture *self, guint n_segments)
{
  GengaJournal *journal = open_journal (self, TRUE);

  g_assert_true (begin (journal, "settings", NULL));
  for (guint i = 0; i < n_segments; i++)
    g_assert_true (add (journal, NULL));
  genga_journal_close (journal);
}

static void
assert_same_entry (const GengaJournalEntry *a, const GengaJournalEntry *b)
{
  gsize size = N_FRAMES * sizeof (gint64);

  g_assert_cmpuint (a->segment->n_frames, ==, b->segment->n_frames);
  g_assert_cmpmem (a->segment->pts, size, b->segment->pts, size);
  g_assert_cmpmem (a->segment->durations, size, b->segment->durations, size);
  g_assert_cmpuint (a->segment->delay, ==, b->segment->delay);
  g_assert_cmpuint (a->segment->size, ==, b->segment->size);
  g_assert_true (g_bytes_equal (a->segment->coding, b->segment->coding));
  g_assert_cmpuint (a->first_frame, ==, b->first_frame);
  g_assert_cmpuint (a->n_damaged, ==, b->n_damaged);
  g_assert_cmpint (a->is_last, ==, b->is_last);
  g_assert_cmpint (a->next_pts, ==, b->next_pts);
  g_assert_cmpstr (a->next_print, ==, b->next_print);
}

/* So many entries as they were written, and the files that belong to them and no others. */
static void
assert_entries (GengaJournal *journal, guint n)
{
  GPtrArray *entries = genga_journal_get_entries (journal);
  guint64 size = 0;

  g_assert_cmpuint (entries->len, ==, n);
  for (guint i = 0; i < n + 2; i++)
    {
      g_autofree char *path = genga_journal_dup_segment (journal, i);
      g_autoptr (GengaJournalEntry) expected = new_entry (i);

      g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, i < n);
      if (i < n)
        {
          assert_same_entry (entries->pdata[i], expected);
          size += SIZE + i;
        }
    }
  g_assert_cmpuint (genga_journal_get_size (journal), ==, size);
}

static void
reopen_and_assert (Fixture *self, guint n)
{
  GengaJournal *journal = open_journal (self, FALSE);

  g_assert_nonnull (journal);
  assert_entries (journal, n);
  genga_journal_close (journal);
}

static void
execute (Fixture *self, const char *sql)
{
  g_autofree char *path = g_build_filename (self->folder, "journal", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
assert_refused (Fixture *self, gboolean make_it, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_journal_open (self->target, make_it, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_nonnull (strstr (error->message, words));
}

/* ---- names ---- */

static void
test_names (Fixture *self, gconstpointer data)
{
  g_autofree char *target = genga_journal_dup_target (self->folder);
  g_autofree char *expected = g_build_filename (self->parent, ".out.mkv.genga", NULL);
  static const char *const others[] = { "/a/out.mkv", "/a/.genga", "/a/out.genga", "/a/.out.mkv" };

  g_assert_cmpstr (self->folder, ==, expected);
  g_assert_cmpstr (target, ==, self->target);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (genga_journal_dup_target (others[i]));
}

/* A name that fills what a file system takes leaves no room for more. */
static void
test_long_name (Fixture *self, gconstpointer data)
{
  g_autofree char *fill = g_strnfill (251, 'n');
  g_autofree char *other = NULL, *folder = NULL, *base = NULL;

  g_free (self->target);
  self->target = g_strdup_printf ("%s/%s.mkv", self->parent, fill);
  other = g_strdup_printf ("%s/%s.mp4", self->parent, fill);
  g_free (self->folder);
  self->folder = genga_journal_dup_folder (self->target);
  folder = genga_journal_dup_folder (other);
  base = g_path_get_basename (self->folder);
  g_assert_cmpuint (strlen (base), <=, 255);
  g_assert_cmpstr (self->folder, !=, folder);
  make (self, 2);
  reopen_and_assert (self, 2);
}

/* ---- what is kept ---- */

static void
test_kept (Fixture *self, gconstpointer data)
{
  make (self, 4);
  GengaJournal *journal = open_journal (self, FALSE);
  const GengaJournalHead *head = genga_journal_get_head (journal);
  g_autoptr (GengaJournalHead) expected = new_head ("settings");

  g_assert_nonnull (head);
  g_assert_cmpstr (head->settings, ==, expected->settings);
  g_assert_cmpstr (head->source, ==, expected->source);
  g_assert_cmpstr (head->options, ==, expected->options);
  g_assert_cmpuint (head->n_threads, ==, expected->n_threads);
  g_assert_cmpuint (head->untiled, ==, expected->untiled);
  g_assert_cmpuint (head->n_frames, ==, expected->n_frames);
  assert_entries (journal, 4);
  genga_journal_close (journal);
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_assert_null (open_journal (self, FALSE));
  g_assert_cmpuint (scratch_count (self->parent), ==, 0);

  /* Made in vain, and begun in vain. */
  GengaJournal *journal = open_journal (self, TRUE);
  g_assert_null (genga_journal_get_head (journal));
  g_assert_cmpuint (genga_journal_get_entries (journal)->len, ==, 0);
  genga_journal_close (journal);
  g_assert_cmpuint (scratch_count (self->parent), ==, 0);
  make (self, 0);
  g_assert_cmpuint (scratch_count (self->parent), ==, 0);
}

static void
test_begin_anew (Fixture *self, gconstpointer data)
{
  make (self, 3);
  GengaJournal *journal = open_journal (self, TRUE);
  g_assert_true (begin (journal, "others", NULL));
  g_assert_cmpstr (genga_journal_get_head (journal)->settings, ==, "others");
  assert_entries (journal, 0);
  g_assert_true (add (journal, NULL));
  genga_journal_close (journal);
  reopen_and_assert (self, 1);
}

static void
test_cut (Fixture *self, gconstpointer data)
{
  make (self, 4);
  GengaJournal *journal = open_journal (self, FALSE);
  g_assert_true (genga_journal_cut (journal, 9, NULL));
  assert_entries (journal, 4);
  g_assert_true (genga_journal_cut (journal, 2, NULL));
  assert_entries (journal, 2);
  g_assert_true (add (journal, NULL));
  genga_journal_close (journal);
  reopen_and_assert (self, 3);
}

static void
test_remove (Fixture *self, gconstpointer data)
{
  make (self, 2);
  genga_journal_remove (open_journal (self, FALSE));
  g_assert_cmpuint (scratch_count (self->parent), ==, 0);
}

/* What is not finished goes; what is not ours stays, and the folder with it. */
static void
test_strangers (Fixture *self, gconstpointer data)
{
  static const char *const ours[] = { "unfinished", "joined", "segment-000002", "segment-999999" };
  g_autofree char *notes = g_build_filename (self->folder, "notes.txt", NULL);

  make (self, 2);
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, ours[i], NULL);
      scratch_write (path, 10);
    }
  scratch_write (notes, 10);
  reopen_and_assert (self, 2);
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    g_assert_false (scratch_exists (self->folder, ours[i]));
  g_assert_true (scratch_exists (self->folder, "notes.txt"));

  genga_journal_remove (open_journal (self, FALSE));
  g_assert_cmpuint (scratch_count (self->folder), ==, 1);
}

/* ---- segments that are not what they were ---- */

static void
lose (Fixture *self, guint number, const char *how)
{
  g_autofree char *path = g_strdup_printf ("%s/segment-%06u", self->folder, number);

  if (g_str_equal (how, "removed"))
    g_assert_cmpint (g_unlink (path), ==, 0);
  else if (g_str_equal (how, "shorter"))
    g_assert_cmpint (truncate (path, SIZE / 2), ==, 0);
  else if (g_str_equal (how, "longer"))
    scratch_write (path, 3 * SIZE);
  else
    {
      g_autofree char *other = g_build_filename (self->parent, "other", NULL);

      scratch_write (other, SIZE + number);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpint (symlink (other, path), ==, 0);
    }
}

static void
test_lost (Fixture *self, gconstpointer how)
{
  make (self, 4);
  lose (self, 2, how);
  reopen_and_assert (self, 2);
  GengaJournal *journal = open_journal (self, FALSE);
  g_assert_true (add (journal, NULL));
  genga_journal_close (journal);
  reopen_and_assert (self, 3);
}

/* Rows that were not written here, or do not follow each other: all from there on is not there. */
static void
test_odd_rows (Fixture *self, gconstpointer sql)
{
  make (self, 4);
  execute (self, sql);
  reopen_and_assert (self, 2);
}

/* ---- files that cannot be used ---- */

static void
assert_put_aside (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  /* Who only looks leaves it. */
  assert_refused (self, FALSE, "is damaged");
  assert_refused (self, TRUE, "is damaged");
  g_assert_cmpuint (scratch_count (self->parent), ==, 1);

  GengaJournal *journal = genga_journal_open (self->target, TRUE, &sentence, &error);
  g_assert_no_error (error);
  g_assert_nonnull (journal);
  g_assert_nonnull (strstr (sentence, "put aside"));
  g_assert_null (genga_journal_get_head (journal));
  g_assert_true (begin (journal, "settings", NULL));
  g_assert_true (add (journal, NULL));
  genga_journal_close (journal);
  g_assert_cmpuint (scratch_count (self->parent), ==, 2);
  reopen_and_assert (self, 1);
}

static void
test_unusable (Fixture *self, gconstpointer sql)
{
  g_autofree char *path = g_build_filename (self->folder, "journal", NULL);

  make (self, 2);
  if (sql != NULL)
    execute (self, sql);
  else
    g_assert_true (g_file_set_contents (path, "this was never a journal\n", -1, NULL));
  assert_put_aside (self);
}

/* ---- folders that are not believed ---- */

static void
test_open_to_others (Fixture *self, gconstpointer mode)
{
  make (self, 2);
  g_assert_cmpint (g_chmod (self->folder, GPOINTER_TO_UINT (mode)), ==, 0);
  assert_refused (self, FALSE, "only you can change");
  assert_refused (self, TRUE, "only you can change");
  g_assert_cmpint (g_chmod (self->folder, 0700), ==, 0);
  reopen_and_assert (self, 2);
}

static void
test_folder_is_link (Fixture *self, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (self->parent, "elsewhere", NULL);

  make (self, 2);
  g_assert_cmpint (g_rename (self->folder, elsewhere), ==, 0);
  g_assert_cmpint (symlink ("elsewhere", self->folder), ==, 0);
  assert_refused (self, FALSE, "only you can change");
  assert_refused (self, TRUE, "only you can change");
  g_unlink (self->folder);
  g_assert_cmpint (g_rename (elsewhere, self->folder), ==, 0);
  reopen_and_assert (self, 2);
}

static void
test_journal_is_link (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "journal", NULL);
  g_autofree char *elsewhere = g_build_filename (self->parent, "other.sqlite", NULL);

  make (self, 2);
  g_assert_cmpint (g_rename (path, elsewhere), ==, 0);
  g_assert_cmpint (symlink ("../other.sqlite", path), ==, 0);
  assert_refused (self, FALSE, "was not changed");
  assert_refused (self, TRUE, "was not changed");
  g_assert_cmpuint (scratch_count (self->parent), ==, 2);
}

/* Another program's database stays as it is, to the byte, with what lies beside it. */
static void
test_foreign (Fixture *self, gconstpointer sql)
{
  g_autofree char *path = g_build_filename (self->folder, "journal", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize n_before, n_after;
  guint n_files;

  make (self, 2);
  execute (self, sql);
  g_assert_true (g_file_get_contents (path, &before, &n_before, NULL));
  n_files = scratch_count (self->folder);
  assert_refused (self, FALSE, "another program");
  assert_refused (self, TRUE, "another program");
  g_assert_true (g_file_get_contents (path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
  g_assert_cmpuint (scratch_count (self->folder), ==, n_files);
  g_assert_cmpuint (scratch_count (self->parent), ==, 1);
}

/* Put aside without making another; and twice, under two names. */
static void
test_put_aside (Fixture *self, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;

  make (self, 2);
  execute (self, "PRAGMA user_version = 99");
  g_assert_null (genga_journal_open (self->target, FALSE, &first, &error));
  g_assert_no_error (error);
  g_assert_nonnull (first);
  g_assert_null (open_journal (self, FALSE));

  make (self, 3);
  GengaJournal *journal = open_journal (self, FALSE);
  g_assert_true (genga_journal_put_aside (journal, &second, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (scratch_count (self->parent), ==, 2);
  g_assert_null (open_journal (self, FALSE));
}

static void
test_locked (Fixture *self, gconstpointer data)
{
  make (self, 2);
  GengaJournal *journal = open_journal (self, FALSE);
  assert_refused (self, FALSE, "is already writing");
  assert_refused (self, TRUE, "is already writing");
  assert_entries (journal, 2);
  genga_journal_close (journal);
  reopen_and_assert (self, 2);
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (self->parent, "elsewhere", NULL);

  /* A link is not followed. */
  g_assert_cmpint (g_mkdir (elsewhere, 0700), ==, 0);
  g_assert_cmpint (symlink (elsewhere, self->folder), ==, 0);
  assert_refused (self, TRUE, "only you can change");
  g_assert_cmpuint (scratch_count (elsewhere), ==, 0);

  g_free (self->target);
  self->target = g_build_filename (self->parent, "missing", "out.mkv", NULL);
  assert_refused (self, TRUE, "Can't write");
}

/* ---- the end ---- */

static void
test_joined (Fixture *self, gconstpointer data)
{
  make (self, 2);
  GengaJournal *journal = open_journal (self, FALSE);
  g_autofree char *joined = genga_journal_dup_joined (journal);
  g_autoptr (GError) error = NULL;

  g_assert_false (genga_journal_is_named (journal));
  g_assert_false (genga_journal_set_joined (journal, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_false (genga_journal_is_full (journal));

  scratch_write (joined, 1000);
  g_assert_true (genga_journal_set_joined (journal, NULL));
  g_assert_false (genga_journal_is_named (journal));
  scratch_write (self->target, 1000);
  g_assert_false (genga_journal_is_named (journal)); /* another file of that size */
  g_assert_cmpint (g_rename (joined, self->target), ==, 0);
  g_assert_true (genga_journal_is_named (journal));
  genga_journal_close (journal);

  journal = open_journal (self, FALSE);
  g_assert_true (genga_journal_is_named (journal));
  genga_journal_remove (journal);
  g_assert_true (scratch_exists (self->parent, "out.mkv"));
}

/* ---- a disk that is full ---- */

/* Everything that writes, in order; FALSE where a step failed, with the error. */
static gboolean
run_steps (GengaJournal *journal, guint *step, GError **error)
{
  g_autofree char *joined = genga_journal_dup_joined (journal);
  gboolean ok = TRUE;

  for (; ok && *step < 6; *step += ok)
    if (*step == 0)
      ok = begin (journal, "settings", error);
    else if (*step < 4)
      ok = add (journal, error);
    else if (*step == 4)
      ok = genga_journal_cut (journal, 2, error);
    else
      {
        scratch_write (joined, 1000);
        ok = genga_journal_set_joined (journal, error);
      }
  return ok;
}

static void
assert_full (GengaJournal *journal, const GError *error)
{
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_nonnull (strstr (error->message, "disk is full"));
  g_assert_true (genga_journal_is_full (journal));
}

/* Each write fails once: the same call succeeds then, and nothing is lost. */
static void
test_full_once (Fixture *self, gconstpointer data)
{
  guint n_failures = 0, n = 1;

  for (gboolean has_failed = TRUE; has_failed; n++)
    {
      g_autoptr (GError) error = NULL;
      GengaJournal *journal = open_journal (self, TRUE);
      guint step = 0;

      scratch_fail ("no-room", n, FALSE);
      has_failed = !run_steps (journal, &step, &error);
      if (has_failed)
        {
          assert_full (journal, error);
          g_clear_error (&error);
          g_assert_true (run_steps (journal, &step, &error));
          g_assert_no_error (error);
          n_failures++;
        }
      scratch_fail ("", 0, FALSE);
      assert_entries (journal, 2);
      genga_journal_close (journal);
      reopen_and_assert (self, 2);
      genga_journal_remove (open_journal (self, FALSE));
    }
  g_assert_cmpuint (n_failures, >=, 6);
}

/* From the n-th write on nothing goes any more: what was entered before is there. */
static void
test_full_for_good (Fixture *self, gconstpointer data)
{
  gboolean has_failed = TRUE;

  for (guint n = 1; has_failed; n++)
    {
      g_autoptr (GError) error = NULL;
      GengaJournal *journal = open_journal (self, TRUE);
      guint step = 0;

      scratch_fail ("no-room", n, TRUE);
      has_failed = !run_steps (journal, &step, &error);
      if (has_failed)
        assert_full (journal, error);
      genga_journal_close (journal);
      scratch_fail ("", 0, FALSE);

      /* Begun, with as many segments as were added; the cut of the fifth step leaves two. */
      journal = open_journal (self, FALSE);
      g_assert_cmpint (journal != NULL, ==, step > 1);
      if (journal != NULL)
        {
          assert_entries (journal, step <= 4 ? step - 1 : 2);
          genga_journal_remove (journal);
        }
      g_assert_false (scratch_exists (self->folder, "journal"));
    }
}

/* There is no room for the journal itself. */
static void
test_full_at_once (Fixture *self, gconstpointer data)
{
  scratch_fail ("no-room", 1, TRUE);
  assert_refused (self, TRUE, "disk is full");
  scratch_fail ("", 0, FALSE);
  g_assert_cmpuint (scratch_count (self->parent), ==, 0);
}

/* Somebody removes what is being named. */
static void
test_unfinished_gone (Fixture *self, gconstpointer data)
{
  make (self, 1);
  GengaJournal *journal = open_journal (self, FALSE);
  g_autoptr (GengaJournalEntry) entry = new_entry (1);
  g_autofree char *unfinished = genga_journal_dup_unfinished (journal);

  /* Named before, but not entered: the same call again enters it. */
  g_autofree char *named = genga_journal_dup_segment (journal, 1);
  write_unfinished (journal, 1);
  g_assert_cmpint (g_rename (unfinished, named), ==, 0);
  g_assert_true (genga_journal_add (journal, &entry, NULL));
  assert_entries (journal, 2);
  genga_journal_close (journal);
}

/* ---- segments before their turn ---- */

static void
keep_ahead (GengaJournal *journal, gint64 mark)
{
  g_autofree char *path = genga_journal_dup_unfinished_of (journal, 1);
  g_autoptr (GengaJournalEntry) entry = new_entry (mark);
  g_autoptr (GError) error = NULL;

  scratch_write (path, SIZE + mark);
  genga_journal_keep_ahead (journal, mark, path, entry, &error);
  g_assert_no_error (error);
}

static void
assert_ahead (GengaJournal *journal, const char *wanted)
{
  g_autoptr (GPtrArray) ahead = genga_journal_list_ahead (journal);
  g_autoptr (GString) marks = g_string_new (NULL);

  for (guint i = 0; i < ahead->len; i++)
    {
      const GengaSegmentManifest *manifest = ahead->pdata[i];

      g_string_append_printf (marks, "%d ", (int)manifest->number);
      g_assert_cmpuint (manifest->entry->segment->size, ==, SIZE + manifest->number);
    }
  g_assert_cmpstr (marks->str, ==, wanted);
}

/* They outlive the process, also before the first segment, and are entered at their turn. */
static void
test_ahead (Fixture *self, gconstpointer data)
{
  GengaJournal *journal = open_journal (self, TRUE);
  g_autoptr (GengaJournalEntry) entry = new_entry (0);

  g_assert_true (begin (journal, "settings", NULL));
  keep_ahead (journal, 4);
  keep_ahead (journal, 0);
  keep_ahead (journal, 2);
  genga_journal_close (journal);

  journal = open_journal (self, FALSE);
  assert_ahead (journal, "0 2 4 ");
  g_assert_true (genga_journal_take_ahead (journal, 0, NULL));
  g_assert_true (genga_journal_add (journal, &entry, NULL));
  genga_journal_close (journal);

  journal = open_journal (self, FALSE);
  g_assert_cmpuint (genga_journal_get_entries (journal)->len, ==, 1);
  assert_ahead (journal, "2 4 ");
  genga_journal_remove_ahead (journal, 4);
  assert_ahead (journal, "2 ");
  genga_journal_remove (journal);
  g_assert_false (g_file_test (self->folder, G_FILE_TEST_EXISTS));
}

/* There is no room for what tells of it: the same call goes on where it was. */
static void
test_ahead_full (Fixture *self, gconstpointer data)
{
  GengaJournal *journal = open_journal (self, TRUE);
  g_autofree char *path = genga_journal_dup_unfinished_of (journal, 1);
  g_autoptr (GengaJournalEntry) entry = new_entry (2);
  g_autoptr (GError) error = NULL;
  guint64 n_bytes;

  g_assert_true (begin (journal, "settings", NULL));
  scratch_write (path, SIZE + 2);
  scratch_fail ("no-room-ahead", 1, FALSE);
  g_assert_false (genga_journal_keep_ahead (journal, 2, path, entry, &error));
  assert_full (journal, error);
  g_clear_error (&error);
  g_assert_true (genga_journal_keep_ahead (journal, 2, path, entry, &error));
  g_assert_no_error (error);
  assert_ahead (journal, "2 ");
  g_assert_cmpuint (genga_journal_count_frames (journal, &n_bytes), ==, N_FRAMES);
  g_assert_cmpuint (n_bytes, ==, SIZE + 2);
  genga_journal_remove (journal);
}

/* What lies before its turn alone goes with a result that gets another name. */
static void
test_ahead_moves (Fixture *self, gconstpointer data)
{
  GengaJournal *journal = open_journal (self, TRUE);
  g_autofree char *other = g_build_filename (self->parent, "other.mkv", NULL);

  g_assert_true (begin (journal, "settings", NULL));
  keep_ahead (journal, 2);
  genga_journal_close (journal);
  genga_journal_move (self->target, other, "/videos/\xff in.mkv");
  g_assert_false (g_file_test (self->folder, G_FILE_TEST_EXISTS));
  journal = genga_journal_open (other, FALSE, NULL, NULL);
  g_assert_nonnull (journal);
  assert_ahead (journal, "2 ");
  genga_journal_remove (journal);
}

/* What is of other settings, or is not whole, is of no use. */
static void
test_ahead_of_no_use (Fixture *self, gconstpointer data)
{
  g_autofree char *packets = g_build_filename (self->folder, "ahead-000002", NULL);
  g_autofree char *manifest = g_build_filename (self->folder, "ahead-000003.json", NULL);
  g_autofree char *link = g_build_filename (self->folder, "ahead-000004.json", NULL);
  GengaJournal *journal = open_journal (self, TRUE);

  g_assert_true (begin (journal, "settings", NULL));
  for (gint64 mark = 1; mark < 6; mark++)
    keep_ahead (journal, mark);
  scratch_write (packets, 1);
  g_assert_true (g_file_set_contents (manifest, "{\"format\": 1, \"number\": 3}", -1, NULL));
  g_assert_cmpint (unlink (link), ==, 0);
  g_assert_cmpint (symlink ("ahead-000001.json", link), ==, 0);
  assert_ahead (journal, "1 5 ");
  g_assert_true (begin (journal, "others", NULL));
  assert_ahead (journal, "");
  genga_journal_close (journal);
  g_assert_false (g_file_test (self->folder, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func) g_test_add ("/journal/" name, Fixture, data, set_up, func, tear_down)
  ADD ("names", NULL, test_names);
  ADD ("long-name", NULL, test_long_name);
  ADD ("kept", NULL, test_kept);
  ADD ("nothing", NULL, test_nothing);
  ADD ("begin-anew", NULL, test_begin_anew);
  ADD ("cut", NULL, test_cut);
  ADD ("remove", NULL, test_remove);
  ADD ("strangers", NULL, test_strangers);
  ADD ("lost/removed", "removed", test_lost);
  ADD ("lost/shorter", "shorter", test_lost);
  ADD ("lost/longer", "longer", test_lost);
  ADD ("lost/link", "link", test_lost);
  ADD ("odd-rows/gap", "DELETE FROM segment WHERE number = 2", test_odd_rows);
  ADD ("odd-rows/frames", "UPDATE segment SET first_frame = 11 WHERE number = 2", test_odd_rows);
  ADD ("odd-rows/times", "UPDATE segment SET durations = zeroblob(8) WHERE number = 2",
       test_odd_rows);
  ADD ("odd-rows/empty",
       "UPDATE segment SET pts = zeroblob(0), durations = zeroblob(0) WHERE number = 2",
       test_odd_rows);
  ADD ("odd-rows/delay", "UPDATE segment SET delay = 5 WHERE number = 2", test_odd_rows);
  ADD ("unusable/garbage", NULL, test_unusable);
  ADD ("unusable/newer", "PRAGMA user_version = 99", test_unusable);
  ADD ("unusable/tables", "DROP TABLE segment", test_unusable);
  ADD ("untrusted/group", GUINT_TO_POINTER (0770), test_open_to_others);
  ADD ("untrusted/world", GUINT_TO_POINTER (0757), test_open_to_others);
  ADD ("untrusted/folder-is-link", NULL, test_folder_is_link);
  ADD ("untrusted/journal-is-link", NULL, test_journal_is_link);
  ADD ("untrusted/foreign", "PRAGMA application_id = 7", test_foreign);
  ADD ("untrusted/no-application", "PRAGMA application_id = 0", test_foreign);
  ADD ("untrusted/foreign-with-log", "PRAGMA application_id = 7; PRAGMA journal_mode = WAL;",
       test_foreign);
  ADD ("put-aside", NULL, test_put_aside);
  ADD ("ahead/kept", NULL, test_ahead);
  ADD ("ahead/full", NULL, test_ahead_full);
  ADD ("ahead/moves", NULL, test_ahead_moves);
  ADD ("ahead/of-no-use", NULL, test_ahead_of_no_use);
  ADD ("locked", NULL, test_locked);
  ADD ("no-folder", NULL, test_no_folder);
  ADD ("joined", NULL, test_joined);
  ADD ("full/once", NULL, test_full_once);
  ADD ("full/for-good", NULL, test_full_for_good);
  ADD ("full/at-once", NULL, test_full_at_once);
  ADD ("unfinished-gone", NULL, test_unfinished_gone);
#undef ADD
  return g_test_run ();
}
