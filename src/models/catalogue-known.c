/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "models/catalogue-known.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Those that most people have. */
const GengaKnownModel genga_known_models[] = {
  { "2x_Ani4Kv2_G6i2_Compact_107500.pth", "Ani4K v2 Compact",
    N_ ("Modern anime in clean HD; keeps hair, eyes and lines.") },
  { "2x_Ani4Kv2_G6i2_UltraCompact_105K.pth", "Ani4K v2 UltraCompact",
    N_ ("Modern anime, faster and with slightly less detail; for small graphics cards and quick "
        "tests.") },
  { "2x_AniToon_RPLKSR_197500.pth", "AniToon",
    N_ ("Anime of 1990 to 2010, compressed or noisy sources, DVD and VHS.") },
  { "2x_AniToon_RPLKSRS_242500.pth", "AniToon Small",
    N_ ("Like AniToon; faster, recovers less detail.") },
  { "2x_AniToon_RPLKSRL_280K.pth", "AniToon Large",
    N_ ("Like AniToon, for the worst sources; slow, recovers the most detail.") },
  { "2x_AniSD_AC_RealPLKSR_127500.pth", "AniSD AC",
    N_ ("Cel anime of 1980 to 2000 and scanned film; keeps the grain.") },
  { "2x_AniSD_RealPLKSR_140K.pth", "AniSD",
    N_ ("Cel anime of 1980 to 2000, gentler and more natural than AniSD AC.") },
  { "2x_OpenProteus_Compact_i2_70K.pth", "OpenProteus Compact",
    N_ ("Video in general, western and 3D cartoons.") },
  { "2x_AniScale2S_Compact_i8_60K.pth", "AniScale2 Compact",
    N_ ("Quick tests and large amounts; very fast.") },
};

/* What the models that come with Genga say of themselves, and a sentence for it. */
static const char *const said[][2] = {
  { "anime pictures and video, clean or lightly compressed",
    N_ ("Anime pictures and videos, clean or lightly compressed.") },
  { "the same at several times the speed, for video on a CPU",
    N_ ("The same at several times the speed; for videos on a CPU.") },
  { "compressed, noisy, DVD-era sources",
    N_ ("Compressed and noisy sources, such as those of the DVD era.") },
};

const guint genga_n_known_models = G_N_ELEMENTS (genga_known_models);

/* What the files of the collection with the CC BY-NC 4.0 licence are called after "2x_". */
static const char *const non_commercial[] = { "Ani4K", "AniSD", "AniScale", "AniToon",
                                              "OpenProteus" };

gsize
genga_model_file_get_stem_length (const char *file_name)
{
  static const char *const suffixes[] = {
    ".pth", ".safetensors", ".onnx", ".param", ".ckpt", ".pt", ".safetensors.index.json"
  };
  gsize length = strlen (file_name);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      gsize suffix = strlen (suffixes[i]);

      if (length > suffix && g_ascii_strcasecmp (file_name + length - suffix, suffixes[i]) == 0)
        return length - suffix;
    }
  return 0;
}

const GengaKnownModel *
genga_known_model_lookup (const char *file_name)
{
  gsize length = genga_model_file_get_stem_length (file_name);

  for (guint i = 0; i < genga_n_known_models; i++)
    {
      const char *known = genga_known_models[i].file_name;

      if (length == genga_model_file_get_stem_length (known) &&
          g_ascii_strncasecmp (file_name, known, length) == 0)
        return &genga_known_models[i];
    }
  return NULL;
}

const char *
genga_known_purpose_lookup (const char *purpose)
{
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    if (g_str_equal (said[i][0], purpose))
      return said[i][1];
  return NULL;
}

const char *
genga_known_licence_lookup (const char *file_name, const char *display_name, char **note)
{
  if (g_ascii_isdigit (file_name[0]) && g_ascii_strncasecmp (file_name + 1, "x_", 2) == 0)
    file_name += 3;
  for (guint i = 0; i < G_N_ELEMENTS (non_commercial); i++)
    {
      if (g_ascii_strncasecmp (file_name, non_commercial[i], strlen (non_commercial[i])) != 0)
        continue;
      *note = g_strdup_printf (
          /* Translators: %s is the name of a model. */
          _ ("“%s” is licensed under CC BY-NC 4.0: credit its author, no commercial use. Find out "
             "what that means for the pictures that you make with it."),
          display_name);
      return "CC BY-NC 4.0";
    }
  return NULL;
}
