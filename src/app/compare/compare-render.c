/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/compare-render.h"

#include <math.h>

#define MIN_ZOOM (1 / 64.0)
#define LENS_ZOOM 4
#define LENS_RADIUS 110 /* logical pixels */
#define LENS_RIM 2
#define MAX_ZOOM 8.0
#define CHECK 16
#define GAP 2 /* between pictures side by side */

/* A picture's place in device pixels of the view, and the part of it that is drawn. */
typedef struct
{
  double x, y;             /* the picture's corner */
  double scale_x, scale_y; /* device pixels per pixel of the picture */
  int left, top, right, bottom;
  double unit; /* logical pixels per device pixel */
} Place;

static void
append (GtkSnapshot *snapshot,
        const Place *place,
        GdkTexture *texture,
        int left,
        int top,
        int right,
        int bottom)
{
  graphene_rect_t bounds =
      GRAPHENE_RECT_INIT (left * place->unit, top * place->unit, (right - left) * place->unit,
                          (bottom - top) * place->unit);

  if (right > left && bottom > top)
    gtk_snapshot_append_texture (snapshot, texture, &bounds);
}

/* The coarsest level that still has a pixel for each device pixel. */
static guint
choose_level (GengaPicture *picture, const Place *place)
{
  double scale = MAX (place->scale_x, place->scale_y);
  guint level = 0;

  while (level + 1 < genga_picture_get_n_levels (picture) && scale * (2 << level) <= 1)
    level++;
  return level;
}

static void
draw_tiles (GtkSnapshot *snapshot, GengaPicture *picture, const Place *place)
{
  guint level = choose_level (picture, place);
  double full_width = genga_picture_get_width (picture) * place->scale_x;
  double full_height = genga_picture_get_height (picture) * place->scale_y;
  int width, height;

  genga_picture_get_level_size (picture, level, &width, &height);
  for (int y = 0; y < height; y += GENGA_PICTURE_TILE)
    for (int x = 0; x < width; x += GENGA_PICTURE_TILE)
      {
        /* Edges on device pixels leave no seams between tiles. */
        int left = lrint (place->x + full_width * x / width);
        int top = lrint (place->y + full_height * y / height);
        int right = lrint (place->x + full_width * MIN (x + GENGA_PICTURE_TILE, width) / width);
        int bottom = lrint (place->y + full_height * MIN (y + GENGA_PICTURE_TILE, height) / height);

        if (right > place->left && left < place->right && bottom > place->top &&
            top < place->bottom)
          append (snapshot, place,
                  genga_picture_get_tile (picture, level, x / GENGA_PICTURE_TILE,
                                          y / GENGA_PICTURE_TILE),
                  left, top, right, bottom);
      }
}

/* GTK 4.8 knows no way to enlarge but smoothly, so what is seen is enlarged here. */
static void
draw_squares (GtkSnapshot *snapshot, GengaPicture *picture, const Place *place)
{
  int n = place->right - place->left, n_rows = place->bottom - place->top;
  g_autofree int *columns = g_new (int, n);
  gsize stride = n * sizeof (guint32);
  guint32 *pixels = g_malloc (stride * n_rows);
  int last = -1;

  for (int i = 0; i < n; i++)
    columns[i] = CLAMP ((place->left + i + 0.5 - place->x) / place->scale_x, 0,
                        genga_picture_get_width (picture) - 1);
  for (int i = 0; i < n_rows; i++)
    {
      int y = CLAMP ((place->top + i + 0.5 - place->y) / place->scale_y, 0,
                     genga_picture_get_height (picture) - 1);
      if (y == last)
        memcpy (pixels + (gsize)i * n, pixels + (gsize)(i - 1) * n, stride);
      else
        genga_picture_copy_pixels (picture, y, columns, n, pixels + (gsize)i * n);
      last = y;
    }

  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, stride * n_rows);
  g_autoptr (GdkTexture) texture =
      gdk_memory_texture_new (n, n_rows, GDK_MEMORY_DEFAULT, bytes, stride);
  append (snapshot, place, texture, place->left, place->top, place->right, place->bottom);
}

static void
draw_checkerboard (GtkSnapshot *snapshot, const graphene_rect_t *bounds)
{
  static const GdkRGBA dark = { 170 / 255.0, 170 / 255.0, 170 / 255.0, 1 };
  static const GdkRGBA light = { 200 / 255.0, 200 / 255.0, 200 / 255.0, 1 };
  graphene_rect_t cell = GRAPHENE_RECT_INIT (0, 0, 2 * CHECK, 2 * CHECK);

  gtk_snapshot_push_repeat (snapshot, bounds, &cell);
  gtk_snapshot_append_color (snapshot, &light, &cell);
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (0, 0, CHECK, CHECK));
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (CHECK, CHECK, CHECK, CHECK));
  gtk_snapshot_pop (snapshot);
}

