/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-value.h"

#include <string.h>

gboolean
genga_pickle_is_string (const GengaPickleValue *value, const char *string)
{
  return value->kind == GENGA_PICKLE_STRING && value->length == strlen (string) &&
         memcmp (value->bytes, string, value->length) == 0;
}
