/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/trim-bar.h"
#include "app/labels.h"
#include "app/preview/film-strip.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define HEIGHT 44
#define HANDLE_WIDTH 8
#define LINE_WIDTH 2
/* How near to a handle the pointer takes hold of it. */
#define GRAB_PIXELS 12
#define PAGE_SECONDS 5.0

/* Of videos that do not say theirs. */
#define USUAL_FRAME (1 / 24.0)

enum
{
  FROM,
  TO,
  N_HANDLES
};

struct _GengaTrimBar
{
  GtkWidget parent_instance;

  GengaOptions *options; /* NULL: there is nothing to change */
  GengaFilmStrip *film;
  double frame;       /* seconds */
  double length;      /* of the video; 0: there is none */
  double seconds;     /* of the frame that is looked at */
  gboolean is_set_up; /* the user has no hand in what changes */
  int held;           /* the handle that is dragged, or -1 */
  double held_x;      /* where it was */

  GtkAdjustment *places[N_HANDLES]; /* seconds */
  GtkWidget *handles[N_HANDLES];    /* GtkScale: they are heard and take keys, and are not drawn */
};

G_DEFINE_FINAL_TYPE (GengaTrimBar, genga_trim_bar, GTK_TYPE_WIDGET)

static guint moved_signal;

static const GengaOption options_of[N_HANDLES] = {
  [FROM] = GENGA_OPTION_FROM,
  [TO] = GENGA_OPTION_TO,
};

/* ---- seconds and pixels ---- */

static double
get_x (GengaTrimBar *self, double seconds)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * HANDLE_WIDTH;

  return HANDLE_WIDTH + (self->length > 0 ? width * seconds / self->length : 0);
}

static double
get_seconds (GengaTrimBar *self, double x)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * HANDLE_WIDTH;

  return CLAMP ((x - HANDLE_WIDTH) / MAX (1, width), 0, 1) * self->length;
}

static double
get_place (GengaTrimBar *self, int handle)
{
  return gtk_adjustment_get_value (self->places[handle]);
}

/* ---- options ---- */

/* As people write it, to the thousandth of a second. */
static char *
dup_time (double seconds)
{
  const guint64 thousandths = seconds * 1000 + 0.5;
  const guint whole = thousandths / 1000;

  if (whole >= 3600)
    return g_strdup_printf ("%u:%02u:%02u.%03u", whole / 3600, whole / 60 % 60, whole % 60,
                            (guint)(thousandths % 1000));
  return g_strdup_printf ("%u:%02u.%03u", whole / 60, whole % 60, (guint)(thousandths % 1000));
}

static void
show_place (GengaTrimBar *self, int handle)
{
  g_autofree char *text = genga_label_dup_position (get_place (self, handle));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->handles[handle]),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_place (GengaTrimBar *self, int handle, double seconds)
{
  self->is_set_up = TRUE;
  gtk_adjustment_set_value (self->places[handle], seconds);
  self->is_set_up = FALSE;
  show_place (self, handle);
}

/* Where the options have it; an end that they do not name is the video's. */
static void
follow_options (GengaTrimBar *self)
{
  for (int i = 0; i < N_HANDLES; i++)
    {
      const char *text =
          self->options != NULL ? genga_options_get_string (self->options, options_of[i]) : NULL;
      double seconds = i == FROM ? 0 : self->length;

      if (text != NULL)
        genga_options_parse_time (text, &seconds);
      set_place (self, i, CLAMP (seconds, 0, self->length));
    }
}

/* An end of the part lies between two frames, and there is at least one in it. */
static void
on_place_changed (GengaTrimBar *self, int handle)
{
  const gboolean is_from = handle == FROM;
  double seconds = rint (get_place (self, handle) / self->frame) * self->frame;
  g_autofree char *text = NULL;

  if (self->is_set_up || self->options == NULL)
    return;
  if (is_from)
    seconds = MAX (0, MIN (seconds, get_place (self, TO) - self->frame));
  else
    seconds = MIN (self->length, MAX (seconds, get_place (self, FROM) + self->frame));
  set_place (self, handle, seconds);
  if (is_from ? seconds >= self->frame / 2 : seconds <= self->length - self->frame / 2)
    text = dup_time (seconds);
  genga_options_set_string (self->options, options_of[handle], text);
}

static void
on_from_changed (GengaTrimBar *self)
{
  on_place_changed (self, FROM);
}

static void
on_to_changed (GengaTrimBar *self)
{
  on_place_changed (self, TO);
}

static void
update_handles (GengaTrimBar *self)
{
  for (int i = 0; i < N_HANDLES; i++)
    gtk_widget_set_visible (self->handles[i], self->options != NULL);
  follow_options (self);
}

