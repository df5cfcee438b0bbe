/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/upscale-size.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

int
genga_upscale_get_n_passes (int native_scale, int target)
{
  int n = 1;

  if (native_scale > 1)
    for (int factor = native_scale; factor < target; factor *= native_scale)
      n++;
  return n;
}

int
genga_upscale_get_factor (int native_scale, int target)
{
  int factor = 1;

  for (int i = 0; i < genga_upscale_get_n_passes (native_scale, target); i++)
    factor *= native_scale;
  return factor;
}

gboolean
genga_upscale_describe (int native_scale, int n_passes, GengaFrameInfo *info, GError **error)
{
  for (int i = 0; i < n_passes; i++)
    {
      if (info->width > G_MAXINT / 4 / native_scale || info->height > G_MAXINT / 4 / native_scale)
        {
          g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                               _ ("The result would be too large; choose a smaller scale."));
          return FALSE;
        }
      info->width *= native_scale;
      info->height *= native_scale;
    }
  info->sample = GENGA_SAMPLE_F32;
  return TRUE;
}
