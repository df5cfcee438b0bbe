/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/error.h"

/* The formatter takes the name for a difference. */
/* clang-format off */
G_DEFINE_QUARK (genga-error-quark, genga_error)
/* clang-format on */

int
genga_error_get_exit_code (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return 130;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return 5;
  if (error->domain != GENGA_ERROR)
    return 1;

  switch ((GengaError)error->code)
    {
    case GENGA_ERROR_USAGE:
      return 2;
    case GENGA_ERROR_INPUT:
      return 3;
    case GENGA_ERROR_MODEL:
      return 4;
    case GENGA_ERROR_OUTPUT:
    case GENGA_ERROR_EXISTS:
      return 5;
    case GENGA_ERROR_OUT_OF_MEMORY:
      return 6;
    case GENGA_ERROR_UNAVAILABLE:
    case GENGA_ERROR_DEVICE_LOST:
    case GENGA_ERROR_INTERNAL:
      return 7;
    case GENGA_ERROR_INCOMPLETE:
    default:
      return 1;
    }
}
