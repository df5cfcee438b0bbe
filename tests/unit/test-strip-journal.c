/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run leaves of a large picture: the next one believes it only where it may. */
#include "job/strips/strip-journal.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PRINT "3:0123456789abcdef"
#define N_BYTES 64

typedef struct
{
  char *folder;
  char *target, *bytes, *state;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("genga-strips-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->target = g_build_filename (self->folder, "a.png", NULL);
  self->bytes = g_build_filename (self->folder, ".a.png.genga-part", NULL);
  self->state = g_build_filename (self->folder, ".a.png.genga-strips", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->bytes);
  g_unlink (self->state);
  g_unlink (self->target);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->target);
  g_free (self->bytes);
  g_free (self->state);
}

/* A run that has made three strips and `n_bytes` bytes, and ends. */
static void
leave (Fixture *self, gint64 n_bytes)
{
  GengaStripJournal *journal = genga_strip_journal_open (self->target, PRINT);
  g_autoptr (GBytes) state = g_bytes_new (&n_bytes, sizeof n_bytes);

  g_assert_nonnull (journal);
  g_assert_cmpstr (genga_strip_journal_get_path (journal), ==, self->bytes);
  g_assert_cmpuint (genga_strip_journal_get_n_done (journal), ==, 0);
  g_assert_cmpint (truncate (self->bytes, N_BYTES), ==, 0);
  genga_strip_journal_record (journal, 3, state);
  genga_strip_journal_close (journal);
}

/* How many strips the next run finds. */
static guint
count_done (Fixture *self, const char *print)
{
  GengaStripJournal *journal = genga_strip_journal_open (self->target, print);
  guint n;

  g_assert_nonnull (journal);
  n = genga_strip_journal_get_n_done (journal);
  g_assert_true ((genga_strip_journal_get_state (journal) != NULL) == (n > 0));
  genga_strip_journal_close (journal);
  return n;
}

static void
test_found (Fixture *self, gconstpointer data)
{
  GengaStripJournal *journal;

  leave (self, N_BYTES);
  g_assert_cmpuint (count_done (self, PRINT), ==, 3);
  g_assert_cmpuint (count_done (self, "3:other"), ==, 0);
  journal = genga_strip_journal_open (self->target, PRINT);
  g_assert_null (genga_strip_journal_open (self->target, PRINT)); /* this one has it */
  genga_strip_journal_remove (journal);
  g_assert_false (g_file_test (self->bytes, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (self->state, G_FILE_TEST_EXISTS));
}

/* More bytes than there are, or none; a file that was cut off, changed, or is none of ours. */
static void
test_disbelieved (Fixture *self, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize size;

  leave (self, N_BYTES + 1);
  g_assert_cmpuint (count_done (self, PRINT), ==, 0);
  leave (self, 0);
  g_assert_cmpuint (count_done (self, PRINT), ==, 0);
  leave (self, N_BYTES);
  g_assert_true (g_file_get_contents (self->state, &content, &size, NULL));
  for (gsize i = 0; i < size; i += 5)
    {
      content[i] ^= 1;
      g_assert_true (g_file_set_contents (self->state, content, (gssize)size, NULL));
      g_assert_cmpuint (count_done (self, PRINT), ==, 0);
      content[i] ^= 1;
    }
  g_assert_true (g_file_set_contents (self->state, content, (gssize)size / 2, NULL));
  g_assert_cmpuint (count_done (self, PRINT), ==, 0);
  g_assert_true (g_file_set_contents (self->state, "", 0, NULL));
  g_assert_cmpuint (count_done (self, PRINT), ==, 0);
  g_assert_true (g_file_set_contents (self->state, content, (gssize)size, NULL));
  g_assert_cmpint (g_chmod (self->state, 0666), ==, 0);
  g_assert_cmpuint (count_done (self, PRINT), ==, 0);
  g_assert_cmpint (g_chmod (self->state, 0600), ==, 0);
  g_assert_cmpuint (count_done (self, PRINT), ==, 3);
}

/* Where the file of bytes is a link, a folder, somebody else's to write, or can't have a name. */
static void
test_none (Fixture *self, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (250, 'a');
  g_autofree char *long_target = g_build_filename (self->folder, long_name, NULL);
  g_autofree char *nowhere = g_build_filename (self->folder, "none", "a.png", NULL);

  g_assert_null (genga_strip_journal_open (long_target, PRINT));
  g_assert_null (genga_strip_journal_open (nowhere, PRINT));
  g_assert_cmpint (symlink ("a.png", self->bytes), ==, 0);
  g_assert_null (genga_strip_journal_open (self->target, PRINT));
  g_assert_cmpint (g_unlink (self->bytes), ==, 0);
  g_assert_cmpint (g_mkdir (self->bytes, 0700), ==, 0);
  g_assert_null (genga_strip_journal_open (self->target, PRINT));
  g_assert_cmpint (g_rmdir (self->bytes), ==, 0);
  g_assert_true (g_file_set_contents (self->bytes, "", 0, NULL));
  g_assert_cmpint (g_chmod (self->bytes, 0622), ==, 0);
  g_assert_null (genga_strip_journal_open (self->target, PRINT));
}

/* A state that can't be written costs the state. */
static void
test_unwritten (Fixture *self, gconstpointer data)
{
  GengaStripJournal *journal = genga_strip_journal_open (self->target, PRINT);
  gint64 n_bytes = N_BYTES;
  g_autoptr (GBytes) state = g_bytes_new (&n_bytes, sizeof n_bytes);

  g_assert_nonnull (journal);
  g_assert_cmpint (g_mkdir (self->state, 0700), ==, 0);
  genga_strip_journal_record (journal, 3, state);
  genga_strip_journal_close (journal);
  g_assert_cmpuint (count_done (self, PRINT), ==, 0);
  g_assert_cmpint (g_rmdir (self->state), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/strip-journal/found", Fixture, NULL, set_up, test_found, tear_down);
  g_test_add ("/strip-journal/disbelieved", Fixture, NULL, set_up, test_disbelieved, tear_down);
  g_test_add ("/strip-journal/none", Fixture, NULL, set_up, test_none, tear_down);
  g_test_add ("/strip-journal/unwritten", Fixture, NULL, set_up, test_unwritten, tear_down);
  return g_test_run ();
}
