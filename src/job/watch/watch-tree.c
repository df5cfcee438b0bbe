/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watch-tree.h"
#include "core/fault.h"
#include "job/watch/share.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* What changes comes in bursts. */
#define SOON_MS 100
/* Between two looks that have to find the same. */
#define SETTLING_US G_USEC_PER_SEC
/* Where the kernel can't tell whether somebody writes. */
#define SHARE_SETTLING_US (10 * G_USEC_PER_SEC)
/* The kernel drops news when there are too many. */
#define USUAL_POLL_SECONDS 60
#define SHARE_POLL_SECONDS 5
/* Looking takes no more than this part of the time. */
#define LOOKING_PART 20
#define MAX_DEPTH 32
/* A folder of files that can't be opened does not fill the log. */
#define MAX_REFUSED 10

typedef struct
{
  char *name; /* below the root */
  char *key;  /* for people's order */
  GengaWatchStamp stamp;
  gint64 status; /* in ns since 1970: what it is has changed, or who may read it */
  gint64 since;  /* monotonic: since when it is this version */
  guint look;    /* the last one that has found it */
  gboolean is_settled;
  gboolean is_taken;
  gboolean is_refused; /* it could not be opened */
} Entry;

typedef struct
{
  char *name; /* below the root; "" is the root */
  guint depth;
  guint64 node;
  GFileMonitor *monitor; /* NULL: nothing tells of it */
  gboolean is_due;
  GHashTable *entries; /* of Entry, by the last part of their names */
  guint look;          /* 0: it was not looked at yet */
} Folder;

struct _GengaWatchTree
{
  GengaWatchTreeSetup setup;
  char *root;
  char **others;
  gboolean is_told; /* by the kernel */
  gboolean is_on_share;
  gint64 settling_us;
  guint n_refused;     /* that were told */
  GHashTable *folders; /* of Folder, by name */
  GQueue settled;      /* names */
  gboolean is_gone;    /* the root, at the last look */
  guint look_id;
  gint64 look_due; /* monotonic, of look_id */
  guint poll_id;
};

/* ---- what is known ---- */

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_free (self->name);
  g_free (self->key);
  g_free (self);
}

static void
folder_free (gpointer data)
{
  Folder *self = data;

  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  g_hash_table_unref (self->entries);
  g_free (self->name);
  g_free (self);
}

static gboolean on_look (gpointer data);

static void
look_in (GengaWatchTree *self, guint ms)
{
  const gint64 due = g_get_monotonic_time () + ms * G_GINT64_CONSTANT (1000);

  if (self->look_id != 0 && self->look_due <= due)
    return;
  g_clear_handle_id (&self->look_id, g_source_remove);
  self->look_due = due;
  self->look_id = g_timeout_add (ms, on_look, self);
}

static void
on_changed (
    GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, GengaWatchTree *self)
{
  Folder *folder =
      g_hash_table_lookup (self->folders, g_object_get_data (G_OBJECT (monitor), "name"));

  if (folder != NULL)
    folder->is_due = TRUE;
  look_in (self, SOON_MS);
}

static void
set_up_monitor (GengaWatchTree *self, Folder *folder)
{
  g_autofree char *path = g_build_filename (self->root, folder->name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  folder->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (folder->monitor == NULL)
    {
      g_debug ("nothing tells of “%s”: %s", path, error->message);
      return;
    }
  g_object_set_data_full (G_OBJECT (folder->monitor), "name", g_strdup (folder->name), g_free);
  g_signal_connect (folder->monitor, "changed", G_CALLBACK (on_changed), self);
}

/* What comes after the monitor is there is told of, what was there before is seen by looking. */
static Folder *
add_folder (GengaWatchTree *self, const char *name, guint depth)
{
  Folder *folder = g_new0 (Folder, 1);

  folder->name = g_strdup (name);
  folder->depth = depth;
  folder->is_due = TRUE;
  folder->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  if (self->is_told)
    set_up_monitor (self, folder);
  g_hash_table_insert (self->folders, folder->name, folder);
  return folder;
}

/* ---- looking ---- */

static char *
dup_below (const char *folder, const char *name)
{
  return *folder != '\0' ? g_build_filename (folder, name, NULL) : g_strdup (name);
}

static gboolean
is_other (GengaWatchTree *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->root, name, NULL);

  return self->others != NULL && g_strv_contains ((const char *const *)self->others, path);
}

