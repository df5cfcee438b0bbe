/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going on in a source that seeks well, badly or not at all, that has changed, or that ends. */
#include "core/error.h"
#include "job/export/resume-source.h"
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

/* What a source is like. */
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
  guint *n_rewound;
  gboolean *cannot_rewind;
} FakeSource;

typedef struct
{
  GengaSink parent;
  guint n_restarts;
} FakeSink;

typedef struct
{
  GengaProgress *progress;
  FakeSource *source; /* of the reader that is to be made, or was made last */
  FakeSink sink;
  guint n_rewound;
  gboolean cannot_rewind;
} Fixture;

/* What is tried: a source around the fake one, and the places that it notes. */
typedef struct
{
  GengaSource *source;
  GengaPlaces *places;
  FakeSink *sink;
} Reader;

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
  /* The beginning is found however it seeks: by opening anew. */
  if (wanted == 0)
    {
      *self->n_rewound += 1;
      if (*self->cannot_rewind)
        g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, "the source is gone");
      self->next = 0;
      return !*self->cannot_rewind;
    }
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

static gboolean
fake_restart (GengaSink *sink, GError **error)
{
  ((FakeSink *)sink)->n_restarts++;
  return TRUE;
}

/* ---- what most tests do ---- */

static const Nature good = { SEEKS_WELL, N_FRAMES, NOBODY, NOBODY, NOBODY, FALSE };

static void
begin (Fixture *self, Nature nature)
{
  static const GengaSourceClass klass = { fake_read, fake_seek, fake_check_complete, fake_get_count,
                                          fake_free };
  static const GengaSinkClass sink_class = { .restart = fake_restart };

  self->source = g_new0 (FakeSource, 1);
  self->source->parent.klass = &klass;
  self->source->parent.info = (GengaSourceInfo){
    .start_pts = START, .time_base_num = 1, .time_base_den = 1000, .n_frames = nature.n_frames
  };
  self->source->nature = nature;
  self->source->n_rewound = &self->n_rewound;
  self->source->cannot_rewind = &self->cannot_rewind;
  self->n_rewound = 0;
  self->sink = (FakeSink){ .parent = { .klass = &sink_class } };
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  self->progress = genga_progress_new (cancellable);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  genga_progress_unref (self->progress);
}

static Reader *
new_reader_of (Fixture *self, Nature nature, const GengaJournalEntry *last, gboolean is_done)
{
  Reader *reader = g_new0 (Reader, 1);
  GengaResumeSetup setup = {
    .sink = &self->sink.parent, .last = last, .is_done = is_done, .progress = self->progress
  };

  begin (self, nature);
  setup.places = reader->places = genga_places_new (&self->source->parent.info, SECONDS);
  reader->sink = &self->sink;
  reader->source = genga_resume_source_new (&self->source->parent, &setup);
  return reader;
}

static Reader *
new_reader (Fixture *self, Nature nature, const GengaJournalEntry *last)
{
  return new_reader_of (self, nature, last, FALSE);
}

static void
reader_free (Reader *self)
{
  genga_source_free (self->source);
  genga_places_free (self->places);
  g_free (self);
}

/* As a job reads: at the end it is asked whether that is all. */
static GengaFrame *
read_next (Reader *self, GError **error)
{
  GError *reason = NULL;
  GengaFrame *frame = genga_source_read (self->source, &reason);

  if (frame == NULL && reason == NULL)
    genga_source_check_complete (self->source, TRUE, &reason);
  if (reason != NULL)
    g_propagate_error (error, reason);
  return frame;
}

/* Reads to the end: frames from number `first` on, each as it was made. */
static void
assert_rest (Reader *reader, guint first)
{
  for (guint i = first; i <= N_FRAMES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaFrame) frame = read_next (reader, &error);

      g_assert_no_error (error);
      g_assert_cmpint (frame != NULL, ==, i < N_FRAMES);
      if (frame != NULL)
        {
          g_assert_cmpint (frame->pts, ==, START + STEP * i);
          g_assert_cmpuint (*(guint8 *)genga_frame_get_row (frame, 0, 1), ==, i);
        }
    }
}

static void
assert_count (Reader *reader, guint n_frames)
{
  GengaSourceCount count;

  genga_source_get_count (reader->source, &count);
  g_assert_cmpuint (count.n_frames, ==, n_frames);
  g_assert_cmpuint (count.n_damaged, ==, (n_frames + 3) / PER_SEGMENT);
}

/* As a journal has them: where segment `number` ends, in front of a mark. */
static GengaJournalEntry *
describe (Reader *reader, guint number)
{
  GengaJournalEntry *entry = g_new0 (GengaJournalEntry, 1);

  entry->first_frame = PER_SEGMENT * number;
  entry->segment = scratch_new_segment (PER_SEGMENT, 0, 0);
  genga_places_describe (reader->places, PER_SEGMENT * (number + 1), entry);
  return entry;
}

/* The entry of segment `number` by a run that nobody interrupted. */
static GengaJournalEntry *
make_entry (Fixture *self, guint number)
{
  Reader *reader;
  GengaJournalEntry *entry;

  reader = new_reader (self, good, NULL);
  assert_rest (reader, 0);
  entry = describe (reader, number);
  reader_free (reader);
  return entry;
}

