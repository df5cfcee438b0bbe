/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"
#include "core/picture-format.h"
#include "job/target.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

/* A folder with a source in it, and options to change. */
typedef struct
{
  char *dir;
  char *source;
  char *subfolder; /* static; of all jobs, or NULL */
  GengaOptions *options;
  GengaNameReservations *names;
  GPtrArray *jobs; /* of GengaReservation */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("genga-test-XXXXXX", &error);
  g_assert_no_error (error);
  self->source = g_build_filename (self->dir, "source.png", NULL);
  g_assert_true (g_file_set_contents (self->source, "pixels", -1, NULL));
  self->options = genga_options_new ();
  self->names = genga_name_reservations_new ();
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_reservation_free);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  GDir *dir = g_dir_open (self->dir, 0, NULL);

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (self->dir, name, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_dir_close (dir);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->dir);
  g_free (self->source);
  g_object_unref (self->options);
  genga_name_reservations_unref (self->names);
  g_ptr_array_unref (self->jobs);
}

static char *
dup_path (Fixture *self, const char *name)
{
  return g_build_filename (self->dir, name, NULL);
}

/* Another job's; it lives as long as the fixture. */
static GengaReservation *
add_job (Fixture *self)
{
  g_ptr_array_add (self->jobs, genga_reservation_new (self->names));
  return self->jobs->pdata[self->jobs->len - 1];
}

/* The path is reserved from then on. */
static GengaReservation *
assert_derived (Fixture *self, const char *source, GengaFormat format, const char *expected)
{
  GengaReservation *target = add_job (self);

  const GengaTargetHints hints = { .name = (char *)"given",
                                   .subfolder = self->subfolder,
                                   .index = 7 };
  const GengaTargetRequest request = {
    .source = source,
    .hints = &hints,
    .ending = genga_format_get_suffix (format),
    .facts = { .model = "a/b", .scale = 2, .width = 64, .height = 48 },
  };

  genga_target_reserve (target, &request, self->options);
  g_assert_cmpstr (genga_reservation_get_path (target), ==, expected);
  g_assert_false (genga_reservation_take (add_job (self), expected));
  return target;
}

