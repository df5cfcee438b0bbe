/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets, which people exchange: what is read is written, and read again, as it was. */
#include "core/presets/preset.h"
#include "fuzz.h"

static void
check (GengaPreset *preset)
{
  g_autofree char *text = genga_preset_to_text (preset);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPreset) again = genga_preset_new_from_text (text, strlen (text), &error);
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autofree char *twice = NULL;

  g_assert_no_error (error);
  twice = genga_preset_to_text (again);
  g_assert_cmpstr (twice, ==, text);
  g_assert_true (genga_preset_is_called (preset, genga_preset_get_name (again)));
  genga_preset_apply_unset (preset, options);
  genga_preset_apply (preset, options);
  g_assert_true (genga_preset_is_applied (preset, options));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (!genga_preset_has_option (option))
      g_assert_false (genga_options_is_set (options, option));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPreset) preset = genga_preset_new_from_text ((const char *)data, size, &error);

  g_assert_true ((preset == NULL) == (error != NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  if (preset != NULL)
    check (preset);
  return 0;
}
