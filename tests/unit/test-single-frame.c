/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One frame of a video that is made up: at a place, by seeking or reading on, or a telling one. */
#include "core/error.h"
#include "media/single-frame.h"

#define N_FRAMES 1000
#define STEP 100 /* a frame's time, in milliseconds */
#define START 5000

typedef struct
{
  GengaSource parent;
  guint n_frames;
  guint bright; /* the first frame that is not dark */
  guint late;   /* frames that seeking goes too far, as long as there are any */
  guint fails_at;
  gboolean was_exact;
  guint next;
  guint *n_seeks;
} FakeSource;

typedef struct
{
  guint n_seeks;
  FakeSource *fake;
  GengaSource *source;
} Fixture;

static GengaFrame *
fake_read (GengaSource *source, GError **error)
{
  FakeSource *self = (FakeSource *)source;
  GengaFrameInfo info = {
    .width = 1, .height = 1, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_GREY
  };
  GengaFrame *frame;

  if (self->next >= self->n_frames)
    return NULL;
  if (self->next == self->fails_at)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, "a frame cannot be read");
      return NULL;
    }
  frame = genga_frame_new (&info, error);
  g_assert_nonnull (frame);
  *frame->planes[0] = self->next >= self->bright ? 200 : 5;
  frame->pts = START + STEP * self->next;
  frame->duration = STEP;
  self->next++;
  return frame;
}

static gboolean
fake_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  FakeSource *self = (FakeSource *)source;
  gint64 wanted = (pts - START + STEP - 1) / STEP;

  *self->n_seeks += 1;
  self->was_exact = exact;
  self->next = wanted == 0 ? 0 : MIN (self->n_frames, wanted + self->late);
  return TRUE;
}

static void
fake_get_count (GengaSource *source, GengaSourceCount *count)
{
  *count = (GengaSourceCount){ 0 };
}

static void
fake_free (GengaSource *source)
{
  g_free (source);
}

static double
measure (const GengaFrame *frame)
{
  return *frame->planes[0] / 255.;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static const GengaSourceClass klass = {
    .read = fake_read, .seek = fake_seek, .get_count = fake_get_count, .free = fake_free
  };
  FakeSource *fake = self->fake = g_new0 (FakeSource, 1);

  fake->parent.klass = &klass;
  fake->parent.info = (GengaSourceInfo){ .start_pts = START,
                                         .time_base_num = 1,
                                         .time_base_den = 1000,
                                         .rate_num = 10,
                                         .rate_den = 1,
                                         .seconds = N_FRAMES / 10. };
  fake->n_frames = N_FRAMES;
  fake->fails_at = G_MAXUINT;
  fake->n_seeks = &self->n_seeks;
  self->source = genga_single_frame_new (&fake->parent, measure);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  genga_source_free (self->source);
}

/* It is this one, and the only one. */
static void
assert_frame (Fixture *self, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrame) frame = genga_source_read (self->source, &error);
  GengaSourceCount count;

  g_assert_no_error (error);
  g_assert_cmpint (frame->pts, ==, START + STEP * (gint64)number);
  g_assert_cmpfloat_with_epsilon (genga_single_frame_get_seconds (self->source), number / 10.,
                                  1e-9);
  genga_source_get_count (self->source, &count);
  g_assert_cmpuint (count.n_frames, ==, 1);
  g_assert_null (genga_source_read (self->source, &error));
  g_assert_no_error (error);
}

static void
assert_fails (Fixture *self, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_source_read (self->source, &error));
  g_assert_error (error, domain, code);
}

static void
test_first (Fixture *self, gconstpointer data)
{
  assert_frame (self, 0);
  g_assert_cmpuint (self->n_seeks, ==, 0);
  g_assert_cmpfloat (self->source->info.seconds, ==, N_FRAMES / 10.);
}

