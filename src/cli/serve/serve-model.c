/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/serve/serve-model.h"
#include "core/error.h"
#include "models/catalogue-resolve.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>

/* The first of several names by which people keep one model; `wanted` names it in the error. */
static char *
find_first (const char *const *names, const char *wanted, GError **error)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();

  for (; *names != NULL; names++)
    {
      g_autoptr (GengaCatalogueEntry) entry =
          genga_catalogue_resolve ((const char *const *)folders, *names, NULL);

      if (entry != NULL && entry->path != NULL)
        return g_strdup (entry->path);
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               _ ("The model “%s” is not installed; “genga-cli models” lists those that are."),
               wanted);
  return NULL;
}

static const char *
get_cugan_kind (const char *letter, int noise)
{
  static const char *const kinds[] = { "no-denoise", "denoise1x", "denoise2x", "denoise3x" };
  static const char letters[] = "FEQH";

  if (noise >= 0)
    return kinds[MIN (noise, (int)G_N_ELEMENTS (kinds) - 1)];
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (letter[0] == letters[i] && letter[1] == '\0')
      return kinds[i];
  return "conservative";
}

char *
genga_serve_model_find_cugan (const char *letter, int noise, GError **error)
{
  const char *kind = get_cugan_kind (letter, noise);
  g_autofree char *plain = g_strdup_printf ("up2x-%s", kind);
  g_autofree char *dashed = g_strdup_printf ("realcugan-se-up2x-%s", kind);
  g_autofree char *lined = g_strdup_printf ("realcugan_se_up2x-%s", kind);
  /* As the catalogue calls the one that it offers. */
  const char *offered = g_str_equal (kind, "no-denoise") ? "realcugan-se-up2x" : NULL;
  const char *names[] = { dashed, lined, plain, offered, NULL };

  return find_first (names, dashed, error);
}

char *
genga_serve_model_find_esrgan (int scale, GError **error)
{
  g_autofree char *name = g_strdup_printf ("realesr-animevideov3-x%d", scale);
  /* The original file is that of 4x. */
  const char *names[] = { name, scale == 4 ? "realesr-animevideov3" : NULL, NULL };

  return find_first (names, name, error);
}
