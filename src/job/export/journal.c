/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/journal.h"
#include "core/error.h"
#include "core/fault.h"
#include "job/cluster/segment-manifest.h"
#include "job/export/journal-ahead.h"
#include "job/export/journal-file.h"
#include "job/own-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".genga"
#define MAX_NAME 255
#define LOCK "lock"
#define JOURNAL "journal"
#define UNFINISHED "unfinished"
#define JOINED "joined"
#define SEGMENT_PREFIX "segment-"
#define MAX_ATTEMPTS 20

struct _GengaJournal
{
  char *target;
  char *folder;
  char *name; /* of the result, for messages */
  int fd;     /* of the folder */
  int lock;
  GengaJournalFile *file;
  GengaJournalHead *head;
  GPtrArray *entries;
  gboolean is_full;
};

/* ---- names ---- */

/* A name that leaves no room for more keeps its beginning and gets a checksum. */
static char *
dup_folder_name (const char *name)
{
  if (strlen (name) + strlen ("." SUFFIX) <= MAX_NAME)
    return g_strconcat (".", name, SUFFIX, NULL);

  g_autofree char *checksum = g_compute_checksum_for_string (G_CHECKSUM_SHA1, name, -1);
  return g_strdup_printf (".%.100s-%s" SUFFIX, name, checksum);
}

char *
genga_journal_dup_folder (const char *target)
{
  g_autofree char *parent = g_path_get_dirname (target);
  g_autofree char *base = g_path_get_basename (target);
  g_autofree char *name = dup_folder_name (base);

  return g_build_filename (parent, name, NULL);
}

char *
genga_journal_dup_target (const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *name = g_path_get_basename (folder);

  if (name[0] != '.' || !g_str_has_suffix (name, SUFFIX) || strlen (name) <= strlen ("." SUFFIX))
    return NULL;
  name[strlen (name) - strlen (SUFFIX)] = '\0';
  return g_build_filename (parent, name + 1, NULL);
}

static char *
dup_path (GengaJournal *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static char *
dup_segment_name (guint number)
{
  return g_strdup_printf (SEGMENT_PREFIX "%06u", number);
}

char *
genga_journal_dup_unfinished (GengaJournal *self)
{
  return dup_path (self, UNFINISHED);
}

char *
genga_journal_dup_segment (GengaJournal *self, guint number)
{
  g_autofree char *name = dup_segment_name (number);

  return dup_path (self, name);
}

char *
genga_journal_dup_joined (GengaJournal *self)
{
  return dup_path (self, JOINED);
}

/* ---- files ---- */

static gboolean
set_error (GengaJournal *self, int code, GError **error)
{
  self->is_full = code == ENOSPC || code == EDQUOT;
  if (self->is_full)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write “%s”: the disk is full."),
                 self->name);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write “%s”: %s."), self->name,
                 g_strerror (code));
  return FALSE;
}

/* The user has to free disk space; nothing is touched until then. */
static gboolean
set_unreadable (GengaJournal *self, const char *reason, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't read the finished part of “%s” (%s). It was not changed; fix this and try "
                  "again, or choose another name."),
               self->name, reason);
  return FALSE;
}

/* Somebody else made it, or may change what is in it. */
static void
set_untrusted (GengaJournal *self, GError **error)
{
  g_autofree char *folder = g_filename_display_name (self->folder);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("“%s” would hold the unfinished work for “%s”, but it is not a folder that only "
                  "you can change. Remove it, or choose another name."),
               folder, self->name);
}

static gboolean
set_file_error (GengaJournal *self, GError **error)
{
  if (genga_journal_file_is_full (self->file))
    return set_error (self, ENOSPC, error);
  self->is_full = FALSE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write “%s”: %s."), self->name,
               genga_journal_file_get_message (self->file));
  return FALSE;
}