static void
assert_fails (Reader *reader, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_next (reader, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpuint (reader->sink->n_restarts, ==, 0);
}

/* ---- tests ---- */

static void
test_from_the_beginning (Fixture *self, gconstpointer data)
{
  Reader *reader = new_reader (self, good, NULL);

  assert_rest (reader, 0);
  assert_count (reader, N_FRAMES);
  g_assert_cmpuint (self->n_rewound, ==, 0);
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
  reader_free (reader);
}

static void
test_marks (Fixture *self, gconstpointer data)
{
  Reader *reader = new_reader (self, good, NULL);

  g_assert_cmpint (genga_places_get_segment (reader->places, START), ==, 0);
  g_assert_cmpint (genga_places_get_segment (reader->places, START + 249), ==, 0);
  g_assert_cmpint (genga_places_get_segment (reader->places, START + 250), ==, 1);
  g_assert_cmpint (genga_places_get_segment (reader->places, START - 1), ==, -1);
  g_assert_cmpint (genga_places_get_segment (reader->places, START + 3600000), ==, 14400);
  reader_free (reader);
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
      Reader *reader;

      reader = new_reader (self, nature, last);
      assert_count (reader, first);
      assert_rest (reader, first);
      assert_count (reader, N_FRAMES);
      g_assert_cmpuint (self->n_rewound, ==, nature.seeking == SEEKS_WELL ? 0 : 1);
      for (guint i = number + 1; i < 4; i++)
        {
          g_autoptr (GengaJournalEntry) entry = describe (reader, i);
          g_autoptr (GengaJournalEntry) expected = make_entry (self, i);

          g_assert_cmpint (entry->next_pts, ==, expected->next_pts);
          g_assert_cmpstr (entry->next_print, ==, expected->next_print);
          g_assert_cmpuint (entry->n_damaged, ==, expected->n_damaged);
        }
      reader_free (reader);
    }
}

/* Another picture, another time, or an end before it: the sink begins anew, and so does reading. */
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
        g_autoptr (GengaFrame) frame = NULL;
        Reader *reader;

        natures[i].seeking = seeking;
        reader = new_reader (self, natures[i], last);
        frame = read_next (reader, &error);
        g_assert_no_error (error);
        g_assert_cmpint (frame->pts, ==, START);
        g_assert_cmpuint (self->sink.n_restarts, ==, 1);
        assert_count (reader, 1);
        self->source->nature = good;
        assert_rest (reader, 1);
        assert_count (reader, N_FRAMES);
        reader_free (reader);
      }
}

/* What changed elsewhere is not seen: only the frame where it goes on is looked at. */
static void
test_changed_elsewhere (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);
  Nature nature = good;
  Reader *reader;

  nature.changed = 3;
  nature.seeking = SEEKS_NOT;
  reader = new_reader (self, nature, last);
  assert_rest (reader, 2 * PER_SEGMENT);
  reader_free (reader);
}

/* An error on the way there says nothing about the source. */
static void
test_unreadable (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);

  for (guint n = 0; n <= 2 * PER_SEGMENT; n++)
    {
      Nature nature = good;
      Reader *reader;

      nature.seeking = SEEKS_NOT;
      nature.fails_at = n;
      reader = new_reader (self, nature, last);
      assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INPUT);
      reader_free (reader);
    }
}

static void
test_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);
  Nature nature = good;
  Reader *reader;

  nature.seeking = SEEKS_PAST;
  self->cannot_rewind = TRUE;
  reader = new_reader (self, nature, last);
  assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INPUT);
  reader_free (reader);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 1);
  Nature nature = good;
  Reader *reader;

  nature.seeking = SEEKS_NOT;
  reader = new_reader (self, nature, last);
  g_cancellable_cancel (genga_progress_get_cancellable (self->progress));
  assert_fails (reader, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  reader_free (reader);
}

/* A source that breaks off at any frame: it is an error there, and what came before is good. */
static void
test_breaks_off (Fixture *self, gconstpointer data)
{
  for (guint n = 0; n < N_FRAMES; n++)
    {
      Nature nature = good;
      Reader *reader;

      nature.fails_at = n;
      reader = new_reader (self, nature, NULL);
      for (guint i = 0; i < n; i++)
        genga_frame_unref (read_next (reader, NULL));
      assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INPUT);
      assert_count (reader, n);
      reader_free (reader);
    }
}

/* It ends early, and says that it was cut. */
static void
test_incomplete (Fixture *self, gconstpointer data)
{
  Nature nature = good;
  Reader *reader;

  nature.n_frames = 2;
  nature.is_incomplete = TRUE;
  reader = new_reader (self, nature, NULL);
  for (guint i = 0; i < 2; i++)
    genga_frame_unref (read_next (reader, NULL));
  assert_fails (reader, GENGA_ERROR, GENGA_ERROR_INCOMPLETE);
  reader_free (reader);
}

/* Nothing is left to read: nothing is read. */
static void
test_done (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaJournalEntry) last = make_entry (self, 3);
  g_autoptr (GError) error = NULL;

  for (int by_entry = 0; by_entry < 2; by_entry++)
    {
      Reader *reader = new_reader_of (self, good, by_entry ? last : NULL, TRUE);

      g_assert_null (read_next (reader, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (self->source->next, ==, 0);
      reader_free (reader);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func)                                                                      \
  g_test_add ("/resume-source/" name, Fixture, data, set_up, func, tear_down)
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
