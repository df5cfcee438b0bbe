/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/import.h"

#include "core/error.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const GengaArch *
genga_import_lookup (GengaNodesKind kind)
{
  static const struct
  {
    GengaNodesKind kind;
    const GengaArch *arch;
  } importers[] = {
    { GENGA_NODES_ONNX, &genga_arch_onnx },
    { GENGA_NODES_NCNN, &genga_arch_ncnn },
  };

  for (guint i = 0; i < G_N_ELEMENTS (importers); i++)
    if (importers[i].kind == kind)
      return importers[i].arch;
  return NULL;
}

gboolean
genga_import_refuse (
    GError **error, const char *name, const char *operator_name, const char *reason, ...)
{
  g_autofree char *quoted_name = NULL;
  g_autofree char *quoted_operator = genga_weights_quote (operator_name, strlen (operator_name));
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, reason);
  text = g_strdup_vprintf (reason, args);
  va_end (args);
  if (name == NULL || name[0] == '\0')
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                 /* Translators: an operator's name (“Resize”), and why. */
                 _ ("The model can't be used: operator “%s”: %s."), quoted_operator, text);
  else
    {
      quoted_name = genga_weights_quote (name, strlen (name));
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   /* Translators: a node's name, its operator (“Resize”), and why. */
                   _ ("The model can't be used: node “%s”, operator “%s”: %s."), quoted_name,
                   quoted_operator, text);
    }
  return FALSE;
}