/* Another one of the same name is another one. */
static void
renew_folder (GengaWatchTree *self, Folder *folder)
{
  folder->is_due = TRUE;
  if (folder->monitor == NULL)
    return;
  g_file_monitor_cancel (folder->monitor);
  g_clear_object (&folder->monitor);
  set_up_monitor (self, folder);
}

static void
visit_folder (GengaWatchTree *self, const Folder *above, const char *last, const struct stat *info)
{
  g_autofree char *name = dup_below (above->name, last);
  Folder *folder = g_hash_table_lookup (self->folders, name);

  if (!self->setup.is_recursive || above->depth >= MAX_DEPTH || is_other (self, name))
    return;
  if (folder == NULL)
    folder = add_folder (self, name, above->depth + 1);
  else if (folder->node != info->st_ino)
    renew_folder (self, folder);
  folder->node = info->st_ino;
}

static Entry *
add_entry (Folder *folder, const char *last)
{
  Entry *entry = g_new0 (Entry, 1);
  g_autofree char *utf8 = g_filename_display_name (last);

  entry->name = dup_below (folder->name, last);
  entry->key = g_utf8_collate_key_for_filename (utf8, -1);
  g_hash_table_insert (folder->entries, g_strdup (last), entry);
  return entry;
}

/* A file that is empty is one that nothing was written into yet. */
static void
visit_file (GengaWatchTree *self,
            Folder *folder,
            const char *last,
            const struct stat *info,
            GPtrArray *found)
{
  const GengaWatchStamp stamp = genga_watch_stamp_new (info);
  const gint64 status =
      (gint64)info->st_ctim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_ctim.tv_nsec;
  const gint64 now = g_get_monotonic_time ();
  Entry *entry = g_hash_table_lookup (folder->entries, last);

  if (entry == NULL)
    entry = add_entry (folder, last);
  if (entry->since == 0 || !genga_watch_stamp_is_same (&entry->stamp, &stamp) ||
      (entry->is_refused && entry->status != status))
    {
      entry->stamp = stamp;
      entry->since = now;
      entry->is_settled = entry->is_taken = entry->is_refused = FALSE;
    }
  entry->status = status;
  entry->look = folder->look;
  if (entry->is_settled || stamp.size == 0 || now - entry->since < self->settling_us)
    return;
  entry->is_settled = TRUE;
  g_ptr_array_add (found, entry);
}

static gboolean
was_not_found (gpointer key, gpointer value, gpointer data)
{
  return ((Entry *)value)->look != ((Folder *)data)->look;
}

/* FALSE where not all could be seen, so that nothing is known of what was not. */
static gboolean
list (GengaWatchTree *self, Folder *folder, int fd, GPtrArray *found)
{
  DIR *dir = fdopendir (fd);
  struct dirent *item;
  struct stat info;

  if (dir == NULL)
    {
      close (fd);
      return FALSE;
    }
  errno = 0;
  while ((item = readdir (dir)) != NULL)
    {
      if (item->d_name[0] != '.' &&
          fstatat (dirfd (dir), item->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0)
        {
          if (S_ISDIR (info.st_mode))
            visit_folder (self, folder, item->d_name, &info);
          else if (S_ISREG (info.st_mode))
            visit_file (self, folder, item->d_name, &info, found);
        }
      errno = 0;
    }
  closedir (dir);
  return errno == 0;
}

static gboolean
has_unsettled (const Folder *folder)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, folder->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    {
      if (!((Entry *)entry)->is_settled && ((Entry *)entry)->stamp.size > 0)
        return TRUE;
    }
  return FALSE;
}

/* FALSE: it has gone. */
static gboolean
look_at (GengaWatchTree *self, Folder *folder, GPtrArray *found)
{
  int fd = genga_watch_open_folder (self->root, folder->name);

  folder->is_due = FALSE;
  folder->look++;
  if (fd < 0)
    return *folder->name == '\0' || (errno != ENOENT && errno != ENOTDIR && errno != ELOOP);
  if (list (self, folder, fd, found))
    g_hash_table_foreach_remove (folder->entries, was_not_found, folder);
  folder->is_due = has_unsettled (folder);
  return TRUE;
}

