/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-folder.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/write-all.h"
#include "job/own-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ATTEMPTS 5
#define PAUSE_US 50000

static const char *const parts[] = { GENGA_CLUSTER_SEGMENTS, GENGA_CLUSTER_CHUNKS,
                                     GENGA_CLUSTER_MODEL };

struct _GengaClusterFolder
{
  char *path;
  char *shown; /* for messages */
  int fd;
  gboolean is_made;   /* the folder itself, by this process */
  guint n_parts_made; /* of `parts`, from the first on */
};

/* What is done with one file. */
typedef struct
{
  const char *name;
  const char *from; /* of renaming: the path before */
  const char *data; /* of writing */
  gsize size, max;
  char *content; /* of reading */
} Work;

typedef int (*WorkFunc) (GengaClusterFolder *self, Work *work);

/* ---- calls that may have to be made again ---- */

static int
open_folder (GengaClusterFolder *self)
{
  const int fd = open (self->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    return errno;
  if (self->fd >= 0)
    close (self->fd);
  self->fd = fd;
  return 0;
}

/* Each attempt opens all anew; the pauses are for servers that are being started again. */
static int
attempt (GengaClusterFolder *self, WorkFunc func, Work *work)
{
  int code = EIO;

  for (int i = 0; i < MAX_ATTEMPTS && (code == ESTALE || code == EIO); i++)
    {
      if (i > 0)
        g_usleep (PAUSE_US << i);
      code = i > 0 ? open_folder (self) : 0;
      if (code == 0)
        code = genga_fault ("stale-handle")  ? ESTALE
               : genga_fault ("share-error") ? EIO
                                             : func (self, work);
    }
  return code;
}

static gboolean
set_error (GengaClusterFolder *self, GengaError kind, const char *name, int code, GError **error)
{
  g_set_error (error, GENGA_ERROR, kind,
               kind == GENGA_ERROR_OUTPUT
                   ? _ ("Can't write “%s” of the cluster job “%s”: %s. What is finished is kept.")
                   : _ ("Can't read “%s” of the cluster job “%s”: %s."),
               name, self->shown, g_strerror (code));
  return FALSE;
}

/* ---- making and opening ---- */

static GengaClusterFolder *
folder_new (const char *path)
{
  GengaClusterFolder *self = g_new0 (GengaClusterFolder, 1);

  self->path = g_canonicalize_filename (path, NULL);
  self->shown = g_filename_display_basename (self->path);
  self->fd = -1;
  return self;
}

void
genga_cluster_folder_free (GengaClusterFolder *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->shown);
  g_free (self);
}

static int
enter (GengaClusterFolder *self, Work *work)
{
  const int code = open_folder (self);

  return code != 0 ? code : genga_own_folder_check_owner (self->fd);
}

GengaClusterFolder *
genga_cluster_folder_open (const char *path, GError **error)
{
  g_autoptr (GengaClusterFolder) self = folder_new (path);
  Work work = { 0 };
  const int code = attempt (self, enter, &work);

  if (code == 0)
    return g_steal_pointer (&self);
  if (code == EPERM || code == ELOOP || code == ENOTDIR)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s” is no folder of your own that only you can write in, so it is not "
                    "trusted as a cluster job."),
                 self->shown);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("Can't open the cluster job “%s”: %s."),
                 self->shown, g_strerror (code));
  return NULL;
}

/* NULL, with errno, where it can't be read. */
static DIR *
open_part (GengaClusterFolder *self, const char *part)
{
  const int fd = openat (self->fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL && fd >= 0)
    close (fd);
  return dir;
}

/* The folders that this process made, where nothing is in them. */
static void
remove_made (GengaClusterFolder *self)
{
  for (guint i = 0; i < self->n_parts_made; i++)
    unlinkat (self->fd, parts[i], AT_REMOVEDIR);
  if (self->is_made && g_rmdir (self->path) != 0)
    g_debug ("%s: %s", self->path, g_strerror (errno));
}

/* EEXIST: there is something else in it than the first part. */
static int
check_empty (GengaClusterFolder *self)
{
  DIR *dir = open_part (self, ".");
  struct dirent *entry;
  int code = dir != NULL ? 0 : errno;

  while (code == 0 && (errno = 0, entry = readdir (dir)) != NULL)
    if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, "..") &&
        !g_str_equal (entry->d_name, parts[0]))
      code = EEXIST;
  if (code == 0)
    code = errno;
  if (dir != NULL)
    closedir (dir);
  return code;
}