/* Removes all segments from `number` on, and what is not finished. Other files are not ours. */
static void
remove_files (GengaJournal *self, guint number)
{
  int fd = openat (self->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  g_autofree char *first = dup_segment_name (number);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      const char *name = entry->d_name;

      if (g_str_has_prefix (name, UNFINISHED) || g_str_equal (name, JOINED) ||
          (g_str_has_prefix (name, SEGMENT_PREFIX) && strcmp (name, first) >= 0))
        unlinkat (self->fd, name, 0);
    }
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
}

/* The folder itself goes where nothing else is in it. */
static void
remove_own (GengaJournal *self)
{
  g_clear_pointer (&self->file, genga_journal_file_close);
  unlinkat (self->fd, JOURNAL, 0);
  unlinkat (self->fd, JOURNAL "-journal", 0);
  unlinkat (self->fd, LOCK, 0);
  if (rmdir (self->folder) != 0)
    g_debug ("%s: %s", self->folder, g_strerror (errno));
}

static void
remove_folder (GengaJournal *self)
{
  remove_files (self, 0);
  genga_ahead_remove_all (self->fd);
  genga_fault ("kill-removed");
  remove_own (self);
}

/* ---- opening ---- */

/* With its name durable. */
static int
make_folder (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  int fd;

  if (g_mkdir (path, 0700) != 0)
    return errno == EEXIST ? 0 : errno;
  fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
  return 0;
}

/* 0; ESTALE: it was removed meanwhile; EWOULDBLOCK: another process has it. */
static int
lock_folder (GengaJournal *self)
{
  struct stat ours, there, folder;
  int code;

  self->fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->fd < 0)
    return errno == ENOENT ? ESTALE : errno;
  code = genga_own_folder_check (self->fd);
  if (code != 0)
    return code;
  self->lock = openat (self->fd, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->lock < 0)
    return errno == ENOENT ? ESTALE : errno;
  if (flock (self->lock, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno == EWOULDBLOCK)
        return EWOULDBLOCK;
      g_message ("%s cannot be locked: %s", self->folder, g_strerror (errno));
    }
  if (fstat (self->lock, &ours) != 0 || fstatat (self->fd, LOCK, &there, 0) != 0 ||
      ours.st_ino != there.st_ino)
    return ESTALE;
  /* The folder, too, may have got another name meanwhile. */
  return fstat (self->fd, &folder) == 0 && lstat (self->folder, &there) == 0 &&
                 folder.st_ino == there.st_ino
             ? 0
             : ESTALE;
}

static void
unlock_folder (GengaJournal *self)
{
  if (self->lock >= 0)
    close (self->lock);
  if (self->fd >= 0)
    close (self->fd);
  self->lock = self->fd = -1;
}

static int
enter_folder (GengaJournal *self, gboolean make)
{
  int code = ESTALE;

  for (int i = 0; i < MAX_ATTEMPTS && code == ESTALE; i++)
    {
      code = make ? make_folder (self->folder) : 0;
      if (code == 0)
        code = lock_folder (self);
      if (code == ESTALE && !make && !g_file_test (self->folder, G_FILE_TEST_EXISTS))
        return ENOENT;
      if (code == ESTALE)
        unlock_folder (self);
    }
  return code;
}

/*
 * Segments whose files are not as they were written are not there, nor are those after them. -1
 * where a file could not be looked at.
 */