/* Draws what of the picture, which lies at `rect` of the result, is between two lines, in logical
 * pixels. */
static void
draw_picture (GtkSnapshot *snapshot,
              const GengaCompareScene *scene,
              GengaPicture *picture,
              const GengaRect *rect,
              double from,
              double to)
{
  int factor = scene->scale_factor;
  double width = rect->width * scene->zoom;
  double height = rect->height * scene->zoom;
  Place place = {
    .x = rint (scene->x * factor) + rect->x * scene->zoom,
    .y = rint (scene->y * factor) + rect->y * scene->zoom,
    .scale_x = width / genga_picture_get_width (picture),
    .scale_y = height / genga_picture_get_height (picture),
    .unit = 1.0 / factor,
  };

  place.left = MAX (lrint (from * factor), lrint (place.x));
  place.right = MIN (lrint (to * factor), lrint (place.x + width));
  place.top = MAX (0, lrint (place.y));
  place.bottom = MIN ((long)scene->height * factor, lrint (place.y + height));
  if (place.left >= place.right || place.top >= place.bottom)
    return;

  graphene_rect_t clip = GRAPHENE_RECT_INIT (place.left * place.unit, place.top * place.unit,
                                             (place.right - place.left) * place.unit,
                                             (place.bottom - place.top) * place.unit);
  gtk_snapshot_push_clip (snapshot, &clip);
  if (genga_picture_has_alpha (picture))
    draw_checkerboard (snapshot, &clip);
  if (place.scale_x > 1 || place.scale_y > 1)
    draw_squares (snapshot, picture, &place);
  else
    draw_tiles (snapshot, picture, &place);
  gtk_snapshot_pop (snapshot);
}

static GengaRect
get_whole (const GengaCompareScene *scene)
{
  return (GengaRect){ 0, 0, scene->result_width, scene->result_height };
}

static void
draw_before (GtkSnapshot *snapshot, const GengaCompareScene *scene, double from, double to)
{
  GengaRect whole = get_whole (scene);

  if (scene->before != NULL)
    draw_picture (snapshot, scene, scene->before, &whole, from, to);
}

static void
draw_after (GtkSnapshot *snapshot, const GengaCompareScene *scene, double from, double to)
{
  GengaRect whole = get_whole (scene);

  if (scene->after != NULL)
    {
      draw_picture (snapshot, scene, scene->after, &whole, from, to);
      return;
    }
  draw_before (snapshot, scene, from, to);
  for (guint i = 0; scene->patches != NULL && i < scene->patches->len; i++)
    {
      const GengaComparePatch *patch = &g_array_index (scene->patches, GengaComparePatch, i);
      draw_picture (snapshot, scene, patch->picture, &patch->rect, from, to);
    }
}

static void
draw_line (GtkSnapshot *snapshot, const GengaCompareScene *scene)
{
  static const GdkRGBA shadow = { 0, 0, 0, 0.4 };
  static const GdkRGBA white = { 1, 1, 1, 1 };

  gtk_snapshot_append_color (snapshot, &shadow,
                             &GRAPHENE_RECT_INIT (scene->split - 2, 0, 4, scene->height));
  gtk_snapshot_append_color (snapshot, &white,
                             &GRAPHENE_RECT_INIT (scene->split - 1, 0, 2, scene->height));
}

gboolean
genga_compare_has_after (const GengaCompareScene *scene)
{
  return scene->after != NULL || scene->awaits_after ||
         (scene->patches != NULL && scene->patches->len > 0);
}

static gboolean
is_in_panes (const GengaCompareScene *scene)
{
  return scene->side_by_side && scene->before != NULL && genga_compare_has_after (scene);
}

int
genga_compare_get_pane_width (const GengaCompareScene *scene)
{
  return is_in_panes (scene) ? MAX (1, (scene->width - GAP) / 2) : scene->width;
}

int
genga_compare_get_right_pane (const GengaCompareScene *scene)
{
  return is_in_panes (scene) ? scene->width - genga_compare_get_pane_width (scene) : 0;
}

static void
draw_panes (GtkSnapshot *snapshot, const GengaCompareScene *scene)
{
  int width = genga_compare_get_pane_width (scene);

  draw_before (snapshot, scene, 0, width);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (genga_compare_get_right_pane (scene), 0));
  draw_after (snapshot, scene, 0, width);
  gtk_snapshot_restore (snapshot);
}

static void
draw_split (GtkSnapshot *snapshot, const GengaCompareScene *scene)
{
  double split = CLAMP (scene->split, 0, scene->width);

  draw_before (snapshot, scene, 0, split);
  draw_after (snapshot, scene, scene->before != NULL ? split : 0, scene->width);
  if (scene->before != NULL)
    draw_line (snapshot, scene);
}