void
genga_trim_bar_set_options (GengaTrimBar *self, GengaOptions *options)
{
  if (self->options == options)
    return;
  if (self->options != NULL)
    g_signal_handlers_disconnect_by_data (self->options, self);
  g_set_object (&self->options, options);
  for (int i = 0; options != NULL && i < N_HANDLES; i++)
    {
      g_autofree char *signal =
          g_strconcat ("notify::", genga_option_get_info (options_of[i])->name, NULL);

      g_signal_connect_object (options, signal, G_CALLBACK (follow_options), self,
                               G_CONNECT_SWAPPED);
    }
  update_handles (self);
}

void
genga_trim_bar_set_video (GengaTrimBar *self, const char *path, const GengaSourceInfo *info)
{
  const gboolean is_there = path != NULL && info != NULL && info->seconds > 0;

  self->length = is_there ? info->seconds : 0;
  self->frame =
      is_there && info->rate_num > 0 ? (double)info->rate_den / info->rate_num : USUAL_FRAME;
  gtk_widget_set_visible (GTK_WIDGET (self), self->length > 2 * self->frame);
  genga_film_strip_set_video (self->film, is_there ? path : NULL, self->length);
  self->is_set_up = TRUE;
  for (int i = 0; i < N_HANDLES; i++)
    gtk_adjustment_configure (self->places[i], get_place (self, i), 0, self->length, self->frame,
                              MIN (PAGE_SECONDS, self->length / 4), 0);
  self->is_set_up = FALSE;
  follow_options (self);
}

void
genga_trim_bar_set_seconds (GengaTrimBar *self, double seconds)
{
  self->seconds = seconds;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- the pointer ---- */

static int
find_handle (GengaTrimBar *self, double x)
{
  double distances[N_HANDLES];

  for (int i = 0; i < N_HANDLES; i++)
    distances[i] = fabs (get_x (self, get_place (self, i)) - x);
  if (self->options == NULL || MIN (distances[FROM], distances[TO]) > GRAB_PIXELS)
    return -1;
  if (distances[FROM] == distances[TO])
    return x < get_x (self, get_place (self, FROM)) ? FROM : TO;
  return distances[FROM] < distances[TO] ? FROM : TO;
}

static void
on_motion (GengaTrimBar *self, double x)
{
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   find_handle (self, x) >= 0 ? "col-resize" : NULL);
}

static void
on_drag_begin (GengaTrimBar *self, double x)
{
  self->held = find_handle (self, x);
  if (self->held < 0)
    {
      g_signal_emit (self, moved_signal, 0, get_seconds (self, x));
      return;
    }
  self->held_x = get_x (self, get_place (self, self->held));
  gtk_widget_grab_focus (self->handles[self->held]);
}

static void
on_drag_update (GengaTrimBar *self, double dx)
{
  if (self->held >= 0)
    gtk_adjustment_set_value (self->places[self->held], get_seconds (self, self->held_x + dx));
}

/* ---- drawing ---- */

static void
draw_frames (GengaTrimBar *self, GtkSnapshot *snapshot, int height)
{
  const double left = get_x (self, 0), right = get_x (self, self->length);
  const double width = (right - left) / GENGA_FILM_STRIP_FRAMES;

  for (guint i = 0; i < GENGA_FILM_STRIP_FRAMES; i++)
    {
      GdkTexture *texture = genga_film_strip_get (self->film, i);
      graphene_rect_t cell = GRAPHENE_RECT_INIT (left + i * width, 0, width, height);
      graphene_rect_t whole;
      double scale, wide, high;

      if (texture == NULL)
        continue;
      scale = MAX (width / gdk_texture_get_width (texture),
                   (double)height / gdk_texture_get_height (texture));
      wide = scale * gdk_texture_get_width (texture);
      high = scale * gdk_texture_get_height (texture);
      graphene_rect_init (&whole, left + i * width + (width - wide) / 2, (height - high) / 2, wide,
                          high);
      gtk_snapshot_push_clip (snapshot, &cell);
      gtk_snapshot_append_texture (snapshot, texture, &whole);
      gtk_snapshot_pop (snapshot);
    }
}

static void
draw_box (GtkSnapshot *snapshot, const GdkRGBA *colour, double left, double right, int height)
{
  gtk_snapshot_append_color (snapshot, colour,
                             &GRAPHENE_RECT_INIT (left, 0, MAX (0, right - left), height));
}

