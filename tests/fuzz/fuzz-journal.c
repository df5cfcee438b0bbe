/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal of a video's segments: rows of its tables, or the file's bytes. What is believed of
 * it has no gaps, and has its files.
 */
#include "fuzz-rows.h"
#include "fuzz.h"
#include "job/export/journal-file.h"
#include "job/export/journal.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define RESULT "out.mkv"
#define FOLDER "." RESULT ".genga"
#define N_FILES 3 /* of 1, 2 and 3 bytes */

static const char about[] = "INSERT OR REPLACE INTO about VALUES (?, ?)";
static const char segments[] = "INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,"
                               " ?, ?)";
static const char known[] =
    "INSERT INTO about VALUES ('settings', 's'), ('source', '/a'), ('options', 'scale=2')";

static void
make_folder (void)
{
  g_autofree char *folder = g_build_filename (fuzz_get_folder (), FOLDER, NULL);

  g_mkdir (folder, 0700);
  for (int i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf (FOLDER "/segment-%06d", i);

      g_free (fuzz_write_file (name, "abc", i + 1));
    }
}

/* The tables as Genga makes them, and rows of anybody's. */
static void
make_rows (FuzzInput *input)
{
  g_autofree char *folder = g_build_filename (fuzz_get_folder (), FOLDER, NULL);
  g_autofree char *path = g_build_filename (folder, "journal", NULL);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  GengaJournalFault fault;
  GengaJournalFile *file = genga_journal_file_open (fd, &fault, NULL);
  sqlite3 *db = NULL;

  g_assert_nonnull (file);
  genga_journal_file_close (file);
  close (fd);
  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, "unix-none"), ==, SQLITE_OK);
  sqlite3_exec (db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
  if (fuzz_take_byte (input) % 2 == 0)
    sqlite3_exec (db, known, NULL, NULL, NULL);
  while (input->size > 0)
    fuzz_insert_row (db, fuzz_take_byte (input) % 4 == 0 ? about : segments, input);
  sqlite3_close (db);
}

static void
check (GengaJournal *journal)
{
  GPtrArray *entries = genga_journal_get_entries (journal);
  guint64 n_frames = 0;

  g_assert_cmpuint (entries->len, <=, N_FILES);
  for (guint i = 0; i < entries->len; i++)
    {
      const GengaJournalEntry *entry = entries->pdata[i];
      const GengaVideoSegment *segment = entry->segment;

      g_assert_cmpuint (entry->first_frame, ==, n_frames);
      g_assert_cmpuint (segment->size, ==, i + 1);
      g_free (g_memdup2 (segment->pts, segment->n_frames * sizeof (gint64)));
      g_free (g_memdup2 (segment->durations, segment->n_frames * sizeof (gint64)));
      n_frames += segment->n_frames;
    }
  g_assert_cmpuint (genga_journal_get_size (journal), <=, 6);
  genga_journal_is_named (journal);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *target = g_build_filename (fuzz_get_folder (), RESULT, NULL);
  g_autofree char *path = g_build_filename (fuzz_get_folder (), FOLDER, "journal", NULL);
  FuzzInput input = { data, size };
  g_autoptr (GError) error = NULL;
  GengaJournal *journal;

  make_folder ();
  g_unlink (path);
  if (fuzz_take_byte (&input) % 8 == 0)
    g_free (fuzz_write_file (FOLDER "/journal", input.data, input.size));
  else
    make_rows (&input);
  journal = genga_journal_open (target, FALSE, NULL, &error);
  g_assert_true ((journal == NULL) == (error != NULL));
  if (journal == NULL)
    return 0;
  check (journal);
  genga_journal_remove (journal);
  return 0;
}
