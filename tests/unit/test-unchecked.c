/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is kept of unfinished work stays where nobody could look at it, whichever read failed; what
 * is damaged is put aside and said.
 */
#include "bad-disk.h"
#include "core/error.h"
#include "job/queue/job-store-file.h"
#include "job/export/journal.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_ROWS 40
#define N_SEGMENTS 5
#define N_FRAMES 700 /* of a segment: its times lie on pages of their own */
#define SEGMENT_SIZE 1000

typedef struct
{
  char *folder;
  char *store;
  char *target; /* of a video */
  char *video;  /* its folder */
} Fixture;

/* ---- files ---- */

static GPtrArray *
list_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  g_assert_nonnull (dir);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    g_ptr_array_add (names, g_strdup (name));
  return names;
}

static void
remove_files (const char *folder)
{
  g_autoptr (GPtrArray) names = list_files (folder);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_files (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

/* The one whose name begins so, or NULL. */
static char *
find_file (const char *folder, const char *prefix)
{
  g_autoptr (GPtrArray) names = list_files (folder);

  for (guint i = 0; i < names->len; i++)
    if (g_str_has_prefix (names->pdata[i], prefix))
      return g_build_filename (folder, names->pdata[i], NULL);
  return NULL;
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (to, bytes, size, NULL));
}

/* ---- the store ---- */

static void
add_rows (GengaJobStoreFile *file)
{
  GengaJobStoreRow row = { .source = (char *)"/a picture.png",
                           .options = (char *)"scale=2",
                           .state = (char *)"queued" };

  g_assert_true (genga_job_store_file_begin (file, NULL));
  for (guint i = 0; i < N_ROWS; i++)
    {
      g_autofree char *options = g_strnfill (600, 'o');

      row.options = options;
      row.id = i + 1;
      g_assert_true (genga_job_store_file_put (file, &row, NULL));
    }
  g_assert_true (genga_job_store_file_end (file, NULL));
}

static guint
count_rows (const char *path)
{
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaJobStoreFile) file = genga_job_store_file_open (path, &sentence, &error);
  g_autoptr (GPtrArray) rows = NULL;

  g_assert_no_error (error);
  g_assert_null (sentence);
  rows = genga_job_store_file_read (file, &error);
  g_assert_no_error (error);
  return rows->len;
}

/* As a process leaves it that was killed: a part of the rows is in the log. */
static void
make_store (Fixture *self)
{
  g_autofree char *other = g_build_filename (self->folder, "other", NULL);
  g_autofree char *other_log = g_strconcat (other, "-wal", NULL);
  g_autofree char *log = g_strconcat (self->store, "-wal", NULL);
  g_autofree char *sentence = NULL;
  GengaJobStoreFile *file = genga_job_store_file_open (other, &sentence, NULL);

  add_rows (file);
  genga_job_store_file_close (file);
  file = genga_job_store_file_open (other, &sentence, NULL);
  add_rows (file);
  copy_file (other, self->store);
  copy_file (other_log, log);
  genga_job_store_file_close (file);
  g_assert_null (sentence);
  g_unlink (other);
}

/* Opens and reads it on the bad disk; whether a read failed. */
static gboolean
try_store (Fixture *self, guint n, gboolean goes_on)
{
  g_autofree char *sentence = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  GengaJobStoreFile *file;

  bad_disk_fail (n, goes_on);
  file = genga_job_store_file_open (self->store, &sentence, &error);
  if (file != NULL)
    {
      rows = genga_job_store_file_read (file, &error);
      genga_job_store_file_close (file);
    }
  g_assert_null (sentence);
  g_assert_true (rows != NULL || error != NULL);
  if (error != NULL)
    g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  aside = find_file (self->folder, "queue.sqlite.2");
  g_assert_null (aside);
  return bad_disk_has_failed ();
}

static void
test_store_unread (Fixture *self, gconstpointer data)
{
  for (int goes_on = 0; goes_on < 2; goes_on++)
    for (guint n = 1, has_failed = TRUE; has_failed; n++)
      {
        make_store (self);
        has_failed = try_store (self, n, goes_on);
        bad_disk_fail (0, FALSE);
        g_assert_cmpuint (count_rows (self->store), ==, N_ROWS);
        g_assert_cmpuint (n, <, 1000);
      }
}

/* A check that SQLite refuses, as one that it does not know any more. */
static void
test_store_unchecked (Fixture *self, gconstpointer data)
{
  g_autofree char *sentence = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;

  make_store (self);
  g_setenv ("GENGA_FAULT", "check-database:1+", TRUE);
  g_assert_null (genga_job_store_file_open (self->store, &sentence, &error));
  g_unsetenv ("GENGA_FAULT");
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_nonnull (strstr (error->message, "no_such_check"));
  g_assert_null (sentence);
  aside = find_file (self->folder, "queue.sqlite.2");
  g_assert_null (aside);
  g_assert_cmpuint (count_rows (self->store), ==, N_ROWS);
}

/* Two in one second get two names. */
static void
test_store_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) names = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *sentence = NULL;
      GengaJobStoreFile *file;

      g_assert_true (g_file_set_contents (self->store, "this is no database at all", -1, NULL));
      file = genga_job_store_file_open (self->store, &sentence, NULL);
      g_assert_nonnull (file);
      g_assert_nonnull (sentence);
      genga_job_store_file_close (file);
    }
  names = list_files (self->folder);
  g_assert_cmpuint (names->len, ==, 4);
}

/* ---- a video's journal ---- */

