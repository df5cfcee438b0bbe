/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list in a folder of frames: what is written comes back, cut off or changed by whomever. */
#include "core/error.h"
#include "media/sequence/frame-list.h"
#include "scratch.h"

#include <string.h>

#define HEAD "ffconcat version 1.0\n# genga frames 1\n"
#define FRAME "file a.png\nduration 0.040000\n# frame 10 40\n"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = scratch_new ();
  self->path = g_build_filename (self->folder, GENGA_FRAME_LIST, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  scratch_remove (self->folder);
  g_free (self->path);
  genga_frame_list_free (NULL);
}

static GengaFrameList *
read_text (Fixture *self, const char *text, gssize size, GError **error)
{
  scratch_write_bytes (self->path, text, size < 0 ? strlen (text) : (gsize)size);
  return genga_frame_list_read (self->folder, error);
}

static GengaFrameList *
new_list (void)
{
  GengaFrameList *list = genga_frame_list_new ();

  list->time_base_num = 1001;
  list->time_base_den = 24000;
  list->rate_num = 24000;
  list->rate_den = 1001;
  list->sar_num = 32;
  list->sar_den = 27;
  list->settings = g_strdup ("0123abcd");
  list->stream_source = g_strdup ("/videos/a\nb \xff %.mkv");
  list->print = g_strdup ("a print");
  list->loop_count = 3;
  list->colour = (GengaColour){ 9, 16, 9, 255, GENGA_RANGE_LIMITED };
  list->has_mastering = list->has_light_level = TRUE;
  list->mastering = (GengaMastering){
    .primaries = { { 34000, 16000 }, { 13250, 34500 }, { 7500, 3000 } },
    .white = { 15635, 16450 },
    .max_luminance = 10000000,
    .min_luminance = 50,
  };
  list->light_level = (GengaLightLevel){ 1000, 400 };
  list->is_whole = TRUE;
  genga_frame_list_add (list, "frame_00000.png", -5, 1);
  genga_frame_list_add (list, "frame 1 – été.png", G_GINT64_CONSTANT (1) << 50, 100);
  return list;
}

static const GengaListedFrame *
get (const GengaFrameList *list, guint n)
{
  g_assert_cmpuint (n, <, list->frames->len);
  return &g_array_index (list->frames, GengaListedFrame, n);
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaFrameList) list = new_list ();
  g_autofree char *text = genga_frame_list_format (list);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrameList) back = read_text (self, text, -1, &error);

  g_assert_no_error (error);
  g_assert_true (genga_colour_equal (&back->colour, &list->colour));
  g_assert_true (back->has_mastering && back->has_light_level);
  g_assert_cmpmem (&back->mastering, sizeof back->mastering, &list->mastering,
                   sizeof list->mastering);
  g_assert_cmpuint (back->light_level.max_cll, ==, 1000);
  g_assert_cmpuint (back->light_level.max_fall, ==, 400);
  g_assert_cmpint (back->time_base_num, ==, 1001);
  g_assert_cmpint (back->time_base_den, ==, 24000);
  g_assert_cmpint (back->rate_num, ==, 24000);
  g_assert_cmpint (back->rate_den, ==, 1001);
  g_assert_cmpint (back->sar_num, ==, 32);
  g_assert_cmpint (back->sar_den, ==, 27);
  g_assert_cmpstr (back->settings, ==, list->settings);
  g_assert_cmpstr (back->stream_source, ==, list->stream_source);
  g_assert_cmpstr (back->print, ==, list->print);
  g_assert_cmpuint (back->loop_count, ==, 3);
  g_assert_true (back->is_whole);
  g_assert_cmpuint (back->frames->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpstr (get (back, i)->file, ==, get (list, i)->file);
      g_assert_cmpint (get (back, i)->pts, ==, get (list, i)->pts);
      g_assert_cmpint (get (back, i)->duration, ==, get (list, i)->duration);
    }
}

/* Line by line as it is written while frames come: the same text. */
static void
test_appended (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaFrameList) list = new_list ();
  g_autofree char *whole = genga_frame_list_format (list);
  g_autofree char *first = genga_frame_list_format_frame (list, 0);
  g_autofree char *second = genga_frame_list_format_frame (list, 1);
  g_autoptr (GengaFrameList) empty = new_list ();
  g_autofree char *head = NULL, *joined = NULL;

  g_array_set_size (empty->frames, 0);
  empty->is_whole = FALSE;
  head = genga_frame_list_format (empty);
  joined = g_strconcat (head, first, second, GENGA_FRAME_LIST_END, NULL);
  g_assert_cmpstr (whole, ==, joined);
}