static int
count_whole (GengaJournal *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const GengaJournalEntry *entry = self->entries->pdata[i];
      g_autofree char *name = dup_segment_name (i);
      struct stat info;

      if (fstatat (self->fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? (int)i : -1;
      if (!S_ISREG (info.st_mode) || info.st_size != entry->segment->size)
        return i;
    }
  return self->entries->len;
}

/* A folder that was made in vain does not stay. */
static void
leave_no_folder (GengaJournal *self)
{
  struct stat info;
  gboolean is_there = fstatat (self->fd, JOURNAL, &info, AT_SYMLINK_NOFOLLOW) == 0;

  if (is_there ? info.st_size == 0 : errno == ENOENT)
    remove_own (self);
}

static char *
dup_sentence (GengaJournal *self, gboolean is_damaged, const char *aside)
{
  g_autofree char *shown = g_filename_display_name (aside);

  return g_strdup_printf (is_damaged
                              ? _ ("Unfinished work for “%s” is damaged; it was put aside as “%s”, "
                                   "which you can delete. Starting over.")
                              : _ ("Unfinished work for “%s” can't be resumed, because its source, "
                                   "its settings, Genga or a library has changed; it was put aside "
                                   "as “%s”, which you can delete. Starting over."),
                          self->name, shown);
}

/* Under a name that no other has, with all that is in it. */
static gboolean
put_folder_aside (GengaJournal *self, gboolean is_damaged, char **sentence, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *parent = g_path_get_dirname (self->folder);
  g_autofree char *base = g_path_get_basename (self->folder);
  int code = EEXIST;

  for (int i = 1; i <= MAX_ATTEMPTS && (code == EEXIST || code == ENOTEMPTY); i++)
    {
      g_autofree char *name =
          g_strdup_printf ("%.200s.%s-%s-%d", base, is_damaged ? "damaged" : "earlier", stamp, i);
      g_autofree char *aside = g_build_filename (parent, name, NULL);

      code = g_rename (self->folder, aside) == 0 ? 0 : errno;
      if (code == 0)
        *sentence = dup_sentence (self, is_damaged, aside);
    }
  return code == 0 || set_error (self, code, error);
}

static gboolean
open_file (GengaJournal *self, gboolean *is_damaged, GError **error)
{
  g_autofree char *reason = NULL;
  GengaJournalFault fault = GENGA_JOURNAL_FILE_UNREADABLE;

  self->file = genga_journal_file_open (self->fd, &fault, &reason);
  if (self->file != NULL)
    return TRUE;
  *is_damaged = fault == GENGA_JOURNAL_FILE_DAMAGED;
  if (*is_damaged)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("The finished part of “%s” is damaged and can't be resumed. It was not "
                      "changed; run the original command to start over."),
                   self->name);
      return FALSE;
    }
  leave_no_folder (self);
  return fault == GENGA_JOURNAL_FILE_FULL ? set_error (self, ENOSPC, error)
                                          : set_unreadable (self, reason, error);
}

static gboolean
read_journal (GengaJournal *self, gboolean *is_damaged, GError **error)
{
  int n;

  if (!open_file (self, is_damaged, error))
    return FALSE;
  if (!genga_journal_file_read_head (self->file, &self->head))
    return set_unreadable (self, genga_journal_file_get_message (self->file), error);
  self->entries = genga_journal_file_read_entries (self->file);
  if (self->entries == NULL)
    return set_unreadable (self, genga_journal_file_get_message (self->file), error);
  n = count_whole (self);
  return n >= 0 ? genga_journal_cut (self, n, error)
                : set_unreadable (self, g_strerror (errno), error);
}

/* `*is_damaged`: it was looked at, and is; then it is locked all the same, and to be closed. */
static GengaJournal *
try_open (const char *target, gboolean make, gboolean *is_damaged, GError **error)
{
  g_autoptr (GengaJournal) self = g_new0 (GengaJournal, 1);
  int code;

  self->target = g_strdup (target);
  self->folder = genga_journal_dup_folder (target);
  self->name = g_filename_display_basename (target);
  self->fd = self->lock = -1;
  code = enter_folder (self, make);
  if (code == ENOENT && !make)
    return NULL;
  if (code == EWOULDBLOCK)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("Another job or another Genga is already writing “%s”; choose another name, or "
                    "wait until it has finished."),
                 self->name);
  else if (code == EPERM || code == ELOOP || code == ENOTDIR)
    set_untrusted (self, error);
  else if (code != 0)
    set_error (self, code, error);
  return code == 0 && (read_journal (self, is_damaged, error) || *is_damaged)
             ? g_steal_pointer (&self)
             : NULL;
}

