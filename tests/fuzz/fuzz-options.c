/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options as stores keep them: what is read is written, and read again, as it was. */
#include "core/name-template.h"
#include "core/options-save.h"
#include "core/options-text.h"
#include "fuzz.h"

static void
use (GengaOptions *options)
{
  const char *pattern = genga_options_get_string (options, GENGA_OPTION_NAME_TEMPLATE);
  g_autoptr (GError) error = NULL;

  if (pattern != NULL && genga_name_template_check (pattern, NULL))
    g_free (genga_name_template_dup_example (pattern));
  g_assert_true (genga_options_validate (options, &error) == (error == NULL));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autoptr (GError) reason = NULL;

      g_assert_true (genga_options_check (options, option, &reason) == (reason == NULL));
      g_assert_true (reason == NULL || g_utf8_validate (reason->message, -1, NULL));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaOptions) again = genga_options_new ();
  g_autofree char *saved = NULL;
  g_autofree char *twice = NULL;

  genga_options_restore (options, text);
  use (options);
  saved = genga_options_save (options);
  g_assert_true (genga_options_restore (again, saved));
  twice = genga_options_save (again);
  g_assert_cmpstr (twice, ==, saved);
  return 0;
}