/* Once for each time. */
static void
tell_whether_gone (GengaWatchTree *self)
{
  int fd = genga_watch_open_folder (self->root, "");
  const gboolean is_gone = fd < 0;
  g_autofree char *name = g_filename_display_name (self->root);
  g_autofree char *sentence = NULL;

  if (fd >= 0)
    close (fd);
  if (is_gone == self->is_gone)
    return;
  self->is_gone = is_gone;
  sentence = is_gone
                 ? g_strdup_printf (
                       _ ("“%s” can't be read just now. It is watched on when it is back."), name)
                 : g_strdup_printf (_ ("“%s” is back."), name);
  self->setup.told (sentence, self->setup.data);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *first = *(const Entry *const *)a;
  const Entry *second = *(const Entry *const *)b;
  const int order = strcmp (first->key, second->key);

  return order != 0 ? order : strcmp (first->name, second->name);
}

static gboolean
is_due (gpointer key, gpointer folder, gpointer data)
{
  return ((Folder *)folder)->is_due;
}

/* FALSE: there was none. */
static gboolean
look_at_due (GengaWatchTree *self, gboolean only_new, GPtrArray *found)
{
  g_autoptr (GPtrArray) due = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer folder;

  g_hash_table_iter_init (&iter, self->folders);
  while (g_hash_table_iter_next (&iter, NULL, &folder))
    {
      const Folder *one = folder;

      if (only_new ? one->look == 0 : one->is_due)
        g_ptr_array_add (due, folder);
    }
  for (guint i = 0; i < due->len; i++)
    {
      if (!look_at (self, due->pdata[i], found))
        g_hash_table_remove (self->folders, ((Folder *)due->pdata[i])->name);
    }
  return due->len > 0;
}

static void
settle (GengaWatchTree *self, GPtrArray *found)
{
  gboolean is_any = FALSE;

  g_ptr_array_sort (found, compare_entries);
  for (guint i = 0; i < found->len; i++)
    {
      const Entry *entry = found->pdata[i];

      if (self->setup.is_known (entry->name, &entry->stamp, self->setup.data))
        continue;
      g_queue_push_tail (&self->settled, g_strdup (entry->name));
      is_any = TRUE;
    }
  if (is_any)
    self->setup.ready (self->setup.data);
}

static gboolean
on_look (gpointer data)
{
  GengaWatchTree *self = data;
  const gint64 start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  gboolean goes_down;

  self->look_id = 0;
  self->setup.looks (self->setup.data);
  tell_whether_gone (self);
  for (goes_down = look_at_due (self, FALSE, found); goes_down;)
    goes_down = look_at_due (self, TRUE, found);
  settle (self, found);
  if (g_hash_table_find (self->folders, is_due, NULL) != NULL)
    look_in (self, MAX (SETTLING_US, (g_get_monotonic_time () - start) * LOOKING_PART) / 1000 + 1);
  return G_SOURCE_REMOVE;
}

static gboolean
on_poll (gpointer data)
{
  GengaWatchTree *self = data;
  GHashTableIter iter;
  gpointer folder;

  g_hash_table_iter_init (&iter, self->folders);
  while (g_hash_table_iter_next (&iter, NULL, &folder))
    ((Folder *)folder)->is_due = TRUE;
  look_in (self, 0);
  return G_SOURCE_CONTINUE;
}

/* ---- taking ---- */

static Entry *
find_entry (GengaWatchTree *self, const char *name, Folder **in)
{
  const char *slash = strrchr (name, '/');
  g_autofree char *above = slash != NULL ? g_strndup (name, slash - name) : g_strdup ("");
  Folder *folder = g_hash_table_lookup (self->folders, above);

  *in = folder;
  return folder != NULL ? g_hash_table_lookup (folder->entries, slash != NULL ? slash + 1 : name)
                        : NULL;
}

/* It was another version that was seen, or somebody is at it. */
static void
wait_on (GengaWatchTree *self, Folder *folder, Entry *entry)
{
  entry->is_settled = FALSE;
  entry->since = g_get_monotonic_time ();
  folder->is_due = TRUE;
  look_in (self, SETTLING_US / 1000 + 1);
}