GengaJournal *
genga_journal_open (const char *target, gboolean make, char **put_aside, GError **error)
{
  gboolean is_damaged = FALSE;
  GError *reason = NULL;
  g_autoptr (GengaJournal) self = try_open (target, make, &is_damaged, &reason);

  if (is_damaged && put_aside != NULL)
    {
      g_clear_error (&reason);
      if (!put_folder_aside (self, TRUE, put_aside, error) || !make)
        return NULL;
      return genga_journal_open (target, TRUE, NULL, error);
    }
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
free_all (GengaJournal *self)
{
  g_clear_pointer (&self->file, genga_journal_file_close);
  unlock_folder (self);
  g_clear_pointer (&self->head, genga_journal_head_free);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_free (self->target);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

/* In its order or before its turn. */
static gboolean
has_finished (GengaJournal *self)
{
  return self->entries->len > 0 || genga_journal_has_ahead (self);
}

void
genga_journal_close (GengaJournal *self)
{
  if (self->entries != NULL && !has_finished (self))
    remove_folder (self);
  else if (self->entries != NULL)
    remove_files (self, self->entries->len);
  free_all (self);
}

static gboolean
has_name_of (const char *path, const char *other)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *other_name = g_path_get_basename (other);

  return g_str_equal (name, other_name);
}

void
genga_journal_move (const char *from, const char *to, const char *source)
{
  GengaJournal *self = genga_journal_open (from, FALSE, NULL, NULL);
  g_autofree char *folder = genga_journal_dup_folder (to);
  GStatBuf info;

  if (self == NULL)
    return;
  if (!has_finished (self) || self->head == NULL || !has_name_of (self->head->source, source) ||
      g_lstat (folder, &info) == 0)
    {
      genga_journal_close (self);
      return;
    }
  if (g_rename (self->folder, folder) != 0)
    g_debug ("%s: %s", self->folder, g_strerror (errno));
  free_all (self);
}

gboolean
genga_journal_put_aside (GengaJournal *self, char **sentence, GError **error)
{
  if (!put_folder_aside (self, FALSE, sentence, error))
    return FALSE;
  free_all (self);
  return TRUE;
}

void
genga_journal_remove (GengaJournal *self)
{
  remove_folder (self);
  free_all (self);
}

/* ---- what is in it ---- */

const GengaJournalHead *
genga_journal_get_head (GengaJournal *self)
{
  return self->head;
}

GPtrArray *
genga_journal_get_entries (GengaJournal *self)
{
  return self->entries;
}

guint64
genga_journal_get_size (GengaJournal *self)
{
  guint64 size = 0;

  for (guint i = 0; i < self->entries->len; i++)
    size += ((const GengaJournalEntry *)self->entries->pdata[i])->segment->size;
  return size;
}

gboolean
genga_journal_is_full (GengaJournal *self)
{
  return self->is_full;
}

gboolean
genga_journal_begin (GengaJournal *self, GengaJournalHead **head, GError **error)
{
  if (!genga_journal_file_begin (self->file, *head))
    return set_file_error (self, error);
  g_clear_pointer (&self->head, genga_journal_head_free);
  self->head = g_steal_pointer (head);
  g_ptr_array_set_size (self->entries, 0);
  remove_files (self, 0);
  genga_ahead_remove_all (self->fd);
  return TRUE;
}

/* The name, too, has to be durable before anything relies on it. */
static gboolean
name_segment (GengaJournal *self, guint number, GError **error)
{
  g_autofree char *name = dup_segment_name (number);

  if (renameat (self->fd, UNFINISHED, self->fd, name) != 0 && errno != ENOENT)
    return set_error (self, errno, error);
  genga_fault ("kill-segment-named");
  if (fsync (self->fd) != 0)
    g_debug ("%s: the folder is not synchronised: %s", self->folder, g_strerror (errno));
  return TRUE;
}

gboolean
genga_journal_add (GengaJournal *self, GengaJournalEntry **entry, GError **error)
{
  if (!name_segment (self, self->entries->len, error))
    return FALSE;
  genga_fault ("kill-before-entry");
  if (!genga_journal_file_add (self->file, self->entries->len, *entry))
    return set_file_error (self, error);
  genga_fault ("kill-after-entry");
  g_ptr_array_add (self->entries, g_steal_pointer (entry));
  return TRUE;
}

gboolean
genga_journal_cut (GengaJournal *self, guint number, GError **error)
{
  if (!genga_journal_file_cut (self->file, number))
    return set_file_error (self, error);
  g_ptr_array_set_size (self->entries, MIN (number, self->entries->len));
  remove_files (self, number);
  return TRUE;
}

/* ---- beside one another ---- */

char *
genga_journal_dup_unfinished_of (GengaJournal *self, guint lane)
{
  g_autofree char *name = g_strdup_printf (UNFINISHED "-%u", lane);

  return dup_path (self, name);
}

gboolean
genga_journal_keep_ahead (GengaJournal *self,
                          gint64 mark,
                          const char *path,
                          const GengaJournalEntry *entry,
                          GError **error)
{
  const int code = genga_ahead_keep (self->fd, mark, path, entry);

  return code == 0 || set_error (self, code, error);
}

GPtrArray *
genga_journal_list_ahead (GengaJournal *self)
{
  return genga_ahead_list (self->fd);
}

gboolean
genga_journal_has_ahead (GengaJournal *self)
{
  g_autoptr (GPtrArray) ahead = genga_ahead_list (self->fd);

  return ahead->len > 0;
}

guint64
genga_journal_count_frames (GengaJournal *self, guint64 *n_bytes)
{
  g_autoptr (GPtrArray) ahead = genga_ahead_list (self->fd);
  guint64 n = 0;

  *n_bytes = genga_journal_get_size (self);
  for (guint i = 0; i < self->entries->len; i++)
    n += ((const GengaJournalEntry *)self->entries->pdata[i])->segment->n_frames;
  for (guint i = 0; i < ahead->len; i++)
    {
      const GengaVideoSegment *segment = ((GengaSegmentManifest *)ahead->pdata[i])->entry->segment;

      n += segment->n_frames;
      *n_bytes += segment->size;
    }
  return n;
}

gboolean
genga_journal_take_ahead (GengaJournal *self, gint64 mark, GError **error)
{
  const int code = genga_ahead_take (self->fd, mark, UNFINISHED);

  return code == 0 || set_error (self, code, error);
}

void
genga_journal_remove_ahead (GengaJournal *self, gint64 mark)
{
  genga_ahead_remove (self->fd, mark);
}

gboolean
genga_journal_take_unfinished_of (GengaJournal *self, const char *path, GError **error)
{
  g_autofree char *unfinished = genga_journal_dup_unfinished (self);

  return g_rename (path, unfinished) == 0 || set_error (self, errno, error);
}

/* ---- the end ---- */

static char *
dup_identity (const char *path)
{
  GStatBuf info;

  return g_lstat (path, &info) == 0
             ? g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT,
                                (guint64)info.st_dev, (guint64)info.st_ino, (gint64)info.st_size)
             : NULL;
}

gboolean
genga_journal_set_joined (GengaJournal *self, GError **error)
{
  g_autofree char *path = dup_path (self, JOINED);
  g_autofree char *identity = dup_identity (path);

  if (identity == NULL)
    return set_error (self, errno, error);
  return genga_journal_file_set (self->file, "joined", identity) || set_file_error (self, error);
}

gboolean
genga_journal_is_named (GengaJournal *self)
{
  g_autofree char *kept = genga_journal_file_dup (self->file, "joined");
  g_autofree char *there = dup_identity (self->target);

  return kept != NULL && g_strcmp0 (kept, there) == 0;
}