/* A list without anything that may be missing. */
static void
test_sparse (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaFrameList) list = genga_frame_list_new ();
  g_autofree char *text = NULL;
  g_autoptr (GengaFrameList) back = NULL;

  genga_frame_list_add (list, "a.png", 0, 1);
  text = genga_frame_list_format (list);
  back = read_text (self, text, -1, NULL);
  g_assert_nonnull (back);
  g_assert_null (back->settings);
  g_assert_null (back->stream_source);
  g_assert_null (back->print);
  g_assert_cmpint (back->sar_num, ==, 0);
  g_assert_false (back->is_whole);
}

static void
test_none (Fixture *self, gconstpointer data)
{
  static const char *const others[] = { "", "ffconcat version 1.0\n", "file a.png\n", "\n",
                                        "ffconcat version 1.0\n# genga frames 2\n" };
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_frame_list_read (self->folder, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_assert_null (read_text (self, others[i], -1, &error));
      g_assert_no_error (error);
    }
}

/* Cut off at any byte: a list of the frames whose lines are whole, or none. */
static void
test_cut_off (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaFrameList) list = new_list ();
  g_autofree char *text = genga_frame_list_format (list);
  guint n_before = 0;

  for (gsize size = 0; size < strlen (text); size++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaFrameList) back = read_text (self, text, size, &error);

      g_assert_no_error (error);
      g_assert_cmpint (back != NULL, ==, size >= strlen (HEAD));
      if (back == NULL)
        continue;
      g_assert_false (back->is_whole);
      g_assert_cmpuint (back->frames->len, >=, n_before);
      n_before = back->frames->len;
    }
  g_assert_cmpuint (n_before, ==, 2);
}

/* Lines that nobody wrote; the message says where. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *lines;
    guint at;
  } cases[] = {
    { "nonsense\n", 3 },
    { FRAME "nonsense\n", 6 },
    { "file ../a.png\n", 3 },
    { "file .hidden\n", 3 },
    { "file \n", 3 },
    { "file a\xff.png\n", 3 },
    { "# frame 1 2\n", 3 },
    { "file a.png\n# frame 1 0\n", 4 },
    { "file a.png\n# frame 1 -1\n", 4 },
    { "file a.png\n# frame 1\n", 4 },
    { "file a.png\n# frame one 2\n", 4 },
    { "file a.png\n# frame 9223372036854775807 1\n", 4 },
    { FRAME "# frame 50 40\n", 6 },
    { "# time-base 0 1\n", 3 },
    { "# time-base 1 0\n", 3 },
    { "# time-base 1 4294967296\n", 3 },
    { "# rate -1 1\n", 3 },
    { "# aspect 0 1\n", 3 },
    { "# plays -1\n", 3 },
    { "# settings a\n# settings b\n", 4 },
    { "# of a\n# of b\n", 4 },
    { "# print a\n# print b\n", 4 },
    { "# of %\n# complete\n# \n", 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (HEAD, cases[i].lines, NULL);
      g_autofree char *where = g_strdup_printf ("at line %u.", cases[i].at);
      g_autoptr (GError) error = NULL;

      g_assert_null (read_text (self, text, -1, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
      g_assert_nonnull (strstr (error->message, where));
    }
}

static void
test_out_of_order (Fixture *self, gconstpointer data)
{
  static const char *const lines[] = { "file b.png\n# frame 10 40\n", "file b.png\n# frame 9 1\n" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *text = g_strconcat (HEAD, FRAME, lines[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (read_text (self, text, -1, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
      g_assert_nonnull (strstr (error->message, "do not increase"));
    }
}

/* A rate that is none counts as unknown. */
static void
test_unknown_rate (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaFrameList) list = read_text (self, HEAD "# rate 0 0\n\n" FRAME, -1, NULL);

  g_assert_nonnull (list);
  g_assert_cmpint (list->rate_num, ==, 0);
  g_assert_cmpint (list->rate_den, ==, 1);
  g_assert_cmpint (get (list, 0)->pts, ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/frame-list/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("appended", test_appended);
  ADD ("sparse", test_sparse);
  ADD ("none", test_none);
  ADD ("cut-off", test_cut_off);
  ADD ("damaged", test_damaged);
  ADD ("out-of-order", test_out_of_order);
  ADD ("unknown-rate", test_unknown_rate);
#undef ADD
  return g_test_run ();
}