GskRenderNode *
genga_compare_render (const GengaCompareScene *scene)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  if (!genga_compare_has_after (scene))
    draw_before (snapshot, scene, 0, scene->width);
  else if (is_in_panes (scene))
    draw_panes (snapshot, scene);
  else
    draw_split (snapshot, scene);
  return gtk_snapshot_free_to_node (snapshot);
}

void
genga_compare_get_visible (
    const GengaCompareScene *scene, double *left, double *top, double *right, double *bottom)
{
  double scale = scene->zoom / scene->scale_factor;
  double width = MAX (1, scene->result_width) * scale;
  double height = MAX (1, scene->result_height) * scale;

  *left = CLAMP (-scene->x / width, 0, 1);
  *top = CLAMP (-scene->y / height, 0, 1);
  *right = CLAMP ((genga_compare_get_pane_width (scene) - scene->x) / width, 0, 1);
  *bottom = CLAMP ((scene->height - scene->y) / height, 0, 1);
}

double
genga_compare_get_fit_zoom (const GengaCompareScene *scene)
{
  double width = genga_compare_get_pane_width (scene);
  double zoom_x = width * scene->scale_factor / MAX (1, scene->result_width);
  double zoom_y = (double)scene->height * scene->scale_factor / MAX (1, scene->result_height);

  return CLAMP (MIN (zoom_x, zoom_y), MIN_ZOOM, 1);
}

static double
keep (double position, double size, double room)
{
  if (size <= room)
    return (room - size) / 2;
  return CLAMP (position, room - size, 0);
}

void
genga_compare_keep_in_view (GengaCompareScene *scene)
{
  double scale = scene->zoom / scene->scale_factor;

  scene->x = keep (scene->x, scene->result_width * scale, genga_compare_get_pane_width (scene));
  scene->y = keep (scene->y, scene->result_height * scale, scene->height);
}

void
genga_compare_zoom_at (GengaCompareScene *scene, double zoom, double x, double y)
{
  double ratio;

  zoom = CLAMP (zoom, MIN_ZOOM, MAX_ZOOM);
  ratio = zoom / scene->zoom;
  scene->x = x - (x - scene->x) * ratio;
  scene->y = y - (y - scene->y) * ratio;
  scene->zoom = zoom;
  genga_compare_keep_in_view (scene);
}

/* ---- the lens ---- */

static GskRenderNode *
dup_round (GskRenderNode *content, double x, double y)
{
  const GdkRGBA rim = { 1, 1, 1, 0.9f }, rims[] = { rim, rim, rim, rim };
  const float widths[] = { LENS_RIM, LENS_RIM, LENS_RIM, LENS_RIM };
  const graphene_rect_t rect = GRAPHENE_RECT_INIT (
      (float)(x - LENS_RADIUS), (float)(y - LENS_RADIUS), 2 * LENS_RADIUS, 2 * LENS_RADIUS);
  GskRoundedRect circle;
  GskRenderNode *parts[2], *node;

  gsk_rounded_rect_init_from_rect (&circle, &rect, LENS_RADIUS);
  parts[0] = gsk_rounded_clip_node_new (content, &circle);
  parts[1] = gsk_border_node_new (&circle, widths, rims);
  node = gsk_container_node_new (parts, G_N_ELEMENTS (parts));
  gsk_render_node_unref (parts[0]);
  gsk_render_node_unref (parts[1]);
  return node;
}

GskRenderNode *
genga_compare_render_lens (const GengaCompareScene *scene, double x, double y)
{
  const GdkRGBA grey = { 0.2f, 0.2f, 0.2f, 1 };
  const int right = genga_compare_get_right_pane (scene);
  const double own_x = right > 0 && x >= right ? x - right : x;
  GengaCompareScene larger = *scene;
  GskRenderNode *parts[2], *content, *node;

  larger.zoom *= LENS_ZOOM;
  larger.x = own_x - (own_x - scene->x) * LENS_ZOOM;
  larger.y = y - (y - scene->y) * LENS_ZOOM;
  parts[1] = genga_compare_render (&larger);
  if (parts[1] == NULL)
    return NULL;
  parts[0] = gsk_color_node_new (
      &grey, &GRAPHENE_RECT_INIT (0, 0, (float)scene->width, (float)scene->height));
  content = gsk_container_node_new (parts, G_N_ELEMENTS (parts));
  gsk_render_node_unref (parts[0]);
  gsk_render_node_unref (parts[1]);
  node = dup_round (content, x, y);
  gsk_render_node_unref (content);
  return node;
}
