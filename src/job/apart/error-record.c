/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/error-record.h"
#include "core/error.h"

GVariant *
genga_error_record_new (const GError *error)
{
  g_autofree char *message = g_utf8_make_valid (error->message, -1);

  return g_variant_new (GENGA_ERROR_RECORD_TYPE, g_quark_to_string (error->domain), error->code,
                        message);
}

GError *
genga_error_record_dup (GVariant *record)
{
  const char *domain, *message;
  int code;

  g_variant_get (record, "(&si&s)", &domain, &code, &message);
  if (g_str_equal (domain, g_quark_to_string (GENGA_ERROR)))
    return g_error_new_literal (GENGA_ERROR, code, message);
  if (g_str_equal (domain, g_quark_to_string (G_IO_ERROR)))
    return g_error_new_literal (G_IO_ERROR, code, message);
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);
}