/* Making the first part claims the folder: only one process can. */
static int
claim (GengaClusterFolder *self)
{
  int code;

  self->is_made = g_mkdir (self->path, 0700) == 0;
  code = self->is_made || errno == EEXIST ? enter (self, NULL) : errno;
  for (guint i = 0; i < G_N_ELEMENTS (parts) && code == 0; i++)
    {
      code = mkdirat (self->fd, parts[i], 0700) == 0 ? 0 : errno;
      if (code == 0)
        self->n_parts_made++;
      if (code == 0 && i == 0)
        code = check_empty (self);
    }
  return code;
}

GengaClusterFolder *
genga_cluster_folder_make (const char *path, GError **error)
{
  g_autoptr (GengaClusterFolder) self = folder_new (path);
  const int code = claim (self);

  if (code == 0)
    return g_steal_pointer (&self);
  if (code == EEXIST)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_EXISTS,
                 genga_cluster_folder_has (self, GENGA_CLUSTER_PLAN)
                     ? _ ("“%s” is a cluster job already: see “genga-cli cluster status”, continue "
                          "it with “retry”, or remove the folder.")
                     : _ ("“%s” has files in it. Name a new or an empty folder for the cluster "
                          "job."),
                 self->path);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("Can't make the folder “%s” for a cluster job: %s."), self->shown,
                 g_strerror (code));
  remove_made (self);
  return NULL;
}

const char *
genga_cluster_folder_get_path (GengaClusterFolder *self)
{
  return self->path;
}

