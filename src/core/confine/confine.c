/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/confine/confine.h"
#include "core/confine/syscall-filter.h"
#include "core/module.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As of Linux 6.12; the headers of older systems know less. */
#define FS_EXECUTE (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_DIR (1ULL << 4)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_DIR (1ULL << 7)
#define FS_MAKE_REG (1ULL << 8)
#define FS_MAKE_SYM (1ULL << 12)
#define FS_REFER (1ULL << 13)
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define FS_FIRST ((1ULL << 13) - 1) /* all of the first version */
#define NET_BIND_AND_CONNECT 3ULL
#define SCOPE_SOCKETS_AND_SIGNALS 3ULL

#define RULE_PATH_BENEATH 1
#define CREATE_RULESET_VERSION 1U

/* Before it, files could not be renamed from one folder into another, as finished videos are. */
#define OLDEST_ABI 2

typedef struct
{
  guint64 fs;
  guint64 net;
  guint64 scoped;
} Ruleset;

typedef struct
{
  guint64 access;
  gint32 fd;
} __attribute__ ((packed)) PathRule;

typedef struct
{
  char *path;
  guint64 access;
} Allowed;

struct _GengaConfine
{
  GArray *allowed; /* of Allowed */
};

#define READ (FS_READ_FILE | FS_READ_DIR)
#define CHANGE (READ | FS_WRITE_FILE | FS_TRUNCATE)
#define WRITE                                                                                      \
  (CHANGE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SYM | FS_REFER)
#define DEVICE (CHANGE | FS_IOCTL_DEV)
#define OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

/* ---- what is allowed ---- */

static void
clear_allowed (gpointer data)
{
  g_free (((Allowed *)data)->path);
}

static void
allow (GengaConfine *self, const char *path, guint64 access)
{
  Allowed allowed = { g_strdup (path), access };

  g_array_append_val (self->allowed, allowed);
}

static void
allow_in_home (GengaConfine *self, const char *name)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), name, NULL);

  allow (self, path, READ);
}

/* LD_LIBRARY_PATH, where somebody needs one. */
static void
allow_library_path (GengaConfine *self)
{
  const char *list = g_getenv ("LD_LIBRARY_PATH");
  g_auto (GStrv) folders = g_strsplit (list != NULL ? list : "", ":", -1);

  for (char **folder = folders; *folder != NULL; folder++)
    {
      if ((*folder)[0] == '/')
        allow (self, *folder, READ);
    }
}

/* Where the dynamic linker looks besides, as the administrator has it: LibTorch may lie there. */
static void
allow_linker_folders (GengaConfine *self)
{
  glob_t files;

  if (glob ("/etc/ld.so.conf{,.d/*.conf}", GLOB_BRACE | GLOB_NOSORT, NULL, &files) != 0)
    return;
  for (gsize i = 0; i < files.gl_pathc; i++)
    {
      g_autofree char *text = NULL;

      if (!g_file_get_contents (files.gl_pathv[i], &text, NULL, NULL))
        continue;

      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
      for (char **line = lines; *line != NULL; line++)
        if (g_strstrip (*line)[0] == '/')
          allow (self, *line, READ);
    }
  globfree (&files);
}

static void
allow_devices (GengaConfine *self)
{
  static const char *const names[] = { "/dev/null", "/dev/zero", "/dev/full",
                                       "/dev/tty",  "/dev/dri",  "/dev/kfd" };
  glob_t found;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    allow (self, names[i], DEVICE);
  allow (self, "/dev/random", READ);
  allow (self, "/dev/urandom", READ);
  if (glob ("/dev/nvidia*", GLOB_NOSORT, NULL, &found) == 0)
    {
      for (gsize i = 0; i < found.gl_pathc; i++)
        allow (self, found.gl_pathv[i], DEVICE);
      globfree (&found);
    }
}