static void
draw_handle (GengaTrimBar *self, GtkSnapshot *snapshot, int handle, int height)
{
  const double x = get_x (self, get_place (self, handle));
  const double left = handle == FROM ? x - HANDLE_WIDTH : x;
  const GdkRGBA grip = { 1, 1, 1, 1 };
  GdkRGBA colour = { 0.21, 0.52, 0.89, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                  "accent_bg_color", &colour);
  draw_box (snapshot, &colour, left, left + HANDLE_WIDTH, height);
  /* Who has the focus by the keyboard sees which one it is. */
  if (gtk_widget_has_visible_focus (self->handles[handle]))
    draw_box (snapshot, &grip, left + 2, left + HANDLE_WIDTH - 2, height);
  else
    gtk_snapshot_append_color (snapshot, &grip,
                               &GRAPHENE_RECT_INIT (left + 3, height / 3, 2, height / 3));
}

static void
genga_trim_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GengaTrimBar *self = GENGA_TRIM_BAR (widget);
  const int height = gtk_widget_get_height (widget);
  const GdkRGBA shade = { 0, 0, 0, 0.6 }, line = { 1, 1, 1, 0.9 }, edge = { 0, 0, 0, 0.5 };
  const double now = get_x (self, self->seconds);

  draw_frames (self, snapshot, height);
  if (self->options != NULL)
    {
      draw_box (snapshot, &shade, get_x (self, 0), get_x (self, get_place (self, FROM)), height);
      draw_box (snapshot, &shade, get_x (self, get_place (self, TO)), get_x (self, self->length),
                height);
    }
  draw_box (snapshot, &edge, now - LINE_WIDTH, now + LINE_WIDTH, height);
  draw_box (snapshot, &line, now - LINE_WIDTH / 2, now + LINE_WIDTH / 2, height);
  for (int i = 0; self->options != NULL && i < N_HANDLES; i++)
    draw_handle (self, snapshot, i, height);
}

static void
genga_trim_bar_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  GengaTrimBar *self = GENGA_TRIM_BAR (widget);
  int least, usual;

  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 8 * HANDLE_WIDTH;
  for (int i = 0; i < N_HANDLES; i++)
    {
      gtk_widget_measure (self->handles[i], orientation, -1, &least, &usual, NULL, NULL);
      *minimum = MAX (*minimum, least);
      *natural = MAX (*natural, least);
    }
}

static void
genga_trim_bar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GengaTrimBar *self = GENGA_TRIM_BAR (widget);

  for (int i = 0; i < N_HANDLES; i++)
    gtk_widget_size_allocate (self->handles[i], &(GtkAllocation){ 0, 0, width, height }, -1);
}

/* ---- the type ---- */

static void
genga_trim_bar_dispose (GObject *object)
{
  GengaTrimBar *self = GENGA_TRIM_BAR (object);

  if (self->options != NULL)
    g_signal_handlers_disconnect_by_data (self->options, self);
  g_clear_object (&self->options);
  g_clear_object (&self->film);
  for (int i = 0; i < N_HANDLES; i++)
    g_clear_pointer (&self->handles[i], gtk_widget_unparent);

  G_OBJECT_CLASS (genga_trim_bar_parent_class)->dispose (object);
}

static void
genga_trim_bar_class_init (GengaTrimBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_trim_bar_dispose;
  widget_class->snapshot = genga_trim_bar_snapshot;
  widget_class->measure = genga_trim_bar_measure;
  widget_class->size_allocate = genga_trim_bar_size_allocate;

  gtk_widget_class_set_css_name (widget_class, "trimbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  moved_signal = g_signal_new ("moved", GENGA_TYPE_TRIM_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
add_pointer (GengaTrimBar *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

static void
genga_trim_bar_init (GengaTrimBar *self)
{
  const char *const names[] = { [FROM] = _ ("Start of the Part"), [TO] = _ ("End of the Part") };
  void (*const followers[]) (GengaTrimBar *) = { [FROM] = on_from_changed, [TO] = on_to_changed };

  self->frame = USUAL_FRAME;
  self->held = -1;
  self->film = genga_film_strip_new ();
  g_signal_connect_object (self->film, "changed", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  for (int i = 0; i < N_HANDLES; i++)
    {
      self->places[i] = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
      self->handles[i] = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, self->places[i]);
      gtk_widget_set_parent (self->handles[i], GTK_WIDGET (self));
      gtk_widget_set_can_target (self->handles[i], FALSE);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->handles[i]),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, names[i], -1);
      g_signal_connect_object (self->places[i], "value-changed", G_CALLBACK (followers[i]), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->handles[i], "notify::has-focus",
                               G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
    }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _ ("Drag the ends to use a part of the video only."));
  add_pointer (self);
  update_handles (self);
}
