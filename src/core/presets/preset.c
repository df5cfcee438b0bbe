/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/presets/preset.h"
#include "core/error.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define GROUP "Genga Preset"
#define NAME_KEY "name"

struct _GengaPreset
{
  gatomicrefcount n_refs;
  char *name;
  const char *purpose; /* of one that comes with Genga; untranslated */
  GengaOptions *options;
};

/* A value for each option that differs from its default; NULL ends them. */
typedef struct
{
  const char *name;
  const char *purpose;
  const char *values[8][2];
} Builtin;

static const Builtin builtins[] = {
  { N_ ("Modern anime"),
    N_ ("Clean pictures and videos, twice as large."),
    { { "model", "genga-standard" }, { "scale", "2" } } },
  { N_ ("Old DVD"),
    N_ ("Compressed, noisy or interlaced sources, twice as large."),
    { { "model", "genga-restore" }, { "scale", "2" }, { "crf", "18" } } },
  { N_ ("Manga scan"),
    N_ ("Scanned pages: crisp lines, small PNG files."),
    { { "model", "genga-standard" },
      { "scale", "2" },
      { "sharpening", "0.3" },
      { "format", "png" },
      { "png-level", "9" } } },
  { N_ ("Screenshot 4K"),
    N_ ("As large as a 4K screen, as PNG."),
    { { "model", "genga-standard" }, { "fit", "3840x2160" }, { "format", "png" } } },
  { N_ ("Fast video"),
    N_ ("The fastest network and a fast encoder, for videos on a CPU."),
    { { "model", "genga-fast" },
      { "scale", "2" },
      { "codec", "h264" },
      { "preset", "veryfast" } } },
  { N_ ("Archive master"),
    N_ ("Lossless: FFV1 in Matroska for videos, PNG for pictures."),
    { { "model", "genga-standard" },
      { "scale", "2" },
      { "format", "png" },
      { "codec", "ffv1" },
      { "container", "mkv" } } },
};

gboolean
genga_preset_has_option (GengaOption option)
{
  return !genga_option_has_fact (option, GENGA_OPTION_IS_LOCAL) &&
         !genga_option_has_fact (option, GENGA_OPTION_NAMES_RESULT) &&
         !genga_option_has_fact (option, GENGA_OPTION_REPLACES);
}

static gboolean
check_name (const char *name, GError **error)
{
  gboolean is_line = g_utf8_validate (name, -1, NULL) && *name != '\0';

  for (const char *at = name; is_line && *at != '\0'; at = g_utf8_next_char (at))
    is_line = g_unichar_isprint (g_utf8_get_char (at));
  if (is_line && g_utf8_strlen (name, -1) <= GENGA_PRESET_MAX_NAME_CHARS && *name != ' ')
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("A preset's name is a line of 1 to %d characters."), GENGA_PRESET_MAX_NAME_CHARS);
  return FALSE;
}

/* Takes `options`. */
static GengaPreset *
new_of (const char *name, const char *purpose, GengaOptions *options)
{
  GengaPreset *self = g_new0 (GengaPreset, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->name = g_strdup (name);
  self->purpose = purpose;
  self->options = options;
  genga_options_freeze (options);
  return self;
}

GengaPreset *
genga_preset_ref (GengaPreset *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
genga_preset_unref (GengaPreset *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_free (self->name);
  g_object_unref (self->options);
  g_free (self);
}

static GengaPreset *
new_builtin (const Builtin *builtin)
{
  GengaOptions *options = genga_options_new ();

  for (guint i = 0; builtin->values[i][0] != NULL; i++)
    {
      GengaOption option;

      if (!genga_option_find (builtin->values[i][0], &option) ||
          !genga_options_parse (options, option, builtin->values[i][1], NULL))
        g_return_val_if_reached (new_of (builtin->name, builtin->purpose, options));
    }
  return new_of (builtin->name, builtin->purpose, options);
}

GPtrArray *
genga_preset_list_builtin (void)
{
  GPtrArray *presets = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_preset_unref);

  for (guint i = 0; i < G_N_ELEMENTS (builtins); i++)
    g_ptr_array_add (presets, new_builtin (&builtins[i]));
  return presets;
}

const char *
genga_preset_get_name (GengaPreset *self)
{
  return self->name;
}

const char *
genga_preset_get_title (GengaPreset *self)
{
  return genga_preset_is_builtin (self) ? _ (self->name) : self->name;
}

gboolean
genga_preset_is_builtin (GengaPreset *self)
{
  return self->purpose != NULL;
}

const char *
genga_preset_get_purpose (GengaPreset *self)
{
  return self->purpose != NULL ? _ (self->purpose) : NULL;
}

static gboolean
is_same_name (const char *a, const char *b)
{
  g_autofree char *folded_a = g_utf8_casefold (a, -1);
  g_autofree char *folded_b = g_utf8_casefold (b, -1);

  return g_utf8_collate (folded_a, folded_b) == 0;
}

gboolean
genga_preset_is_called (GengaPreset *self, const char *name)
{
  return g_utf8_validate (name, -1, NULL) &&
         (is_same_name (self->name, name) || is_same_name (genga_preset_get_title (self), name));
}

GengaOptions *
genga_preset_get_options (GengaPreset *self)
{
  return self->options;
}

/* ---- applying ---- */

void
genga_preset_apply (GengaPreset *self, GengaOptions *options)
{
  g_object_freeze_notify (G_OBJECT (options));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (genga_preset_has_option (option) && !genga_options_is_same (self->options, option, options))
      genga_options_take_over (options, option, self->options);
  /* Set, even where it has this value already: videos ask whether it is. */
  if (genga_options_is_set (self->options, GENGA_OPTION_SCALE))
    genga_options_take_over (options, GENGA_OPTION_SCALE, self->options);
  g_object_thaw_notify (G_OBJECT (options));
  /* Whoever keeps a profile for each codec may have put that one there. */
  if (!genga_options_is_same (self->options, GENGA_OPTION_PROFILE, options))
    genga_options_take_over (options, GENGA_OPTION_PROFILE, self->options);
}

static gboolean
is_size (GengaOption option)
{
  return option == GENGA_OPTION_SCALE || option == GENGA_OPTION_TARGET_HEIGHT ||
         (genga_option_has_fact (option, GENGA_OPTION_SETS_SIZE) &&
          option != GENGA_OPTION_PRE_DOWNSCALE);
}

void
genga_preset_apply_unset (GengaPreset *self, GengaOptions *options)
{
  gboolean has_size = FALSE;

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    has_size = has_size || (is_size (option) && genga_options_is_set (options, option));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (genga_options_is_set (self->options, option) && !genga_options_is_set (options, option) &&
        !(has_size && is_size (option)))
      genga_options_take_over (options, option, self->options);
}

gboolean
genga_preset_is_applied (GengaPreset *self, GengaOptions *options)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (genga_preset_has_option (option) && !genga_options_is_same (self->options, option, options))
      return FALSE;
  return TRUE;
}

