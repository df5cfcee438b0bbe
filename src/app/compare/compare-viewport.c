/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/compare-viewport.h"

#include <math.h>
#include <string.h>

/* Pieces that are kept: more than a view's worth are of places left behind. */
#define MAX_PATCHES 2048

struct _GengaCompareViewport
{
  GObject parent_instance;

  GengaCompareScene scene;
  double stretch_x, stretch_y;         /* of what is shown */
  int expected_width, expected_height; /* of the result; 0: not known */
  gboolean fit;
  gboolean is_peeking;
  gboolean has_lens;
  double lens_x, lens_y;
  GengaPreviewView visible; /* at the last signal */
};

G_DEFINE_FINAL_TYPE (GengaCompareViewport, genga_compare_viewport, G_TYPE_OBJECT)

enum
{
  PROP_SIDE_BY_SIDE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  VISIBLE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
emit_visible (GengaCompareViewport *self)
{
  GengaPreviewView visible;

  genga_compare_viewport_get_visible (self, &visible);
  if (memcmp (&visible, &self->visible, sizeof visible) == 0)
    return;
  self->visible = visible;
  g_signal_emit (self, signals[VISIBLE_CHANGED], 0);
}

static void
update (GengaCompareViewport *self)
{
  if (self->fit)
    self->scene.zoom = genga_compare_get_fit_zoom (&self->scene);
  genga_compare_keep_in_view (&self->scene);
  g_signal_emit (self, signals[CHANGED], 0);
  emit_visible (self);
}

const GengaCompareScene *
genga_compare_viewport_get_scene (GengaCompareViewport *self)
{
  return &self->scene;
}

gboolean
genga_compare_viewport_has_both (GengaCompareViewport *self)
{
  return self->scene.before != NULL && genga_compare_has_after (&self->scene);
}

gboolean
genga_compare_viewport_has_line (GengaCompareViewport *self)
{
  return genga_compare_viewport_has_both (self) && !self->scene.side_by_side;
}

/* ---- what is compared ---- */

void
genga_compare_viewport_set_stretch (GengaCompareViewport *self, double x, double y)
{
  self->stretch_x = x;
  self->stretch_y = y;
}

static int
stretch (int length, double factor)
{
  return lrint (length * factor);
}

/*
 * What is shown is another size, in its own pixels: zoom and place stay where they are, relative to
 * the picture.
 */
static void
set_result_size (GengaCompareViewport *self, int own_width, int own_height, gboolean is_same)
{
  GengaCompareScene *scene = &self->scene;
  int width = stretch (own_width, self->stretch_x);
  int height = stretch (own_height, self->stretch_y);

  if (width == scene->result_width && height == scene->result_height && is_same)
    return;

  if (is_same && scene->result_width > 0 && width > 0)
    scene->zoom *= (double)scene->result_width / width;
  else
    self->fit = TRUE;
  scene->result_width = width;
  scene->result_height = height;
}

static void
set_size_of (GengaCompareViewport *self,
             GengaPicture *before,
             GengaPicture *after,
             gboolean is_same)
{
  GengaPicture *shown = after != NULL ? after : before;

  if (after == NULL && before != NULL && self->expected_width > 0)
    set_result_size (self, self->expected_width, self->expected_height, is_same);
  else
    set_result_size (self, shown != NULL ? genga_picture_get_width (shown) : 0,
                     shown != NULL ? genga_picture_get_height (shown) : 0, is_same);
}

void
genga_compare_viewport_expect_result (GengaCompareViewport *self, int width, int height)
{
  GengaCompareScene *scene = &self->scene;

  if (self->expected_width == width && self->expected_height == height)
    return;
  self->expected_width = width;
  self->expected_height = height;
  if (scene->before == NULL || scene->after != NULL || scene->patches->len > 0)
    return;
  set_size_of (self, scene->before, NULL, TRUE);
  update (self);
}

void
genga_compare_viewport_set_pictures (GengaCompareViewport *self,
                                     GengaPicture *before,
                                     GengaPicture *after)
{
  GengaCompareScene *scene = &self->scene;
  gboolean is_same = before != NULL && before == scene->before;

  if (is_same && after == NULL && scene->after == NULL)
    return;
  g_set_object (&scene->before, before);
  g_set_object (&scene->after, after);
  scene->awaits_after = FALSE;
  g_array_set_size (scene->patches, 0);
  set_size_of (self, before, after, is_same);
  update (self);
}

static gboolean
have_same_size (GengaPicture *a, GengaPicture *b)
{
  return a != NULL && b != NULL && genga_picture_get_width (a) == genga_picture_get_width (b) &&
         genga_picture_get_height (a) == genga_picture_get_height (b);
}

void
genga_compare_viewport_set_frame (GengaCompareViewport *self,
                                  GengaPicture *before,
                                  GengaPicture *after,
                                  gboolean awaits_after)
{
  GengaCompareScene *scene = &self->scene;

  if (!have_same_size (before, scene->before))
    genga_compare_viewport_set_pictures (self, before, after);
  g_set_object (&scene->before, before);
  g_set_object (&scene->after, after);
  scene->awaits_after = awaits_after && before != NULL;
  g_array_set_size (scene->patches, 0);
  if (after != NULL)
    set_result_size (self, genga_picture_get_width (after), genga_picture_get_height (after), TRUE);
  update (self);
}

/* Neighbours stay neighbours. */
static GengaRect
stretch_rect (GengaCompareViewport *self, const GengaRect *rect)
{
  int left = stretch (rect->x, self->stretch_x);
  int top = stretch (rect->y, self->stretch_y);

  return (GengaRect){ left, top, stretch (rect->x + rect->width, self->stretch_x) - left,
                      stretch (rect->y + rect->height, self->stretch_y) - top };
}

void
genga_compare_viewport_add_patch (GengaCompareViewport *self,
                                  GengaPicture *picture,
                                  const GengaRect *rect,
                                  int result_width,
                                  int result_height,
                                  gboolean is_first)
{
  GengaCompareScene *scene = &self->scene;
  GengaComparePatch patch = { g_object_ref (picture), stretch_rect (self, rect) };

  g_clear_object (&scene->after);
  if (is_first || stretch (result_width, self->stretch_x) != scene->result_width)
    g_array_set_size (scene->patches, 0);
  for (guint i = scene->patches->len; i > 0; i--)
    if (genga_rect_contains (&patch.rect,
                             &g_array_index (scene->patches, GengaComparePatch, i - 1).rect))
      g_array_remove_index (scene->patches, i - 1);
  if (scene->patches->len == MAX_PATCHES)
    g_array_remove_index (scene->patches, 0);
  g_array_append_val (scene->patches, patch);
  set_result_size (self, result_width, result_height, TRUE);
  update (self);
}

void
genga_compare_viewport_drop_patches (GengaCompareViewport *self)
{
  g_array_set_size (self->scene.patches, 0);
  update (self);
}

/* ---- what is in view ---- */

void
genga_compare_viewport_set_size (GengaCompareViewport *self,
                                 int width,
                                 int height,
                                 int scale_factor)
{
  self->scene.width = width;
  self->scene.height = height;
  self->scene.scale_factor = scale_factor;
  update (self);
}

void
genga_compare_viewport_zoom_at (GengaCompareViewport *self, double zoom, double x, double y)
{
  int right = genga_compare_get_right_pane (&self->scene);

  if (right > 0 && x >= right)
    x -= right;
  self->fit = FALSE;
  genga_compare_zoom_at (&self->scene, zoom, x, y);
  update (self);
}

void
genga_compare_viewport_zoom (GengaCompareViewport *self, double zoom)
{
  genga_compare_viewport_zoom_at (self, zoom, genga_compare_get_pane_width (&self->scene) / 2.0,
                                  self->scene.height / 2.0);
}

void
genga_compare_viewport_zoom_to_fit (GengaCompareViewport *self)
{
  self->fit = TRUE;
  update (self);
}

void
genga_compare_viewport_move_to (GengaCompareViewport *self, double x, double y)
{
  self->scene.x = x;
  self->scene.y = y;
  update (self);
}

/* Along one axis: where a picture begins in a view whose middle shows `fraction` of it. */
static double
get_origin (double fraction, int result, int view, double zoom)
{
  return view / 2.0 - fraction * result * zoom;
}

static double
get_middle (double origin, int result, int view, double zoom)
{
  return (view / 2.0 - origin) / (result * zoom);
}

void
genga_compare_viewport_follow (GengaCompareViewport *self, GengaCompareViewport *leader)
{
  const GengaCompareScene *from = &leader->scene;
  GengaCompareScene *to = &self->scene;
  double zoom = from->zoom / from->scale_factor, x, y;

  if (from->result_width == 0 || to->result_width == 0)
    return;
  x = get_middle (from->x, from->result_width, from->width, zoom);
  y = get_middle (from->y, from->result_height, from->height, zoom);
  self->fit = leader->fit;
  to->zoom = from->zoom * from->result_width / to->result_width;
  zoom = to->zoom / to->scale_factor;
  to->x = get_origin (x, to->result_width, to->width, zoom);
  to->y = get_origin (y, to->result_height, to->height, zoom);
  self->is_peeking = leader->is_peeking;
  self->has_lens = leader->has_lens;
  self->lens_x = leader->lens_x;
  self->lens_y = leader->lens_y;
  update (self);
}

void
genga_compare_viewport_set_peeking (GengaCompareViewport *self, gboolean is_peeking)
{
  if (self->is_peeking == is_peeking)
    return;
  self->is_peeking = is_peeking;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
genga_compare_viewport_is_peeking (GengaCompareViewport *self)
{
  return self->is_peeking;
}

void
genga_compare_viewport_set_lens (GengaCompareViewport *self, double x, double y)
{
  self->has_lens = TRUE;
  self->lens_x = x;
  self->lens_y = y;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
genga_compare_viewport_drop_lens (GengaCompareViewport *self)
{
  if (!self->has_lens)
    return;
  self->has_lens = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
genga_compare_viewport_get_lens (GengaCompareViewport *self, double *x, double *y)
{
  *x = self->lens_x;
  *y = self->lens_y;
  return self->has_lens;
}

void
genga_compare_viewport_get_visible (GengaCompareViewport *self, GengaPreviewView *visible)
{
  genga_compare_get_visible (&self->scene, &visible->left, &visible->top, &visible->right,
                             &visible->bottom);
}

/* ---- the type ---- */

static void
genga_compare_viewport_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, GENGA_COMPARE_VIEWPORT (object)->scene.side_by_side);
}

static void
genga_compare_viewport_set_property (GObject *object,
                                     guint id,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  GengaCompareViewport *self = GENGA_COMPARE_VIEWPORT (object);

  if (self->scene.side_by_side == g_value_get_boolean (value))
    return;
  self->scene.side_by_side = g_value_get_boolean (value);
  update (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
genga_compare_viewport_finalize (GObject *object)
{
  GengaCompareViewport *self = GENGA_COMPARE_VIEWPORT (object);

  g_clear_object (&self->scene.before);
  g_clear_object (&self->scene.after);
  g_clear_pointer (&self->scene.patches, g_array_unref);

  G_OBJECT_CLASS (genga_compare_viewport_parent_class)->finalize (object);
}

static void
genga_compare_viewport_class_init (GengaCompareViewportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = genga_compare_viewport_get_property;
  object_class->set_property = genga_compare_viewport_set_property;
  object_class->finalize = genga_compare_viewport_finalize;

  properties[PROP_SIDE_BY_SIDE] =
      g_param_spec_boolean ("side-by-side", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", GENGA_TYPE_COMPARE_VIEWPORT, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[VISIBLE_CHANGED] = g_signal_new ("visible-changed", GENGA_TYPE_COMPARE_VIEWPORT,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
clear_patch (gpointer data)
{
  g_clear_object (&((GengaComparePatch *)data)->picture);
}

static void
genga_compare_viewport_init (GengaCompareViewport *self)
{
  self->scene.zoom = 1;
  self->scene.scale_factor = 1;
  self->scene.patches = g_array_new (FALSE, FALSE, sizeof (GengaComparePatch));
  g_array_set_clear_func (self->scene.patches, clear_patch);
  self->stretch_x = self->stretch_y = 1;
  self->fit = TRUE;
}

GengaCompareViewport *
genga_compare_viewport_new (void)
{
  return g_object_new (GENGA_TYPE_COMPARE_VIEWPORT, NULL);
}