static GengaVideoSegment *
make_segment (guint number)
{
  GengaVideoSegment *segment = g_new0 (GengaVideoSegment, 1);

  segment->n_frames = N_FRAMES;
  segment->pts = g_new (gint64, N_FRAMES);
  segment->durations = g_new (gint64, N_FRAMES);
  for (guint i = 0; i < N_FRAMES; i++)
    {
      segment->pts[i] = number * N_FRAMES + i;
      segment->durations[i] = 1;
    }
  segment->size = SEGMENT_SIZE;
  segment->coding = g_bytes_new_static ("coding", 6);
  return segment;
}

static void
make_journal (Fixture *self)
{
  g_autoptr (GengaJournal) journal = genga_journal_open (self->target, TRUE, NULL, NULL);
  g_autoptr (GengaJournalHead) head = g_new0 (GengaJournalHead, 1);

  g_assert_nonnull (journal);
  head->settings = g_strdup ("settings");
  head->source = g_strdup ("/source.mkv");
  head->options = g_strdup ("scale=2\n");
  g_assert_true (genga_journal_begin (journal, &head, NULL));
  for (guint i = 0; i < N_SEGMENTS; i++)
    {
      g_autofree char *path = genga_journal_dup_unfinished (journal);
      g_autofree char *bytes = g_strnfill (SEGMENT_SIZE, 'a' + i);
      GengaJournalEntry *entry = g_new0 (GengaJournalEntry, 1);

      g_assert_true (g_file_set_contents (path, bytes, SEGMENT_SIZE, NULL));
      entry->segment = make_segment (i);
      entry->first_frame = i * N_FRAMES;
      entry->next_print = g_strdup ("print");
      g_assert_true (genga_journal_add (journal, &entry, NULL));
    }
}

/* It goes on with all that was finished. */
static void
assert_whole (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr (GengaJournal) journal = genga_journal_open (self->target, FALSE, &sentence, &error);

  g_assert_no_error (error);
  g_assert_null (sentence);
  g_assert_nonnull (genga_journal_get_head (journal));
  g_assert_cmpuint (genga_journal_get_entries (journal)->len, ==, N_SEGMENTS);
}

/* Whether a read failed. */
static gboolean
try_journal (Fixture *self, guint n, gboolean goes_on)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  GengaJournal *journal;

  bad_disk_fail (n, goes_on);
  journal = genga_journal_open (self->target, TRUE, &sentence, &error);
  g_assert_null (sentence);
  if (journal == NULL)
    g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  else
    {
      g_assert_nonnull (genga_journal_get_head (journal));
      g_assert_cmpuint (genga_journal_get_entries (journal)->len, ==, N_SEGMENTS);
      genga_journal_close (journal);
    }
  return bad_disk_has_failed ();
}

static void
test_journal_unread (Fixture *self, gconstpointer data)
{
  make_journal (self);
  for (int goes_on = 0; goes_on < 2; goes_on++)
    for (guint n = 1, has_failed = TRUE; has_failed; n++)
      {
        has_failed = try_journal (self, n, goes_on);
        bad_disk_fail (0, FALSE);
        assert_whole (self);
        g_assert_cmpuint (n, <, 1000);
      }
}

static void
test_journal_unchecked (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  make_journal (self);
  g_setenv ("GENGA_FAULT", "check-database:1+", TRUE);
  g_assert_null (genga_journal_open (self->target, TRUE, &sentence, &error));
  g_unsetenv ("GENGA_FAULT");
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_nonnull (strstr (error->message, "out.mkv"));
  g_assert_nonnull (strstr (error->message, "no_such_check"));
  assert_whole (self);
}

/* Who only looks leaves it; who begins anew finds it under another name, whole. */
static void
test_journal_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->video, "journal", NULL);
  g_autofree char *sentence = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  make_journal (self);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  memset (bytes + size / 2, 0xa5, 4096);
  g_assert_true (g_file_set_contents (path, bytes, size, NULL));

  g_assert_null (genga_journal_open (self->target, FALSE, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_clear_error (&error);
  aside = find_file (self->folder, ".out.mkv.genga.damaged-");
  g_assert_null (aside);

  g_autoptr (GengaJournal) journal = genga_journal_open (self->target, TRUE, &sentence, &error);
  g_assert_no_error (error);
  g_assert_nonnull (journal);
  g_assert_null (genga_journal_get_head (journal));
  aside = find_file (self->folder, ".out.mkv.genga.damaged-");
  g_assert_nonnull (aside);
  g_assert_nonnull (strstr (sentence, aside));
  names = list_files (aside);
  g_assert_cmpuint (names->len, ==, N_SEGMENTS + 2); /* and the journal and the lock */
  g_autofree char *kept = g_build_filename (aside, "journal", NULL);
  g_autofree char *kept_bytes = NULL;
  gsize kept_size;
  g_assert_true (g_file_get_contents (kept, &kept_bytes, &kept_size, NULL));
  g_assert_cmpmem (kept_bytes, kept_size, bytes, size);
}

/* ---- a fixture ---- */

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("genga-unchecked-XXXXXX", NULL);
  self->store = g_build_filename (self->folder, "queue.sqlite", NULL);
  self->target = g_build_filename (self->folder, "out.mkv", NULL);
  self->video = g_build_filename (self->folder, ".out.mkv.genga", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_files (self->folder);
  g_free (self->folder);
  g_free (self->store);
  g_free (self->target);
  g_free (self->video);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bad_disk_install ();

#define ADD(name, func) g_test_add ("/unchecked/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("store-unread", test_store_unread);
  ADD ("store-unchecked", test_store_unchecked);
  ADD ("store-damaged", test_store_damaged);
  ADD ("journal-unread", test_journal_unread);
  ADD ("journal-unchecked", test_journal_unchecked);
  ADD ("journal-damaged", test_journal_damaged);
#undef ADD
  return g_test_run ();
}