/* ---- as text ---- */

char *
genga_preset_to_text (GengaPreset *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, GROUP, NAME_KEY, self->name);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *value = genga_options_is_set (self->options, option)
                                   ? genga_options_format (self->options, option)
                                   : NULL;
      g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

      if (valid != NULL)
        g_key_file_set_string (file, GROUP, genga_option_get_info (option)->name, valid);
    }
  return g_key_file_to_data (file, NULL, NULL);
}

static gboolean
set_wrong (GError **error, const char *sentence, const char *what)
{
  g_autofree char *shown = g_strescape (what, NULL);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, sentence, shown);
#pragma GCC diagnostic pop
  return FALSE;
}

static gboolean
read_option (GengaOptions *options, GKeyFile *file, const char *key, GError **error)
{
  g_autofree char *value = g_key_file_get_string (file, GROUP, key, NULL);
  g_autoptr (GError) reason = NULL;
  GengaOption option;

  if (!genga_option_find (key, &option))
    return set_wrong (error, _ ("The preset has an option “%s” that this version does not know."),
                      key);
  if (!genga_preset_has_option (option))
    return set_wrong (error, _ ("Presets can't have the option “%s”."), key);
  if (value == NULL || !genga_options_parse (options, option, value, &reason) ||
      !genga_options_check (options, option, &reason))
    return set_wrong (error, _ ("The preset's value of “%s” is not possible."), key);
  return TRUE;
}

/* A path, or a file where the program runs, would make whoever uses the preset read a file of a
 * stranger's choice. */
static gboolean
check_model (GengaOptions *options, GError **error)
{
  const char *model = genga_options_get_string (options, GENGA_OPTION_MODEL);

  if (strchr (model, G_DIR_SEPARATOR) != NULL)
    return set_wrong (error, _ ("Presets name models without folders, not as “%s”."), model);
  if (genga_options_is_set (options, GENGA_OPTION_MODEL) &&
      g_file_test (model, G_FILE_TEST_IS_REGULAR))
    return set_wrong (
        error, _ ("Presets name installed models; “%s” is a file in the current folder."), model);
  return TRUE;
}

static gboolean
read_options (GengaOptions *options, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);
  g_autoptr (GError) reason = NULL;

  for (char **key = keys; *key != NULL; key++)
    if (!g_str_equal (*key, NAME_KEY) && !read_option (options, file, *key, error))
      return FALSE;
  if (!check_model (options, error))
    return FALSE;
  if (genga_options_validate (options, &reason))
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, reason->message);
  return FALSE;
}

GengaPreset *
genga_preset_new_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autofree char *name = NULL;
  g_autoptr (GError) reason = NULL;

  if (length <= GENGA_PRESET_MAX_BYTES && memchr (text, '\0', length) == NULL &&
      g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    name = g_key_file_get_string (file, GROUP, NAME_KEY, NULL);
  if (name == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("This is not a preset."));
      return NULL;
    }
  if (!check_name (name, &reason))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, reason->message);
      return NULL;
    }
  if (!read_options (options, file, error))
    return NULL;
  return new_of (name, NULL, g_steal_pointer (&options));
}

/* ---- from options ---- */

/* What is saved can be read again. */
static gboolean
check_text (GengaPreset *self, GError **error)
{
  g_autofree char *text = genga_preset_to_text (self);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GengaPreset) again = genga_preset_new_from_text (text, strlen (text), &reason);

  if (again != NULL)
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE, reason->message);
  return FALSE;
}

GengaPreset *
genga_preset_new (const char *name, GengaOptions *options, GError **error)
{
  g_autoptr (GengaPreset) self = NULL;
  GengaOptions *copy;

  if (!check_name (name, error))
    return NULL;
  copy = genga_options_new ();
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      /* A factor that is the default is still one that was chosen, which videos ask for. */
      if (genga_preset_has_option (option) &&
          (option == GENGA_OPTION_SCALE || !genga_options_is_default (options, option)))
        genga_options_take_over (copy, option, options);
    }
  self = new_of (name, NULL, copy);
  return check_text (self, error) ? g_steal_pointer (&self) : NULL;
}
