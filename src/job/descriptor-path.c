/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/descriptor-path.h"

#include <glib/gi18n-lib.h>

char *
genga_descriptor_path_dup (int fd)
{
  return g_strdup_printf ("/proc/self/fd/%d", fd);
}

char *
genga_descriptor_path_dup_message (const char *message, const char *path, const char *name)
{
  GString *result = g_string_new (message);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *quoted_path = g_strdup_printf (_ ("“%s”"), path);
  g_autofree char *quoted_base = g_strdup_printf (_ ("“%s”"), base);
  g_autofree char *quoted_name = g_strdup_printf (_ ("“%s”"), name);

  g_string_replace (result, quoted_path, quoted_name, 0);
  g_string_replace (result, quoted_base, quoted_name, 0);
  return g_string_free (result, FALSE);
}