/* Whether it will be refused until somebody changes that. */
static gboolean
is_refused (GengaWatchTree *self, Entry *entry, int code)
{
  g_autofree char *name = g_filename_display_name (entry->name);
  g_autofree char *sentence = NULL;

  if (code != EACCES && code != EPERM)
    return FALSE;
  entry->is_refused = TRUE;
  if (self->n_refused++ >= MAX_REFUSED)
    return TRUE;
  sentence = g_strdup_printf (_ ("“%s” can't be read: %s. It is left alone until that changes."),
                              name, g_strerror (code));
  self->setup.told (sentence, self->setup.data);
  return TRUE;
}

/* A share's server may give no leases at all. */
static gboolean
is_being_written (GengaWatchTree *self, const GengaWatchFile *file)
{
  return !self->is_on_share && genga_watch_file_is_being_written (file);
}

GengaWatchFile *
genga_watch_tree_take (GengaWatchTree *self)
{
  while (!g_queue_is_empty (&self->settled))
    {
      g_autofree char *name = g_queue_pop_head (&self->settled);
      g_autoptr (GengaWatchFile) file = genga_watch_file_open (self->root, name);
      const int code = errno;
      Folder *folder;
      Entry *entry = find_entry (self, name, &folder);

      if (entry == NULL || entry->is_taken)
        continue;
      entry->is_taken = file != NULL && entry->is_settled &&
                        genga_watch_stamp_is_same (&file->stamp, &entry->stamp) &&
                        !is_being_written (self, file);
      if (entry->is_taken)
        return g_steal_pointer (&file);
      if (file != NULL || !is_refused (self, entry, code))
        wait_on (self, folder, entry);
    }
  return NULL;
}

void
genga_watch_tree_forget (GengaWatchTree *self, const char *name)
{
  const char *slash = strrchr (name, '/');
  Folder *folder;

  if (find_entry (self, name, &folder) == NULL)
    return;
  g_hash_table_remove (folder->entries, slash != NULL ? slash + 1 : name);
  folder->is_due = TRUE;
  look_in (self, SOON_MS);
}

/* ---- the border ---- */

/* GLib does not say that it is told nothing, as when the user's share of watches is used up. */
static gboolean
can_be_told (const char *folder)
{
  int fd = inotify_init1 (IN_CLOEXEC);
  gboolean ok = fd >= 0 && inotify_add_watch (fd, folder, IN_CREATE | IN_ONLYDIR) >= 0;

  if (fd >= 0)
    close (fd);
  return ok && !genga_fault ("no-watches");
}

static guint
choose_poll (GengaWatchTree *self)
{
  g_autofree char *name = g_filename_display_name (self->root);
  g_autofree char *sentence = NULL;

  if (self->setup.poll_seconds > 0)
    return self->setup.poll_seconds;
  self->is_told = !self->is_on_share && can_be_told (self->root);
  if (self->is_told)
    return USUAL_POLL_SECONDS;
  sentence = g_strdup_printf (
      self->is_on_share
          ? _ ("“%s” is on a network share or another file system of which the kernel does not "
               "tell everything, so it is looked at every %d seconds (--poll).")
          : _ ("The kernel has no more watches for “%s”, so it is looked at every %d "
               "seconds (--poll)."),
      name, SHARE_POLL_SECONDS);
  self->setup.told (sentence, self->setup.data);
  return SHARE_POLL_SECONDS;
}

GengaWatchTree *
genga_watch_tree_new (const GengaWatchTreeSetup *setup)
{
  GengaWatchTree *self = g_new0 (GengaWatchTree, 1);

  self->setup = *setup;
  self->root = g_strdup (setup->root);
  self->others = g_strdupv ((char **)setup->others);
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, folder_free);
  g_queue_init (&self->settled);
  self->is_on_share = genga_share_has_folder (self->root);
  self->settling_us =
      self->is_on_share && !genga_fault ("hasty-share") ? SHARE_SETTLING_US : SETTLING_US;
  self->poll_id = g_timeout_add_seconds (choose_poll (self), on_poll, self);
  add_folder (self, "", 0);
  look_in (self, 0);
  return self;
}

void
genga_watch_tree_free (GengaWatchTree *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_hash_table_unref (self->folders);
  g_queue_clear_full (&self->settled, g_free);
  g_strfreev (self->others);
  g_free (self->root);
  g_free (self);
}
