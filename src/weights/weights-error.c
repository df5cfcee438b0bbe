/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/weights-error.h"

#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define QUOTE_MAX_CHARS 80

gboolean
genga_weights_refuse (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_MODEL, message);
  return FALSE;
}

gboolean
genga_weights_broken (GError **error, const char *format, ...)
{
  g_autofree char *detail = NULL;
  va_list args;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* Translators: %s is a technical detail that is not translated. */
               _ ("The model file is damaged or incomplete (%s). Download it again."), detail);
  return FALSE;
}

gboolean
genga_weights_malicious (GError **error, const char *what)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* Translators: %s is the name of a Python function, like “os.system”. */
               _ ("Warning: this file is not safe. It tries to run “%s” when it is opened, which "
                  "no model needs. Genga ran nothing in it. Do not open it with other programs; "
                  "delete it."),
               what);
  return FALSE;
}

gboolean
genga_weights_no_memory (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                       _ ("Not enough memory for this model. Close other programs."));
  return FALSE;
}

char *
genga_weights_quote (const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize)MIN (length, QUOTE_MAX_CHARS * 4));
  g_autoptr (GString) out = g_string_new (NULL);
  guint n_chars = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (++n_chars > QUOTE_MAX_CHARS)
        {
          g_string_append (out, "…");
          break;
        }
      g_string_append_unichar (out, g_unichar_isprint (c) ? c : '?');
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
