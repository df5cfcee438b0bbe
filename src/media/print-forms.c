/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/print-forms.h"

#include <string.h>

gboolean
genga_print_forms_match (const char *print, const char *recorded)
{
  g_auto (GStrv) forms = g_strsplit (print, " ", -1);
  g_autofree char *newest = g_strndup (recorded, strcspn (recorded, " "));
  g_autofree char *earlier = g_strconcat (GENGA_PRINT_EARLIER_FORM ":", newest, NULL);

  return g_strv_contains ((const char *const *)forms,
                          strchr (newest, ':') != NULL ? newest : earlier);
}