static void
allow_system (GengaConfine *self)
{
  static const char *const folders[] = {
    "/usr",       "/lib",
    "/lib64",     "/lib32",
    "/app",       "/nix/store",
    "/gnu/store", "/run/opengl-driver",
    "/run/host",  "/var/cache/fontconfig",
    "/proc",      "/sys",
  };
  static const char *const settings[] = {
    "alternatives", "crypto-policies", "drirc",     "fonts",        "glvnd",         "gnutls",
    "ld.so.cache",  "ld.so.preload",   "localtime", "locale.alias", "nsswitch.conf", "OpenCL",
    "passwd",       "ssl/openssl.cnf", "timezone",  "vulkan",       "xdg",
  };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    allow (self, folders[i], READ);
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *path = g_build_filename ("/etc", settings[i], NULL);

      allow (self, path, READ);
    }
  allow_in_home (self, ".fonts");
  allow_in_home (self, ".local/share/fonts");
  allow_devices (self);
  allow_library_path (self);
  allow_linker_folders (self);
}

GengaConfine *
genga_confine_new (void)
{
  GengaConfine *self = g_new0 (GengaConfine, 1);
  g_auto (GStrv) own = genga_module_dup_own_folders ();

  self->allowed = g_array_new (FALSE, FALSE, sizeof (Allowed));
  g_array_set_clear_func (self->allowed, clear_allowed);
  allow_system (self);
  for (char **folder = own; *folder != NULL; folder++)
    allow (self, *folder, READ);
  return self;
}

void
genga_confine_free (GengaConfine *self)
{
  g_array_unref (self->allowed);
  g_free (self);
}

void
genga_confine_allow_read (GengaConfine *self, const char *path)
{
  allow (self, path, READ);
}

void
genga_confine_allow_write (GengaConfine *self, const char *path)
{
  allow (self, path, WRITE);
}

void
genga_confine_allow_remove_folders (GengaConfine *self, const char *folder)
{
  allow (self, folder, FS_REMOVE_DIR);
}

/* ---- the kernel ---- */

static int
get_landlock_abi (void)
{
  long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

  return abi >= OLDEST_ABI ? (int)abi : 0;
}

void
genga_confinement_probe (GengaConfinement *self)
{
  self->landlock = get_landlock_abi ();
  self->has_network_fence = self->landlock >= 4;
  self->has_filter = genga_syscall_filter_is_possible ();
}

static void
add_rule (int ruleset, const Allowed *allowed, guint64 handled)
{
  PathRule rule = { .access = allowed->access & handled };
  struct stat info;

  rule.fd = open (allowed->path, O_PATH | O_CLOEXEC);
  if (rule.fd < 0)
    return;
  if (fstat (rule.fd, &info) == 0 && !S_ISDIR (info.st_mode))
    rule.access &= OF_FILES;
  if (rule.access != 0 &&
      syscall (SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
    g_debug ("Landlock does not take “%s”: %s", allowed->path, g_strerror (errno));
  close (rule.fd);
}

static gboolean
enter_landlock (GengaConfine *self)
{
  const int abi = get_landlock_abi ();
  Ruleset all = { .fs = FS_FIRST | FS_REFER };
  gboolean ok;
  int fd;

  if (abi == 0)
    return TRUE;
  if (abi >= 3)
    all.fs |= FS_TRUNCATE;
  if (abi >= 4)
    all.net = NET_BIND_AND_CONNECT;
  if (abi >= 5)
    all.fs |= FS_IOCTL_DEV;
  if (abi >= 6)
    all.scoped = SCOPE_SOCKETS_AND_SIGNALS;
  fd = syscall (SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (fd < 0)
    return FALSE;
  for (guint i = 0; i < self->allowed->len; i++)
    add_rule (fd, &g_array_index (self->allowed, Allowed, i), all.fs);
  ok = syscall (SYS_landlock_restrict_self, fd, 0) == 0;
  close (fd);
  return ok;
}

static guint
count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

gboolean
genga_confine_enter (GengaConfine *self)
{
  if (count_threads () > 1 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return FALSE;
  if (!enter_landlock (self))
    return FALSE;
  return !genga_syscall_filter_is_possible () || genga_syscall_filter_enter ();
}
