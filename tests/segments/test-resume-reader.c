/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going on in a source that seeks well, badly or not at all, that has changed, or that ends. */
#include "core/error.h"
#include "job/export/resume-reader.h"
#include "media/source.h"
#include "scratch.h"

#include <string.h>

#define N_FRAMES 23
#define STEP 50
#define START 1000 /* of the first frame */
#define SECONDS 0.25
#define PER_SEGMENT 5 /* frames before the next mark */

typedef enum
{
  SEEKS_WELL,
  SEEKS_LATE,  /* to a frame behind the one that was wanted */
  SEEKS_EARLY, /* to one before it */
  SEEKS_PAST,  /* to the end */
  SEEKS_NOT,
} Seeking;

/* What a source is like; each copy reads by itself. */
typedef struct
{
  Seeking seeking;
  guint n_frames;
  guint changed;  /* a frame that looks otherwise */
  guint moved;    /* a frame that is shown a little later */
  guint fails_at; /* a frame that cannot be read */
  gboolean is_incomplete;
} Nature;

#define NOBODY G_MAXUINT

typedef struct
{
  GengaSource parent;
  Nature nature;
  guint next;
  GengaSourceCount count;
} FakeSource;

typedef struct
{
  Nature nature; /* of those that are opened from now on */
  GengaOptions *options;
  GengaJob *job;
  GengaSource *source;
  guint n_opened;
  gboolean cannot_open;
  GengaExportSetup setup;
} Fixture;

/* ---- the source ---- */

static GengaFrame *
fake_read (GengaSource *source, GError **error)
{
  FakeSource *self = (FakeSource *)source;
  const Nature *nature = &self->nature;
  GengaFrameInfo info = {
    .width = 3, .height = 2, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_RGB
  };
  GengaFrame *frame;

  if (self->next >= nature->n_frames)
    return NULL;
  if (self->next == nature->fails_at)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, "a frame cannot be read");
      return NULL;
    }
  frame = genga_frame_new (&info, error);
  g_assert_nonnull (frame);
  for (int y = 0; y < 2; y++)
    memset (genga_frame_get_row (frame, 0, y), self->next + (self->next == nature->changed) * 100,
            9);
  frame->pts = START + STEP * self->next + (self->next == nature->moved);
  frame->duration = STEP;
  self->count.n_frames++;
  /* The second one of each segment. */
  self->count.n_damaged += self->next % PER_SEGMENT == 1;
  self->next++;
  return frame;
}

static gboolean
fake_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  FakeSource *self = (FakeSource *)source;
  guint wanted = (pts - START + STEP - 1) / STEP;

  g_assert_true (exact);
  self->count = (GengaSourceCount){ 0 };
  switch (self->nature.seeking)
    {
    case SEEKS_WELL:
      self->next = wanted;
      break;
    case SEEKS_LATE:
      self->next = wanted + 1;
      break;
    case SEEKS_EARLY:
      self->next = wanted - 1;
      break;
    case SEEKS_PAST:
      self->next = self->nature.n_frames;
      break;
    case SEEKS_NOT:
    default:
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, "there is no way there");
      return FALSE;
    }
  return TRUE;
}

static gboolean
fake_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  FakeSource *self = (FakeSource *)source;

  g_assert_true (to_its_end);
  if (self->nature.is_incomplete)
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE, "a part is missing");
  return !self->nature.is_incomplete;
}

static void
fake_get_count (GengaSource *source, GengaSourceCount *count)
{
  *count = ((FakeSource *)source)->count;
}

static void
fake_free (GengaSource *source)
{
  g_free (source);
}

static GengaSource *
open_source (gpointer data, GError **error)
{
  static const GengaSourceClass klass = { fake_read, fake_seek, fake_check_complete, fake_get_count,
                                          fake_free };
  Fixture *self = data;
  FakeSource *source;

  self->n_opened++;
  if (self->cannot_open)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, "the source is gone");
      return NULL;
    }
  source = g_new0 (FakeSource, 1);
  source->parent.klass = &klass;
  source->parent.info = (GengaSourceInfo){
    .start_pts = START, .time_base_num = 1, .time_base_den = 1000, .n_frames = self->nature.n_frames
  };
  source->nature = self->nature;
  return &source->parent;
}