/* Within half a frame it is the nearest, beyond that the one behind. */
static void
test_place (Fixture *self, gconstpointer data)
{
  static const struct
  {
    double seconds;
    guint number;
  } places[] = { { 42, 420 }, { 42.04, 420 }, { 42.06, 421 }, { 7.32, 73 }, { 0, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      genga_single_frame_choose (self->source, places[i].seconds, NULL);
      assert_frame (self, places[i].number);
      g_assert_false (self->fake->was_exact);
    }
}

/* The frames that follow are reached by reading on, and no others. */
static void
test_near (Fixture *self, gconstpointer data)
{
  genga_single_frame_choose (self->source, 42, NULL);
  assert_frame (self, 420);
  genga_single_frame_choose (self->source, 42.1, NULL);
  assert_frame (self, 421);
  genga_single_frame_choose (self->source, 43.5, NULL);
  assert_frame (self, 435);
  g_assert_cmpuint (self->n_seeks, ==, 1);
  genga_single_frame_choose (self->source, 43.4, NULL);
  assert_frame (self, 434);
  genga_single_frame_choose (self->source, 50, NULL);
  assert_frame (self, 500);
  g_assert_cmpuint (self->n_seeks, ==, 3);
}

static void
test_seek (Fixture *self, gconstpointer data)
{
  for (int exact = 0; exact < 2; exact++)
    {
      g_assert_true (genga_source_seek (self->source, START + 33 * STEP + 1, exact, NULL));
      assert_frame (self, 34);
      g_assert_true (self->fake->was_exact == exact);
      self->fake->was_exact = FALSE;
      g_assert_true (genga_source_seek (self->source, START + 77 * STEP, exact, NULL));
      assert_frame (self, 77);
      g_assert_true (self->fake->was_exact == exact);
    }
}

/* Past what there is, whatever the header said, and however badly it seeks: the last one. */
static void
test_last (Fixture *self, gconstpointer data)
{
  genga_single_frame_choose (self->source, 4000, NULL);
  assert_frame (self, N_FRAMES - 1);
  self->fake->n_frames = 3;
  genga_single_frame_choose (self->source, 90, NULL);
  assert_frame (self, 2);
  self->fake->late = 20;
  genga_single_frame_choose (self->source, 60, NULL);
  assert_frame (self, 2);
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  self->fake->n_frames = 0;
  assert_fails (self, GENGA_ERROR, GENGA_ERROR_INPUT);
}

/* The first of three places where it is not dark; in the dark the last of them. */
static void
test_telling (Fixture *self, gconstpointer data)
{
  static const struct
  {
    guint bright;
    guint number;
  } videos[] = { { 0, 50 }, { 50, 50 }, { 51, 200 }, { 201, 500 }, { N_FRAMES, 500 } };

  for (guint i = 0; i < G_N_ELEMENTS (videos); i++)
    {
      self->fake->bright = videos[i].bright;
      genga_single_frame_choose (self->source, GENGA_SINGLE_FRAME_TELLING, NULL);
      assert_frame (self, videos[i].number);
    }
}

/* An end comes back as it was, and what is chosen next is found. */
static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  genga_single_frame_choose (self->source, 42, cancellable);
  assert_fails (self, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  genga_single_frame_choose (self->source, 42, NULL);
  assert_frame (self, 420);
}

static void
test_unreadable (Fixture *self, gconstpointer data)
{
  self->fake->fails_at = 420;
  genga_single_frame_choose (self->source, 42, NULL);
  assert_fails (self, GENGA_ERROR, GENGA_ERROR_INPUT);
  genga_single_frame_choose (self->source, 42.1, NULL);
  assert_frame (self, 421);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/single-frame/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("first", test_first);
  ADD ("place", test_place);
  ADD ("near", test_near);
  ADD ("seek", test_seek);
  ADD ("last", test_last);
  ADD ("nothing", test_nothing);
  ADD ("telling", test_telling);
  ADD ("cancelled", test_cancelled);
  ADD ("unreadable", test_unreadable);
#undef ADD
  return g_test_run ();
}
