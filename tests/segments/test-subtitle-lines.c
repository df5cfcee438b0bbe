/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that overlap become samples that do not, and each is shown as long as it lasts. */
#include "media/video/write/subtitle-lines.h"

#define END G_MAXINT64

/* All samples that are over at `until`, as "start-end:text/text ...", in tenths of a second. */
static char *
dup_samples (GengaSubtitleLines *lines, gint64 until)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (;;)
    {
      g_auto (GengaSubtitleSample) sample = { 0 };

      if (!genga_subtitle_lines_next (lines, until == END ? END : until * 100000, &sample))
        break;
      g_ptr_array_add (sample.texts, NULL);
      g_autofree char *joined = g_strjoinv ("/", (char **)sample.texts->pdata);
      g_string_append_printf (text, "%s%d-%d:%s", text->len > 0 ? " " : "",
                              (int)(sample.start / 100000), (int)(sample.end / 100000), joined);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
check (GengaSubtitleLines *lines, gint64 until, const char *expected)
{
  g_autofree char *samples = dup_samples (lines, until);

  g_assert_cmpstr (samples, ==, expected);
}

static void
add (GengaSubtitleLines *lines, const char *text, gint64 start, gint64 end)
{
  genga_subtitle_lines_add (lines, text, start * 100000, end == END ? END : end * 100000);
}

static void
test_alone (void)
{
  g_autoptr (GengaSubtitleLines) lines = genga_subtitle_lines_new ();

  add (lines, "a", 10, 20);
  check (lines, 19, "");
  check (lines, 20, "10-20:a");
  add (lines, "b", 30, 40);
  add (lines, "c", 40, 50);
  check (lines, END, "30-40:b 40-50:c");
  check (lines, END, "");
}

static void
test_overlap (void)
{
  g_autoptr (GengaSubtitleLines) lines = genga_subtitle_lines_new ();

  add (lines, "long", 10, 100);
  add (lines, "sign", 10, 20);
  add (lines, "none", 10, 10);
  check (lines, 10, "");
  add (lines, "later", 50, 60);
  check (lines, 50, "10-20:sign/long 20-50:long");
  check (lines, 60, "50-60:later/long");
  add (lines, "over", 90, 120);
  check (lines, END, "60-90:long 90-100:over/long 100-120:over");
}

/* What was shown already is not shown again, and the rest is. */
static void
test_late (void)
{
  g_autoptr (GengaSubtitleLines) lines = genga_subtitle_lines_new ();

  add (lines, "a", 10, 20);
  check (lines, 20, "10-20:a");
  add (lines, "late", 15, 30);
  add (lines, "gone", 12, 18);
  check (lines, END, "20-30:late");
}

static void
test_open (void)
{
  g_autoptr (GengaSubtitleLines) lines = genga_subtitle_lines_new ();

  add (lines, "a", 10, END);
  add (lines, "b", 30, END);
  check (lines, END, "10-30:a 30-80:b");
  add (lines, "c", 100, END);
  add (lines, "d", 300, 310);
  check (lines, END, "100-150:c 300-310:d");
}

/* A hostile file's lines are not all held, and the last ones are shown. */
static void
test_many (void)
{
  g_autoptr (GengaSubtitleLines) lines = genga_subtitle_lines_new ();
  GengaSubtitleSample sample;

  for (int i = 0; i < 1000; i++)
    add (lines, "a", 10, 20);
  g_assert_true (genga_subtitle_lines_next (lines, END, &sample));
  g_assert_cmpuint (sample.texts->len, <, 100);
  genga_subtitle_sample_clear (&sample);
  check (lines, END, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segments/subtitle-lines/alone", test_alone);
  g_test_add_func ("/segments/subtitle-lines/overlap", test_overlap);
  g_test_add_func ("/segments/subtitle-lines/late", test_late);
  g_test_add_func ("/segments/subtitle-lines/open", test_open);
  g_test_add_func ("/segments/subtitle-lines/many", test_many);
  return g_test_run ();
}