/* ---- what most tests do ---- */

static const Nature good = { SEEKS_WELL, N_FRAMES, NOBODY, NOBODY, NOBODY, FALSE };

static void
begin (Fixture *self, Nature nature)
{
  genga_source_free (self->source);
  self->nature = nature;
  self->source = open_source (self, NULL);
  self->n_opened = 0;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->options = genga_options_new ();
  self->job = genga_job_new ("/videos/in.mkv", NULL, self->options);
  self->setup = (GengaExportSetup){
    .job = self->job,
    .source = &self->source,
    .reopen = open_source,
    .reopen_data = self,
  };
  begin (self, good);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  genga_source_free (self->source);
  g_object_unref (self->job);
  g_object_unref (self->options);
}

static GengaResumeReader *
new_reader (Fixture *self, const GengaJournalEntry *last)
{
  return genga_resume_reader_new (&self->setup, FALSE, last, SECONDS);
}

/* Reads to the end: frames from number `first` on, each as it was made. */
static void
assert_rest (GengaResumeReader *reader, guint first)
{
  for (guint i = first; i <= N_FRAMES; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean has_changed = TRUE;
      g_autoptr (GengaFrame) frame = genga_resume_reader_next (reader, &has_changed, &error);

      g_assert_no_error (error);
      g_assert_false (has_changed);
      g_assert_cmpint (frame != NULL, ==, i < N_FRAMES);
      if (frame != NULL)
        {
          g_assert_cmpint (frame->pts, ==, START + STEP * i);
          g_assert_cmpuint (*(guint8 *)genga_frame_get_row (frame, 0, 1), ==, i);
        }
    }
}

static void
assert_count (GengaResumeReader *reader, guint n_frames)
{
  GengaSourceCount count;

  genga_resume_reader_get_count (reader, &count);
  g_assert_cmpuint (count.n_frames, ==, n_frames);
  g_assert_cmpuint (count.n_damaged, ==, (n_frames + 3) / PER_SEGMENT);
}

/* As a journal has them: where segment `number` ends, in front of a mark. */
static GengaJournalEntry *
describe (GengaResumeReader *reader, guint number)
{
  GengaJournalEntry *entry = g_new0 (GengaJournalEntry, 1);

  entry->first_frame = PER_SEGMENT * number;
  entry->segment = scratch_new_segment (PER_SEGMENT, 0, 0);
  genga_resume_reader_describe (reader, PER_SEGMENT * (number + 1), entry);
  return entry;
}

/* The entry of segment `number` by a run that nobody interrupted. */
static GengaJournalEntry *
make_entry (Fixture *self, guint number)
{
  GengaResumeReader *reader;
  GengaJournalEntry *entry;

  begin (self, good);
  reader = new_reader (self, NULL);
  assert_rest (reader, 0);
  entry = describe (reader, number);
  genga_resume_reader_free (reader);
  return entry;
}

static void
assert_changed (GengaResumeReader *reader)
{
  g_autoptr (GError) error = NULL;
  gboolean has_changed = FALSE;

  g_assert_null (genga_resume_reader_next (reader, &has_changed, &error));
  g_assert_no_error (error);
  g_assert_true (has_changed);
}

static void
assert_fails (GengaResumeReader *reader, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  gboolean has_changed = TRUE;

  g_assert_null (genga_resume_reader_next (reader, &has_changed, &error));
  g_assert_error (error, domain, code);
  g_assert_false (has_changed);
}

/* ---- tests ---- */

