/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/vips-error.h"

#include <vips/vips.h>

void
genga_vips_drop_error (const char *what)
{
  g_autofree char *text = vips_error_buffer_copy ();

  g_debug ("%s: %s", what, g_strchomp (text));
}
