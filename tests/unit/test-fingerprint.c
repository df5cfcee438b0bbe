/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job/export/fingerprint.h"
#include "job/export/options-print.h"
#include "media/print-forms.h"
#include "core/options-text.h"
#include "onnx-writer.h"

#include <glib/gstdio.h>

/* Of the source and the plan below, as Genga 0.1.0 recorded them for these options. */
#define EARLIER_USUAL "7d74f4e4f19ac3fc6f20ec52919f37a42a822f80cf4f4cbee687fa04a334880f"
#define EARLIER_OTHERS "89786f308609629730494c84096a65ac04ac9944f872d8808505e10875b1db76"
#define EARLIER_FRAMES "395181bcb651ce2da958b9de16513b13df7a046d9c1df6e7ec68051d81390dd7"

typedef struct
{
  char *folder;
  char *source;
  GengaPlan plan;
  GengaOptions *options;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->folder = g_dir_make_tmp ("genga-fingerprint-XXXXXX", NULL);
  self->source = g_build_filename (self->folder, "in.mkv", NULL);
  g_assert_true (g_file_set_contents (self->source, "a source", -1, NULL));
  self->plan = (GengaPlan){ .model_name = (char *)"none", .result = { .width = 64, .height = 48 } };
  self->options = genga_options_new ();
  genga_options_set_string (self->options, GENGA_OPTION_MODEL, "none");
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_unlink (self->source);
  g_rmdir (self->folder);
  g_free (self->source);
  g_free (self->folder);
  g_object_unref (self->options);
}

static void
set (Fixture *self, GengaOption option, const char *text)
{
  g_autoptr (GError) error = NULL;

  genga_options_parse (self->options, option, text, &error);
  g_assert_no_error (error);
}

static char *
dup_print (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  const GengaChain chain = { .plan = &self->plan };
  char *print;

  self->plan.options = self->options;
  print = genga_fingerprint_dup (self->source, &chain, "ffv1", &error);

  g_assert_no_error (error);
  g_assert_nonnull (print);
  return print;
}

/* A model is all of its files. */
static void
test_model_of_two (Fixture *self, gconstpointer unused)
{
  g_autofree char *model = g_build_filename (self->folder, "net.onnx", NULL);
  g_autofree char *parts = g_build_filename (self->folder, "parts", NULL);
  g_autofree char *data = g_build_filename (parts, "net.data", NULL);

  onnx_write_model_of_two (model, 0.5f);
  set (self, GENGA_OPTION_MODEL, model);
  g_autofree char *print = dup_print (self);
  g_autofree char *same = dup_print (self);
  onnx_write_model_of_two (model, 0.25f);
  g_autofree char *changed = dup_print (self);
  g_assert_true (genga_print_forms_match (print, same));
  g_assert_false (genga_print_forms_match (print, changed));
  g_unlink (data);
  g_rmdir (parts);
  g_unlink (model);
}

/* What 0.1.0 has finished is not thrown away, and nothing else is taken for it. */
static void
test_earlier (Fixture *self, gconstpointer unused)
{
  g_autofree char *usual = dup_print (self);

  g_assert_true (genga_print_forms_match (usual, EARLIER_USUAL));
  g_assert_false (genga_print_forms_match (usual, EARLIER_OTHERS));
  set (self, GENGA_OPTION_SHARPENING, "0.5");
  set (self, GENGA_OPTION_FROM, "1:30");
  set (self, GENGA_OPTION_THREADS, "3");
  g_autofree char *others = dup_print (self);
  g_assert_false (genga_print_forms_match (others, EARLIER_USUAL));
  g_assert_true (genga_print_forms_match (others, EARLIER_OTHERS));
}

/* Only the newest form of what was recorded counts. */
static void
test_forms (Fixture *self, gconstpointer unused)
{
  g_assert_true (genga_print_forms_match ("3:a 2:b", "3:a 2:c"));
  g_assert_false (genga_print_forms_match ("3:a 2:b", "3:c 2:b"));
  g_assert_true (genga_print_forms_match ("3:a 2:b", "b"));
  g_assert_false (genga_print_forms_match ("3:a 2:b", "a"));
  g_assert_false (genga_print_forms_match ("3:a 2:b", "4:d 3:a"));
}

/* Who gives an option the value that it has anyway changes nothing. */
static void
test_default (Fixture *self, gconstpointer unused)
{
  g_autofree char *usual = dup_print (self);

  set (self, GENGA_OPTION_TILE, "auto");
  set (self, GENGA_OPTION_REUSE, "exact");
  g_autofree char *same = dup_print (self);
  g_assert_cmpstr (usual, ==, same);
}

/* The table says which options change segments; each does so, and no other. */
static void
test_facts (Fixture *self, gconstpointer unused)
{
  static const struct
  {
    GengaOption option;
    const char *text;
  } others[] = {
    { GENGA_OPTION_SCALE, "3" },          { GENGA_OPTION_BLEND, "linear" },
    { GENGA_OPTION_CONTRAST, "1.1" },     { GENGA_OPTION_CRF, "7" },
    { GENGA_OPTION_FPS, "25" },           { GENGA_OPTION_DEINTERLACE, "no" },
    { GENGA_OPTION_CODEC, "vp9" },        { GENGA_OPTION_PRESET, "slow" },
    { GENGA_OPTION_THREADS, "2" },        { GENGA_OPTION_AUDIO, "no" },
    { GENGA_OPTION_OUTPUT_DIR, "there" }, { GENGA_OPTION_SUFFIX, "_x" },
    { GENGA_OPTION_STRENGTH, "60" },      { GENGA_OPTION_LONGEST, "900" },
    { GENGA_OPTION_QUALITY, "80" },       { GENGA_OPTION_OVERWRITE, "yes" },
  };
  g_autofree char *usual = dup_print (self);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      GengaOptions *plain = self->options;
      self->options = genga_options_copy (plain);
      set (self, others[i].option, others[i].text);
      g_autofree char *print = dup_print (self);
      g_assert_cmpint (genga_print_forms_match (print, usual), !=,
                       genga_option_has_fact (others[i].option, GENGA_OPTION_CHANGES_SEGMENTS));
      g_object_unref (self->options);
      self->options = plain;
    }
}

/* Folders of frames in a video's place, of a source that is not there. */
static void
test_frames (Fixture *self, gconstpointer unused)
{
  g_autofree char *usual = genga_options_print_dup_frames ("gone.mkv", self->options);

  g_assert_true (genga_print_forms_match (usual, EARLIER_FRAMES));
  set (self, GENGA_OPTION_TILE, "auto");
  g_autofree char *same = genga_options_print_dup_frames ("gone.mkv", self->options);
  g_assert_cmpstr (usual, ==, same);
  set (self, GENGA_OPTION_TILE, "128");
  g_autofree char *other = genga_options_print_dup_frames ("gone.mkv", self->options);
  g_assert_false (genga_print_forms_match (other, usual));
  g_assert_false (genga_print_forms_match (other, EARLIER_FRAMES));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/fingerprint/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("earlier", test_earlier);
  ADD ("forms", test_forms);
  ADD ("default", test_default);
  ADD ("facts", test_facts);
  ADD ("frames", test_frames);
  ADD ("model-of-two", test_model_of_two);
  return g_test_run ();
}