char *
genga_cluster_folder_dup_path (GengaClusterFolder *self, const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

char *
genga_cluster_dup_name (const char *part, gint64 number, const char *ending)
{
  return g_strdup_printf ("%s/%06" G_GINT64_FORMAT "%s", part, number, ending);
}

/* ---- files ---- */

static int
look (GengaClusterFolder *self, Work *work)
{
  struct stat info;

  return fstatat (self->fd, work->name, &info, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

gboolean
genga_cluster_folder_has (GengaClusterFolder *self, const char *name)
{
  Work work = { .name = name };

  return attempt (self, look, &work) == 0;
}

static int
read_bytes (int fd, Work *work)
{
  gsize done = 0;

  while (done < work->size)
    {
      const gssize n = read (fd, work->content + done, work->size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno;
      if (n == 0)
        break;
      done += n;
    }
  work->size = done;
  work->content[done] = '\0';
  return 0;
}

static int
read_file (GengaClusterFolder *self, Work *work)
{
  struct stat info;
  int fd = openat (self->fd, work->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int code;

  if (fd < 0)
    return errno;
  g_clear_pointer (&work->content, g_free);
  code = fstat (fd, &info) != 0 ? errno : 0;
  if (code == 0 && (!S_ISREG (info.st_mode) || info.st_size > (gint64)work->max))
    code = EFBIG;
  if (code == 0)
    {
      work->size = info.st_size;
      work->content = g_try_malloc (work->size + 1);
      code = work->content != NULL ? read_bytes (fd, work) : ENOMEM;
    }
  close (fd);
  return code;
}

char *
genga_cluster_folder_read (
    GengaClusterFolder *self, const char *name, gsize max, gsize *size, GError **error)
{
  Work work = { .name = name, .max = max };
  const int code = attempt (self, read_file, &work);

  *size = work.size;
  if (code == 0)
    return work.content;
  g_free (work.content);
  if (code != ENOENT)
    set_error (self, GENGA_ERROR_INPUT, name, code, error);
  return NULL;
}

/* A name that no other process has, in the same folder; g_free(). */
static char *
dup_temporary (const char *name)
{
  g_autofree char *part = g_path_get_dirname (name);
  g_autofree char *base = g_path_get_basename (name);

  return g_strdup_printf ("%s/.%s-%s-%d", part, base, g_get_host_name (), (int)getpid ());
}

static void
sync_part (GengaClusterFolder *self, const char *name)
{
  g_autofree char *part = g_path_get_dirname (name);
  const int fd = openat (self->fd, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/* Closing, too, may find that a share did not take the bytes. */
static int
write_temporary (GengaClusterFolder *self, const char *temporary, Work *work)
{
  const int fd =
      openat (self->fd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  int code = 0;

  if (fd < 0)
    return errno;
  if (!genga_write_all (fd, work->data, work->size) || fsync (fd) != 0)
    code = errno;
  if (close (fd) != 0 && code == 0)
    code = errno;
  return code;
}

static int
write_file (GengaClusterFolder *self, Work *work)
{
  g_autofree char *temporary = dup_temporary (work->name);
  int code = write_temporary (self, temporary, work);

  if (code == 0)
    code = renameat (self->fd, temporary, self->fd, work->name) == 0 ? 0 : errno;
  if (code != 0)
    unlinkat (self->fd, temporary, 0);
  else
    sync_part (self, work->name);
  return code;
}

gboolean
genga_cluster_folder_write (
    GengaClusterFolder *self, const char *name, const char *data, gsize size, GError **error)
{
  Work work = { .name = name, .data = data, .size = size };
  const int code = attempt (self, write_file, &work);

  return code == 0 || set_error (self, GENGA_ERROR_OUTPUT, name, code, error);
}

/* An attempt may have done it, and only its answer got lost. */
static int
name_file (GengaClusterFolder *self, Work *work)
{
  struct stat info;
  int code = renameat (AT_FDCWD, work->from, self->fd, work->name) == 0 ? 0 : errno;

  if (code == ENOENT && fstatat (self->fd, work->name, &info, AT_SYMLINK_NOFOLLOW) == 0)
    code = 0;
  return code;
}

gboolean
genga_cluster_folder_name (GengaClusterFolder *self,
                           const char *path,
                           const char *name,
                           GError **error)
{
  Work work = { .name = name, .from = path };
  const int code = attempt (self, name_file, &work);

  if (code != 0)
    return set_error (self, GENGA_ERROR_OUTPUT, name, code, error);
  sync_part (self, name);
  return TRUE;
}

void
genga_cluster_folder_remove (GengaClusterFolder *self, const char *name)
{
  if (unlinkat (self->fd, name, 0) != 0 && errno != ENOENT)
    g_debug ("%s/%s: %s", self->path, name, g_strerror (errno));
}

/* ---- lists ---- */

/* "NNNNNN.json" and its kin, and ".NNNNNN-COMPUTER-PID" and such as are on the way to be that. */
static gboolean
is_own_name (const char *name)
{
  static const char *const endings[] = { ".seg", ".json", ".error", ".list" };
  const gboolean is_hidden = *name == '.';
  const char *number = name + is_hidden;
  const gsize n_digits = strspn (number, G_CSET_DIGITS);
  const char *rest = number + n_digits;

  if (n_digits < 6)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (is_hidden ? g_str_has_prefix (rest, endings[i]) : g_str_equal (rest, endings[i]))
      return TRUE;
  return is_hidden && *rest == '-';
}

static void
empty_part (GengaClusterFolder *self, const char *part, gboolean all)
{
  DIR *dir = open_part (self, part);
  struct dirent *entry;

  if (dir == NULL)
    return;
  while ((entry = readdir (dir)) != NULL)
    if (all || is_own_name (entry->d_name))
      unlinkat (dirfd (dir), entry->d_name, 0);
  closedir (dir);
}

void
genga_cluster_folder_empty (GengaClusterFolder *self, const char *part)
{
  empty_part (self, part, FALSE);
}

void
genga_cluster_folder_discard (GengaClusterFolder *self)
{
  /* The model and its companions have names of their own; their folder was made for them. */
  for (guint i = 0; i < self->n_parts_made; i++)
    empty_part (self, parts[i], g_str_equal (parts[i], GENGA_CLUSTER_MODEL));
  if (self->n_parts_made == G_N_ELEMENTS (parts))
    {
      genga_cluster_folder_remove (self, GENGA_CLUSTER_PLAN);
      genga_cluster_folder_remove (self, GENGA_CLUSTER_JOBS);
      genga_cluster_folder_remove (self, GENGA_CLUSTER_SCRIPT);
    }
  remove_made (self);
  genga_cluster_folder_free (self);
}

/* The number that a file of that ending is of; -1: it is another file. */
static gint64
parse_name (const char *name, const char *ending)
{
  char *end;
  gint64 number;

  if (!g_ascii_isdigit (name[0]))
    return -1;
  number = g_ascii_strtoll (name, &end, 10);
  return g_str_equal (end, ending) ? number : -1;
}

/* work->content gets the marks, of work->size numbers. */
static int
list_files (GengaClusterFolder *self, Work *work)
{
  DIR *dir = open_part (self, work->name);
  struct dirent *entry;
  int code;

  if (dir == NULL)
    return errno;
  memset (work->content, 0, work->size);
  while (errno = 0, (entry = readdir (dir)) != NULL)
    {
      const gint64 number = parse_name (entry->d_name, work->data);

      if (number >= 0 && number < (gint64)work->size)
        work->content[number] = 1;
    }
  code = errno;
  closedir (dir);
  return code;
}

GByteArray *
genga_cluster_folder_list (
    GengaClusterFolder *self, const char *part, const char *ending, guint n, GError **error)
{
  Work work = { .name = part, .data = ending, .size = n, .content = g_malloc0 (MAX (n, 1)) };
  const int code = attempt (self, list_files, &work);

  if (code == 0)
    return g_byte_array_new_take ((guint8 *)work.content, n);
  g_free (work.content);
  set_error (self, GENGA_ERROR_INPUT, part, code, error);
  return NULL;
}