static void
test_from_the_beginning (Fixture *self, gconstpointer data)
{
  GengaResumeReader *reader = new_reader (self, NULL);

  assert_rest (reader, 0);
  assert_count (reader, N_FRAMES);
  g_assert_cmpuint (self->n_opened, ==, 0);
  for (guint number = 0; number < N_FRAMES / PER_SEGMENT; number++)
    {
      guint next = PER_SEGMENT * (number + 1);
      g_autoptr (GengaJournalEntry) entry = describe (reader, number);

      g_assert_cmpint (entry->next_pts, ==, START + STEP * next);
      g_assert_nonnull (entry->next_print);
      g_assert_cmpuint (entry->n_damaged, ==, number + 1);
    }
  /* In front of what is no mark, and after the end: all that was read. */
  g_autoptr (GengaJournalEntry) end = describe (reader, 4);
  g_assert_null (end->next_print);
  g_assert_cmpuint (end->n_damaged, ==, (N_FRAMES + 3) / PER_SEGMENT);
  genga_resume_reader_free (reader);
}

static void
test_marks (Fixture *self, gconstpointer data)
{
  GengaResumeReader *reader = new_reader (self, NULL);

  g_assert_cmpint (genga_resume_reader_get_mark (reader, START), ==, 0);
  g_assert_cmpint (genga_resume_reader_get_mark (reader, START + 249), ==, 0);
  g_assert_cmpint (genga_resume_reader_get_mark (reader, START + 250), ==, 1);
  g_assert_cmpint (genga_resume_reader_get_mark (reader, START - 1), ==, -1);
  g_assert_cmpint (genga_resume_reader_get_mark (reader, START + 3600000), ==, 14400);
  genga_resume_reader_free (reader);
}

/* However it seeks: after each segment it goes on with the very frame, and counts as if nothing had
 * happened; the entries of what follows are the same. */
static void
test_going_on (Fixture *self, gconstpointer data)
{
  Nature nature = good;

  nature.seeking = GPOINTER_TO_INT (data);
  for (guint number = 0; number < 4; number++)
    {
      g_autoptr (GengaJournalEntry) last = make_entry (self, number);
      guint first = PER_SEGMENT * (number + 1);
      GengaResumeReader *reader;

      begin (self, nature);
      reader = new_reader (self, last);
      assert_count (reader, first);
      assert_rest (reader, first);
      assert_count (reader, N_FRAMES);
      g_assert_cmpuint (self->n_opened, ==, nature.seeking == SEEKS_WELL ? 0 : 1);
      for (guint i = number + 1; i < 4; i++)
        {
          g_autoptr (GengaJournalEntry) entry = describe (reader, i);
          g_autoptr (GengaJournalEntry) expected = make_entry (self, i);

          g_assert_cmpint (entry->next_pts, ==, expected->next_pts);
          g_assert_cmpstr (entry->next_print, ==, expected->next_print);
          g_assert_cmpuint (entry->n_damaged, ==, expected->n_damaged);
        }
      genga_resume_reader_free (reader);
    }
}

/* Another picture, another time, or an end before it: it is told, and reading may begin anew. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);
  guint first = 2 * PER_SEGMENT;
  Nature natures[] = { good, good, good };

  natures[0].changed = first;
  natures[1].moved = first;
  natures[2].n_frames = first;
  for (guint i = 0; i < G_N_ELEMENTS (natures); i++)
    for (Seeking seeking = SEEKS_WELL; seeking <= SEEKS_NOT; seeking++)
      {
        g_autoptr (GError) error = NULL;
        GengaResumeReader *reader;

        natures[i].seeking = seeking;
        begin (self, natures[i]);
        reader = new_reader (self, last);
        assert_changed (reader);
        self->nature = good;
        g_assert_true (genga_resume_reader_restart (reader, &error));
        g_assert_no_error (error);
        assert_rest (reader, 0);
        assert_count (reader, N_FRAMES);
        genga_resume_reader_free (reader);
      }
}

/* What changed elsewhere is not seen: only the frame where it goes on is looked at. */
static void
test_changed_elsewhere (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);
  Nature nature = good;
  GengaResumeReader *reader;

  nature.changed = 3;
  nature.seeking = SEEKS_NOT;
  begin (self, nature);
  reader = new_reader (self, last);
  assert_rest (reader, 2 * PER_SEGMENT);
  genga_resume_reader_free (reader);
}

/* An error on the way there says nothing about the source. */
static void
test_unreadable (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);

  for (guint n = 0; n <= 2 * PER_SEGMENT; n++)
    {
      Nature nature = good;
      GengaResumeReader *reader;

      nature.seeking = SEEKS_NOT;
      nature.fails_at = n;
      begin (self, nature);
      reader = new_reader (self, last);
      assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INPUT);
      genga_resume_reader_free (reader);
    }
}