static void
test_format (Fixture *self, gconstpointer data)
{
  static const struct
  {
    GengaFormat option;
    const char *target;
    GengaFormat source, expected;
  } cases[] = {
    { GENGA_FORMAT_AUTO, NULL, GENGA_FORMAT_JPEG, GENGA_FORMAT_JPEG },
    { GENGA_FORMAT_AUTO, NULL, GENGA_FORMAT_AUTO, GENGA_FORMAT_PNG },
    { GENGA_FORMAT_AUTO, "a.webp", GENGA_FORMAT_JPEG, GENGA_FORMAT_WEBP },
    { GENGA_FORMAT_AUTO, "a.JPG", GENGA_FORMAT_PNG, GENGA_FORMAT_JPEG },
    { GENGA_FORMAT_AUTO, "a.jpeg", GENGA_FORMAT_PNG, GENGA_FORMAT_JPEG },
    { GENGA_FORMAT_AUTO, "png", GENGA_FORMAT_WEBP, GENGA_FORMAT_WEBP },
    { GENGA_FORMAT_AUTO, "a.png/b", GENGA_FORMAT_AUTO, GENGA_FORMAT_PNG },
    { GENGA_FORMAT_AUTO, "a.png/b", GENGA_FORMAT_JPEG, GENGA_FORMAT_JPEG },
    { GENGA_FORMAT_WEBP, "a.png", GENGA_FORMAT_JPEG, GENGA_FORMAT_WEBP },
    { GENGA_FORMAT_JPEG, NULL, GENGA_FORMAT_PNG, GENGA_FORMAT_JPEG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      genga_options_set_int (self->options, GENGA_OPTION_FORMAT, cases[i].option);
      g_assert_cmpint (genga_target_choose_format (self->options, cases[i].target, cases[i].source),
                       ==, cases[i].expected);
    }
}

static void
test_names (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *source, *expected;
  } cases[] = {
    { "/a/b.jpg", "/a/b_upscaled.png" },
    { "b.jpg", "./b_upscaled.png" },
    { "../b.jpg", "../b_upscaled.png" },
    { "/b.jpg", "/b_upscaled.png" },
    { "/a/b.c.jpg", "/a/b.c_upscaled.png" },
    { "/a/b", "/a/b_upscaled.png" },
    { "/a/b.", "/a/b_upscaled.png" },
    { "/a.d/b", "/a.d/b_upscaled.png" },
    { "/a/.b", "/a/.b_upscaled.png" },
    { "/a/.b.jpg", "/a/.b_upscaled.png" },
    { "/a/ b .jpg", "/a/ b _upscaled.png" },
    { "/a/été 日本.jpg", "/a/été 日本_upscaled.png" },
    { "/a/\xff\xfe.jpg", "/a/\xff\xfe_upscaled.png" },
    { "/a/100%s.jpg", "/a/100%s_upscaled.png" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    genga_reservation_give_back (
        assert_derived (self, cases[i].source, GENGA_FORMAT_PNG, cases[i].expected));
}

static void
test_folder_and_suffix (Fixture *self, gconstpointer data)
{
  assert_derived (self, "/a/b.png", GENGA_FORMAT_JPEG, "/a/b_upscaled.jpg");
  assert_derived (self, "/a/b.png", GENGA_FORMAT_WEBP, "/a/b_upscaled.webp");

  genga_options_set_string (self->options, GENGA_OPTION_SUFFIX, "");
  assert_derived (self, "/a/b.jpg", GENGA_FORMAT_PNG, "/a/b.png");
  genga_options_set_string (self->options, GENGA_OPTION_OUTPUT_DIR, "/out");
  assert_derived (self, "/a/b.jpg", GENGA_FORMAT_PNG, "/out/b.png");
  genga_options_set_string (self->options, GENGA_OPTION_SUFFIX, ".2x");
  assert_derived (self, "/a/b.jpg", GENGA_FORMAT_PNG, "/out/b.2x.png");
}

/* FMT-9: sources with one stem get different names. */
static void
test_reserved (Fixture *self, gconstpointer data)
{
  genga_options_set_string (self->options, GENGA_OPTION_OUTPUT_DIR, "/out");
  assert_derived (self, "/a/x.png", GENGA_FORMAT_PNG, "/out/x_upscaled.png");
  assert_derived (self, "/b/x.png", GENGA_FORMAT_PNG, "/out/x_upscaled-2.png");
  assert_derived (self, "/b/x.jpg", GENGA_FORMAT_PNG, "/out/x_upscaled-3.png");
  assert_derived (self, "/b/x.jpg", GENGA_FORMAT_JPEG, "/out/x_upscaled.jpg");
  assert_derived (self, "/b/x_upscaled-2.png", GENGA_FORMAT_PNG, "/out/x_upscaled-2_upscaled.png");
}

/* UI-24: the source's own name, or one of a list. */
static void
test_naming (Fixture *self, gconstpointer data)
{
  genga_options_set_string (self->options, GENGA_OPTION_OUTPUT_DIR, "/out");
  genga_options_set_int (self->options, GENGA_OPTION_NAMING, GENGA_NAMING_ORIGINAL);
  assert_derived (self, "/a/x.png", GENGA_FORMAT_JPEG, "/out/x.jpg");
  assert_derived (self, "/b/x.png", GENGA_FORMAT_JPEG, "/out/x-2.jpg");
  genga_options_set_int (self->options, GENGA_OPTION_NAMING, GENGA_NAMING_LIST);
  assert_derived (self, "/b/x.png", GENGA_FORMAT_JPEG, "/out/given.jpg");
}

/* A name that was given up is free again, by whatever spelling. */
static void
test_given_back (Fixture *self, gconstpointer data)
{
  GengaReservation *job = add_job (self);

  g_assert_null (genga_reservation_get_path (job));
  genga_options_set_string (self->options, GENGA_OPTION_OUTPUT_DIR, "/out");
  g_assert_true (genga_reservation_take (job, "/out/../out/x_upscaled.png"));
  assert_derived (self, "/b/x.png", GENGA_FORMAT_PNG, "/out/x_upscaled-2.png");
  genga_reservation_give_back (job);
  g_assert_cmpstr (genga_reservation_get_path (job), ==, "/out/../out/x_upscaled.png");
  assert_derived (self, "/b/x.jpg", GENGA_FORMAT_PNG, "/out/x_upscaled.png");
}

/* Who did not get a name has none to give back. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  GengaReservation *job = add_job (self), *other = add_job (self);

  g_assert_true (genga_reservation_take (job, "/out/x.png"));
  g_assert_false (genga_reservation_take (other, "/out/x.png"));
  g_assert_cmpstr (genga_reservation_get_path (other), ==, "/out/x.png");
  genga_reservation_give_back (other);
  g_assert_false (genga_reservation_take (other, "/out/x.png"));
  g_assert_true (genga_reservation_take (job, "/out/y.png"));
  g_assert_true (genga_reservation_take (other, "/out/x.png"));
}

/* What is freed gives its name back, but not that of a result. */
static void
test_kept (Fixture *self, gconstpointer data)
{
  GengaReservation *gone = genga_reservation_new (self->names);
  GengaReservation *done = genga_reservation_new (self->names);

  g_assert_true (genga_reservation_take (gone, "/out/x.png"));
  g_assert_true (genga_reservation_take (done, "/out/y.png"));
  genga_reservation_keep (done);
  genga_reservation_free (gone);
  genga_reservation_free (done);
  g_assert_true (genga_reservation_take (add_job (self), "/out/x.png"));
  g_assert_false (genga_reservation_take (add_job (self), "/out/y.png"));
}

/* One folder by several names. */
static void
test_reserved_spellings (Fixture *self, gconstpointer data)
{
  assert_derived (self, "/a/x.png", GENGA_FORMAT_PNG, "/a/x_upscaled.png");
  assert_derived (self, "/a/./x.jpg", GENGA_FORMAT_PNG, "/a/./x_upscaled-2.png");
  assert_derived (self, "/a/b/../x.webp", GENGA_FORMAT_PNG, "/a/b/../x_upscaled-3.png");
  assert_derived (self, "y.png", GENGA_FORMAT_PNG, "./y_upscaled.png");
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *absolute = g_build_filename (here, "y.jpg", NULL);
  g_autofree char *expected = g_build_filename (here, "y_upscaled-2.png", NULL);
  assert_derived (self, absolute, GENGA_FORMAT_PNG, expected);
}

static void
test_template (Fixture *self, gconstpointer data)
{
  genga_options_set_int (self->options, GENGA_OPTION_NAMING, GENGA_NAMING_TEMPLATE);
  g_object_set (self->options, "name-template", "{index} {stem}-{model} {scale} {width}x{height}",
                NULL);
  assert_derived (self, "/a/x.png", GENGA_FORMAT_PNG, "/a/7 x-a_b 2 64x48.png");
  g_object_set (self->options, "name-template", "{stem}", NULL);
  assert_derived (self, "/a/....png", GENGA_FORMAT_PNG, "/a/....png");
  assert_derived (self, "/a/...png", GENGA_FORMAT_PNG, "/a/_.png");
  g_object_set (self->options, "name-template", "{stem}{stem}", NULL);
  g_autofree char *stem = g_strnfill (99, 'a');
  g_autofree char *source = g_strconcat ("/a/", stem, "\303\251.png", NULL);
  g_autofree char *expected = g_strconcat ("/a/", stem, "\303\251", stem, ".png", NULL);
  assert_derived (self, source, GENGA_FORMAT_PNG, expected);
}

static void
test_folders (Fixture *self, gconstpointer data)
{
  genga_options_set_int (self->options, GENGA_OPTION_FOLDERS, GENGA_FOLDERS_KINDS);
  assert_derived (self, "/a/x.png", GENGA_FORMAT_PNG, "/a/images/x_upscaled.png");
  genga_options_set_string (self->options, GENGA_OPTION_OUTPUT_DIR, "/out");
  self->subfolder = (char *)"sub";
  assert_derived (self, "/a/x.png", GENGA_FORMAT_PNG, "/out/images/sub/x_upscaled.png");
}

static void
test_numbers (Fixture *self, gconstpointer data)
{
  g_autofree char *first = dup_path (self, "source_upscaled.png");
  g_autofree char *second = dup_path (self, "source_upscaled-2.png");
  g_autofree char *third = dup_path (self, "source_upscaled-3.png");
  GengaReservation *named = add_job (self);

  g_assert_true (g_file_set_contents (first, "older", -1, NULL));
  genga_options_set_int (self->options, GENGA_OPTION_EXISTING, GENGA_EXISTING_NUMBER);
  assert_derived (self, self->source, GENGA_FORMAT_PNG, second);
  assert_derived (self, self->source, GENGA_FORMAT_PNG, third);
  genga_target_reserve_named (named, first, NULL, self->options);
  g_assert_cmpstr (genga_reservation_get_path (named), ==, second);
}

/* With and without --overwrite: `words` is part of the refusal, NULL where it is allowed. */
static void
assert_check (Fixture *self, const char *target, const char *words, const char *overwrite_words)
{
  for (int overwrite = 0; overwrite < 2; overwrite++)
    {
      const char *wanted = overwrite ? overwrite_words : words;
      g_autoptr (GError) error = NULL;

      g_object_set (self->options, "overwrite", overwrite, NULL);
      gboolean ok = genga_target_check (target, self->source, self->options, &error);
      g_assert_cmpint (ok, ==, wanted == NULL);
      if (wanted == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      gboolean exists = strstr (wanted, "exists") != NULL && strstr (wanted, "not exist") == NULL;
      int code = exists ? GENGA_ERROR_EXISTS : GENGA_ERROR_OUTPUT;
      g_assert_error (error, GENGA_ERROR, code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      if (strstr (error->message, wanted) == NULL)
        g_error ("“%s” should say: %s", error->message, wanted);
    }

  g_autofree char *kept = NULL;
  g_assert_true (g_file_get_contents (self->source, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "pixels");
}

static void
test_allowed (Fixture *self, gconstpointer data)
{
  g_autofree char *plain = dup_path (self, "result.png");
  g_autofree char *strange = dup_path (self, "\xff\xfe\n.png");

  assert_check (self, plain, NULL, NULL);
  assert_check (self, strange, NULL, NULL);
  g_assert_false (g_file_test (plain, G_FILE_TEST_EXISTS));
}

static void
test_existing (Fixture *self, gconstpointer data)
{
  g_autofree char *target = dup_path (self, "result.png");
  g_autofree char *link = dup_path (self, "link.png");
  g_autofree char *nowhere = dup_path (self, "nowhere.png");

  g_assert_true (g_file_set_contents (target, "older", -1, NULL));
  g_assert_cmpint (symlink ("result.png", link), ==, 0);
  g_assert_cmpint (symlink ("missing", nowhere), ==, 0);
  assert_check (self, target, "already exists", NULL);
  assert_check (self, link, "already exists", NULL);
  assert_check (self, nowhere, "already exists", NULL);
}

static void
test_own_source (Fixture *self, gconstpointer data)
{
  g_autofree char *spelt = dup_path (self, "./source.png");
  g_autofree char *symbolic = dup_path (self, "symbolic.png");
  g_autofree char *hard = dup_path (self, "hard.png");

  g_assert_cmpint (symlink ("source.png", symbolic), ==, 0);
  g_assert_cmpint (link (self->source, hard), ==, 0);
  assert_check (self, self->source, "own source", "own source");
  assert_check (self, spelt, "own source", "own source");
  assert_check (self, symbolic, "own source", "own source");
  assert_check (self, hard, "own source", "own source");
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *missing = dup_path (self, "missing/result.png");
  g_autofree char *below_file = dup_path (self, "source.png/result.png");

  assert_check (self, missing, "missing” does not exist", "missing” does not exist");
  assert_check (self, below_file, "does not exist", "does not exist");
}

static void
test_no_file (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = dup_path (self, "folder.png");
  g_autofree char *link = dup_path (self, "link.png");
  g_autofree char *pipe = dup_path (self, "pipe.png");

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (symlink ("folder.png", link), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_check (self, folder, "is a folder", "is a folder");
  assert_check (self, link, "is a folder", "is a folder");
  assert_check (self, self->dir, "is a folder", "is a folder");
  assert_check (self, pipe, "not a regular file", "not a regular file");
}

static void
test_long_name (Fixture *self, gconstpointer data)
{
  g_autofree char *most = g_strnfill (255, 'n');
  g_autofree char *more = g_strnfill (256, 'n');
  g_autofree char *possible = dup_path (self, most);
  g_autofree char *too_long = dup_path (self, more);

  assert_check (self, possible, NULL, NULL);
  assert_check (self, too_long, "too long", "too long");
}

static void
test_read_only_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *target = dup_path (self, "result.png");
  int status;

  g_assert_cmpint (g_chmod (self->dir, 0555), ==, 0);
  pid_t pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      /* Nothing is read-only for root. */
      if (geteuid () == 0 && setresuid (NOBODY, NOBODY, NOBODY) != 0)
        _exit (77);
      assert_check (self, target, "Can't write to", "Can't write to");
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (g_chmod (self->dir, 0700), ==, 0);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("root may not become another user here");
  else
    g_assert_cmpint (status, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/target/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("format", test_format);
  ADD ("names", test_names);
  ADD ("folder-and-suffix", test_folder_and_suffix);
  ADD ("reserved", test_reserved);
  ADD ("naming", test_naming);
  ADD ("given-back", test_given_back);
  ADD ("refused", test_refused);
  ADD ("kept", test_kept);
  ADD ("reserved-spellings", test_reserved_spellings);
  ADD ("template", test_template);
  ADD ("folders", test_folders);
  ADD ("numbers", test_numbers);
  ADD ("allowed", test_allowed);
  ADD ("existing", test_existing);
  ADD ("own-source", test_own_source);
  ADD ("no-folder", test_no_folder);
  ADD ("no-file", test_no_file);
  ADD ("long-name", test_long_name);
  ADD ("read-only-folder", test_read_only_folder);
#undef ADD

  return g_test_run ();
}
