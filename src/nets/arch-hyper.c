/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch-hyper.h"

#include <string.h>

void
genga_hyper_int (GengaHyperFunc func, gpointer user_data, const char *name, int value)
{
  char text[16];

  g_snprintf (text, sizeof text, "%d", value);
  func (name, text, user_data);
}

void
genga_hyper_bool (GengaHyperFunc func, gpointer user_data, const char *name, gboolean value)
{
  func (name, value ? "True" : "False", user_data);
}

char *
genga_hyper_format_real (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char format[8];

  for (int precision = 1; precision <= 17; precision++)
    {
      g_snprintf (format, sizeof format, "%%.%dg", precision);
      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  return g_strconcat (text, strpbrk (text, ".en") == NULL ? ".0" : "", NULL);
}

void
genga_hyper_real (GengaHyperFunc func, gpointer user_data, const char *name, double value)
{
  g_autofree char *text = genga_hyper_format_real (value);

  func (name, text, user_data);
}

void
genga_hyper_list (
    GengaHyperFunc func, gpointer user_data, const char *name, const int *values, int n)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? ", " : "", values[i]);
  g_string_append_c (text, ']');
  func (name, text->str, user_data);
}