static void
test_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);
  g_autoptr (GError) error = NULL;
  Nature nature = good;
  GengaResumeReader *reader;

  nature.seeking = SEEKS_PAST;
  begin (self, nature);
  self->cannot_open = TRUE;
  reader = new_reader (self, last);
  assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_false (genga_resume_reader_restart (reader, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  genga_resume_reader_free (reader);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);
  GengaProgress *progress = genga_job_get_progress (self->job);
  Nature nature = good;
  GengaResumeReader *reader;

  nature.seeking = SEEKS_NOT;
  begin (self, nature);
  reader = new_reader (self, last);
  g_cancellable_cancel (genga_progress_get_cancellable (progress));
  assert_fails (reader, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  genga_resume_reader_free (reader);
}

/* A source that breaks off at any frame: it is an error there, and what came before is good. */
static void
test_breaks_off (Fixture *self, gconstpointer data)
{
  for (guint n = 0; n < N_FRAMES; n++)
    {
      Nature nature = good;
      GengaResumeReader *reader;
      gboolean has_changed;

      nature.fails_at = n;
      begin (self, nature);
      reader = new_reader (self, NULL);
      for (guint i = 0; i < n; i++)
        genga_frame_unref (genga_resume_reader_next (reader, &has_changed, NULL));
      assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INPUT);
      assert_count (reader, n);
      genga_resume_reader_free (reader);
    }
}

/* It ends early, and says that it was cut. */
static void
test_incomplete (Fixture *self, gconstpointer data)
{
  Nature nature = good;
  GengaResumeReader *reader;
  gboolean has_changed;

  nature.n_frames = 2;
  nature.is_incomplete = TRUE;
  begin (self, nature);
  reader = new_reader (self, NULL);
  for (guint i = 0; i < 2; i++)
    genga_frame_unref (genga_resume_reader_next (reader, &has_changed, NULL));
  assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INCOMPLETE);
  genga_resume_reader_free (reader);
}

/* Nothing is left to read: nothing is read. */
static void
test_done (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 3);
  g_autoptr (GError) error = NULL;

  last->is_last = TRUE;
  for (int by_entry = 0; by_entry < 2; by_entry++)
    {
      GengaResumeReader *reader =
          genga_resume_reader_new (&self->setup, !by_entry, by_entry ? last : NULL, SECONDS);
      gboolean has_changed = TRUE;

      begin (self, good);
      g_assert_null (genga_resume_reader_next (reader, &has_changed, &error));
      g_assert_no_error (error);
      g_assert_false (has_changed);
      g_assert_cmpuint (((FakeSource *)self->source)->next, ==, 0);
      genga_resume_reader_free (reader);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func)                                                                      \
  g_test_add ("/resume-reader/" name, Fixture, data, set_up, func, tear_down)
  ADD ("from-the-beginning", NULL, test_from_the_beginning);
  ADD ("marks", NULL, test_marks);
  ADD ("going-on/well", GINT_TO_POINTER (SEEKS_WELL), test_going_on);
  ADD ("going-on/late", GINT_TO_POINTER (SEEKS_LATE), test_going_on);
  ADD ("going-on/early", GINT_TO_POINTER (SEEKS_EARLY), test_going_on);
  ADD ("going-on/past", GINT_TO_POINTER (SEEKS_PAST), test_going_on);
  ADD ("going-on/not", GINT_TO_POINTER (SEEKS_NOT), test_going_on);
  ADD ("changed", NULL, test_changed);
  ADD ("changed-elsewhere", NULL, test_changed_elsewhere);
  ADD ("unreadable", NULL, test_unreadable);
  ADD ("gone", NULL, test_gone);
  ADD ("cancelled", NULL, test_cancelled);
  ADD ("breaks-off", NULL, test_breaks_off);
  ADD ("incomplete", NULL, test_incomplete);
  ADD ("done", NULL, test_done);
#undef ADD
  return g_test_run ();
}
