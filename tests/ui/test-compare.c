/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the compare view draws, pixel by pixel, without a display. */
#include "app/compare/compare-viewport.h"
#include "job/preview/frame-shape.h"

#define WIDTH 64
#define HEIGHT 48

/* A frame whose pixel (x, y) is (10 x, 10 y, blue). */
static GengaPicture *
make_picture (int width, int height, int blue)
{
  GengaFrameInfo info = { width, height, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB };
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, &error);

  g_assert_no_error (error);
  for (int y = 0; y < height; y++)
    {
      guint8 *row = genga_frame_get_row (frame, 0, y);
      for (int x = 0; x < width; x++)
        {
          row[3 * x] = 10 * x;
          row[3 * x + 1] = 10 * y;
          row[3 * x + 2] = blue;
        }
    }
  GengaPicture *picture = genga_picture_new (frame, &error);
  g_assert_no_error (error);
  return picture;
}

static cairo_surface_t *
draw (const GengaCompareScene *scene)
{
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, scene->width * scene->scale_factor, scene->height * scene->scale_factor);
  GskRenderNode *node = genga_compare_render (scene);
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, scene->scale_factor, scene->scale_factor);
  if (node != NULL)
    {
      gsk_render_node_draw (node, cr);
      gsk_render_node_unref (node);
    }
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
get_pixel (cairo_surface_t *surface, int x, int y)
{
  const guint8 *row =
      cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface);

  return ((const guint32 *)(gconstpointer)row)[x];
}

static guint32
rgb (int red, int green, int blue)
{
  return 0xff000000u | red << 16 | green << 8 | blue;
}

/* A source of 8 x 6 pixels whose result is twice as large, in a view of 64 x 48. */
static GengaCompareScene
make_scene (void)
{
  return (GengaCompareScene){
    .before = make_picture (8, 6, 50),
    .after = make_picture (16, 12, 200),
    .result_width = 16,
    .result_height = 12,
    .width = WIDTH,
    .height = HEIGHT,
    .scale_factor = 1,
    .zoom = 1,
    .split = 32,
  };
}

static void
scene_clear (GengaCompareScene *scene)
{
  g_clear_object (&scene->before);
  g_clear_object (&scene->after);
}

/* At 4:1 each pixel of the result is a square of 4, each of the source one of 8. */
static void
test_squares (void)
{
  GengaCompareScene scene = make_scene ();
  cairo_surface_t *surface;

  genga_compare_zoom_at (&scene, 4, 0, 0);
  g_assert_cmpfloat (scene.x, ==, 0);
  surface = draw (&scene);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        if (ABS (x - 32) <= 2)
          continue; /* the line */
        guint32 expected =
            x < 32 ? rgb (x / 8 * 10, y / 8 * 10, 50) : rgb (x / 4 * 10, y / 4 * 10, 200);
        g_assert_cmphex (get_pixel (surface, x, y), ==, expected);
      }
  g_assert_cmphex (get_pixel (surface, 32, 7), ==, 0xffffffffu);
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

/* 1:1 means pixels of the screen, whatever GTK's scale factor is. */
static void
test_device_pixels (void)
{
  GengaCompareScene scene = make_scene ();
  cairo_surface_t *surface;

  scene.scale_factor = 2;
  scene.split = 0;
  g_clear_object (&scene.before);
  genga_compare_keep_in_view (&scene);
  g_assert_cmpfloat (scene.x, ==, (WIDTH - 8) / 2.0);
  surface = draw (&scene);
  for (int y = 0; y < 12; y++)
    for (int x = 0; x < 16; x++)
      g_assert_cmphex (get_pixel (surface, 2 * scene.x + x, 2 * scene.y + y), ==,
                       rgb (10 * x, 10 * y, 200));
  g_assert_cmphex (get_pixel (surface, 2 * scene.x - 1, HEIGHT), ==, 0);
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

/* Without a result, the picture before is everywhere, and there is no line. */
static void
test_before_only (void)
{
  GengaCompareScene scene = make_scene ();
  cairo_surface_t *surface;

  g_clear_object (&scene.after);
  genga_compare_zoom_at (&scene, 4, 0, 0);
  surface = draw (&scene);
  for (int x = 0; x < WIDTH; x++)
    g_assert_cmphex (get_pixel (surface, x, 0), ==, rgb (x / 8 * 10, 0, 50));
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

/* Pieces lie where they belong on the enlarged source, the latest on top, right of the line only.
 */
static void
test_patches (void)
{
  GengaCompareScene scene = make_scene ();
  g_autoptr (GArray) patches = g_array_new (FALSE, FALSE, sizeof (GengaComparePatch));
  g_autoptr (GengaPicture) first = make_picture (6, 4, 111);
  g_autoptr (GengaPicture) second = make_picture (2, 2, 222);
  GengaComparePatch a = { first, { 7, 3, 6, 4 } }, b = { second, { 9, 5, 2, 2 } };
  cairo_surface_t *surface;

  g_clear_object (&scene.after);
  scene.patches = patches;
  g_assert_false (genga_compare_has_after (&scene));
  g_array_append_val (patches, a);
  g_array_append_val (patches, b);
  g_assert_true (genga_compare_has_after (&scene));
  genga_compare_zoom_at (&scene, 4, 0, 0);
  surface = draw (&scene);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        int u = x / 4, v = y / 4;
        guint32 expected = rgb (x / 8 * 10, y / 8 * 10, 50);
        if (ABS (x - 32) <= 2)
          continue; /* the line */
        if (x > 32 && u >= 9 && u < 11 && v >= 5 && v < 7)
          expected = rgb ((u - 9) * 10, (v - 5) * 10, 222);
        else if (x > 32 && u >= 7 && u < 13 && v >= 3 && v < 7)
          expected = rgb ((u - 7) * 10, (v - 3) * 10, 111);
        g_assert_cmphex (get_pixel (surface, x, y), ==, expected);
      }
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

/* Two panes show the same part, each as wide as the other. */
static void
test_side_by_side (void)
{
  GengaCompareScene scene = make_scene ();
  int width = (WIDTH - 2) / 2, right = WIDTH - width;
  double left, top, end, bottom;
  cairo_surface_t *surface;

  scene.side_by_side = TRUE;
  g_assert_cmpint (genga_compare_get_pane_width (&scene), ==, width);
  g_assert_cmpint (genga_compare_get_right_pane (&scene), ==, right);
  genga_compare_zoom_at (&scene, 4, 0, 0);
  surface = draw (&scene);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < width; x++)
      {
        g_assert_cmphex (get_pixel (surface, x, y), ==, rgb (x / 8 * 10, y / 8 * 10, 50));
        g_assert_cmphex (get_pixel (surface, right + x, y), ==, rgb (x / 4 * 10, y / 4 * 10, 200));
      }
  genga_compare_get_visible (&scene, &left, &top, &end, &bottom);
  g_assert_cmpfloat (left, ==, 0);
  g_assert_cmpfloat_with_epsilon (end, width / 64., 1e-9);
  g_assert_cmpfloat (bottom, ==, 1);
  cairo_surface_destroy (surface);

  g_clear_object (&scene.after); /* one picture needs one pane */
  g_assert_cmpint (genga_compare_get_pane_width (&scene), ==, WIDTH);
  scene_clear (&scene);
}

/* Transparent pixels show fields of 16 pixels, grey 170 and 200. */
static void
test_checkerboard (void)
{
  GengaFrameInfo info = { WIDTH, HEIGHT, GENGA_SAMPLE_U16, GENGA_LAYOUT_GREY_ALPHA };
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, NULL);
  GengaCompareScene scene = { .result_width = WIDTH,
                              .result_height = HEIGHT,
                              .width = WIDTH,
                              .height = HEIGHT,
                              .scale_factor = 1,
                              .zoom = 1 };
  cairo_surface_t *surface;

  for (int y = 0; y < HEIGHT; y++)
    memset (genga_frame_get_row (frame, 0, y), 0, WIDTH * 4);
  scene.before = genga_picture_new (frame, NULL);
  surface = draw (&scene);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        int grey = (x / 16 + y / 16) % 2 == 0 ? 170 : 200;
        g_assert_cmphex (get_pixel (surface, x, y), ==, rgb (grey, grey, grey));
      }
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

/* Tiles meet without a seam, at their own size and reduced. */
static void
test_tiles (void)
{
  GengaFrameInfo info = { 2 * GENGA_PICTURE_TILE + 9, 6, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY };
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, NULL);
  GengaCompareScene scene = { .result_width = info.width,
                              .result_height = info.height,
                              .width = info.width,
                              .height = info.height,
                              .scale_factor = 1,
                              .zoom = 1 };

  for (int y = 0; y < info.height; y++)
    memset (genga_frame_get_row (frame, 0, y), 77, info.width);
  scene.before = genga_picture_new (frame, NULL);
  for (int i = 0; i < 3; i++)
    {
      cairo_surface_t *surface = draw (&scene);
      int last = (int)scene.x + (int)(info.width * scene.zoom) - 1;
      for (int x = scene.x + 1; x < last; x++)
        g_assert_cmphex (get_pixel (surface, x, info.height / 2), ==, rgb (77, 77, 77));
      cairo_surface_destroy (surface);
      genga_compare_zoom_at (&scene, scene.zoom * 0.7, 0, 0);
    }
  scene_clear (&scene);
}

/* What is under the pointer stays there; the zoom has ends; the picture cannot be lost. */
static void
test_zoom (void)
{
  GengaCompareScene scene = { .result_width = 4000,
                              .result_height = 3000,
                              .width = 400,
                              .height = 300,
                              .scale_factor = 1,
                              .zoom = 1,
                              .x = -1000,
                              .y = -1000 };

  g_assert_cmpfloat_with_epsilon (genga_compare_get_fit_zoom (&scene), 0.1, 1e-9);
  genga_compare_zoom_at (&scene, 2, 100, 50);
  g_assert_cmpfloat_with_epsilon (scene.x, 100 - 2 * 1100, 1e-9);
  g_assert_cmpfloat_with_epsilon (scene.y, 50 - 2 * 1050, 1e-9);
  genga_compare_zoom_at (&scene, 1000, 100, 50);
  g_assert_cmpfloat (scene.zoom, ==, 8);
  genga_compare_zoom_at (&scene, 0.01, 100, 50);
  g_assert_cmpfloat_with_epsilon (scene.x, (400 - 4000 / 64.0) / 2, 1e-9);
  scene.zoom = 1;
  scene.x = 5000;
  genga_compare_keep_in_view (&scene);
  g_assert_cmpfloat (scene.x, ==, 0);
  scene.result_width = scene.result_height = 100;
  g_assert_cmpfloat (genga_compare_get_fit_zoom (&scene), ==, 1);
}

static cairo_surface_t *
draw_centred (GengaCompareScene *scene)
{
  genga_compare_keep_in_view (scene);
  return draw (scene);
}

/* Through the lens, what is at its point is there, four times as large. */
static void
test_lens (void)
{
  GengaCompareScene scene = make_scene ();
  cairo_surface_t *plain = draw_centred (&scene);
  cairo_surface_t *larger = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  GskRenderNode *node = genga_compare_render_lens (&scene, 36, 22);
  cairo_t *cr = cairo_create (larger);

  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (larger);
  for (int i = 0; i < 4; i++)
    {
      g_assert_cmphex (get_pixel (larger, 36 + i, 22 + i), ==, get_pixel (plain, 36, 22));
      g_assert_cmphex (get_pixel (larger, 40 + i, 22), ==, get_pixel (plain, 37, 22));
    }
  g_assert_cmphex (get_pixel (plain, 36, 22), !=, get_pixel (plain, 37, 22));
  gsk_render_node_unref (node);
  cairo_surface_destroy (plain);
  cairo_surface_destroy (larger);
  scene_clear (&scene);
}

/* ---- the viewport ---- */

static void
count (guint *n)
{
  *n += 1;
}

/* A result comes to its source: what is seen stays, in pixels that are half as large. */
static void
test_viewport_result (void)
{
  g_autoptr (GengaCompareViewport) viewport = genga_compare_viewport_new ();
  const GengaCompareScene *scene = genga_compare_viewport_get_scene (viewport);
  g_autoptr (GengaPicture) before = make_picture (80, 60, 50);
  g_autoptr (GengaPicture) after = make_picture (160, 120, 200);
  GengaPreviewView first, second;
  guint n_seen = 0;

  g_signal_connect_swapped (viewport, "visible-changed", G_CALLBACK (count), &n_seen);
  genga_compare_viewport_set_size (viewport, WIDTH, HEIGHT, 1);
  genga_compare_viewport_set_pictures (viewport, before, NULL);
  g_assert_false (genga_compare_viewport_has_both (viewport));
  g_assert_cmpfloat_with_epsilon (scene->zoom, 0.8, 1e-9);
  genga_compare_viewport_zoom_at (viewport, 4, 10, 20);
  genga_compare_viewport_get_visible (viewport, &first);
  guint n_before = n_seen;
  genga_compare_viewport_set_pictures (viewport, before, after);
  genga_compare_viewport_get_visible (viewport, &second);
  g_assert_true (genga_compare_viewport_has_line (viewport));
  g_assert_cmpfloat_with_epsilon (scene->zoom, 2, 1e-9);
  g_assert_cmpmem (&first, sizeof first, &second, sizeof second);
  g_assert_cmpuint (n_seen, ==, n_before);

  genga_compare_viewport_move_to (viewport, 0, -30);
  g_assert_cmpfloat (scene->y, ==, -30);
  g_assert_cmpuint (n_seen, ==, n_before + 1);
  genga_compare_viewport_zoom_to_fit (viewport);
  genga_compare_viewport_set_size (viewport, 2 * WIDTH, 2 * HEIGHT, 1);
  g_assert_cmpfloat_with_epsilon (scene->zoom, 0.8, 1e-9);
}

/* Where the result's size is known, the zoom counts in its pixels before it is there. */
static void
test_viewport_expected (void)
{
  g_autoptr (GengaCompareViewport) viewport = genga_compare_viewport_new ();
  const GengaCompareScene *scene = genga_compare_viewport_get_scene (viewport);
  g_autoptr (GengaPicture) before = make_picture (80, 60, 50);
  g_autoptr (GengaPicture) piece = make_picture (2, 2, 111);
  const GengaRect rect = { 2, 2, 2, 2 };

  genga_compare_viewport_set_size (viewport, WIDTH, HEIGHT, 1);
  genga_compare_viewport_expect_result (viewport, 160, 120);
  genga_compare_viewport_set_pictures (viewport, before, NULL);
  g_assert_cmpfloat_with_epsilon (scene->zoom, 0.4, 1e-9);
  genga_compare_viewport_zoom (viewport, 2);
  genga_compare_viewport_add_patch (viewport, piece, &rect, 160, 120, TRUE);
  g_assert_cmpfloat_with_epsilon (scene->zoom, 2, 1e-9);

  /* Other options: what is seen stays, its pixels are others. */
  genga_compare_viewport_drop_patches (viewport);
  genga_compare_viewport_expect_result (viewport, 320, 240);
  g_assert_cmpfloat_with_epsilon (scene->zoom, 1, 1e-9);
  genga_compare_viewport_expect_result (viewport, 0, 0);
  g_assert_cmpfloat_with_epsilon (scene->zoom, 4, 1e-9);
}

/* A piece covers those that lie within it, and all go when the result is there. */
static void
test_viewport_patches (void)
{
  g_autoptr (GengaCompareViewport) viewport = genga_compare_viewport_new ();
  const GengaCompareScene *scene = genga_compare_viewport_get_scene (viewport);
  g_autoptr (GengaPicture) before = make_picture (8, 6, 50);
  g_autoptr (GengaPicture) after = make_picture (16, 12, 200);
  g_autoptr (GengaPicture) piece = make_picture (2, 2, 111);
  const GengaRect small = { 2, 2, 2, 2 }, other = { 12, 8, 2, 2 }, large = { 0, 0, 6, 6 };

  genga_compare_viewport_set_pictures (viewport, before, NULL);
  genga_compare_viewport_add_patch (viewport, piece, &small, 16, 12, TRUE);
  genga_compare_viewport_add_patch (viewport, piece, &other, 16, 12, FALSE);
  g_assert_cmpuint (scene->patches->len, ==, 2);
  g_assert_true (genga_compare_viewport_has_both (viewport));
  genga_compare_viewport_add_patch (viewport, piece, &large, 16, 12, FALSE);
  g_assert_cmpuint (scene->patches->len, ==, 2);
  genga_compare_viewport_add_patch (viewport, piece, &small, 16, 12, TRUE);
  g_assert_cmpuint (scene->patches->len, ==, 1);
  genga_compare_viewport_set_pictures (viewport, before, after);
  g_assert_cmpuint (scene->patches->len, ==, 0);
  g_assert_true (genga_compare_viewport_has_both (viewport));
}

/* Pixels that are not square stretch the result and its pieces; another frame keeps the place. */
static void
test_viewport_frames (void)
{
  g_autoptr (GengaCompareViewport) viewport = genga_compare_viewport_new ();
  const GengaCompareScene *scene = genga_compare_viewport_get_scene (viewport);
  g_autoptr (GengaPicture) one = make_picture (80, 60, 50);
  g_autoptr (GengaPicture) two = make_picture (80, 60, 60);
  g_autoptr (GengaPicture) piece = make_picture (20, 30, 111);
  const GengaRect rect = { 20, 30, 20, 30 };

  genga_compare_viewport_set_size (viewport, WIDTH, HEIGHT, 1);
  genga_compare_viewport_set_stretch (viewport, 2, 1);
  genga_compare_viewport_set_frame (viewport, one, NULL, TRUE);
  g_assert_cmpint (scene->result_width, ==, 160);
  g_assert_true (genga_compare_viewport_has_both (viewport)); /* its right side is on its way */
  genga_compare_viewport_add_patch (viewport, piece, &rect, 80, 60, TRUE);
  g_assert_cmpint (g_array_index (scene->patches, GengaComparePatch, 0).rect.x, ==, 40);
  g_assert_cmpint (g_array_index (scene->patches, GengaComparePatch, 0).rect.width, ==, 40);
  genga_compare_viewport_zoom_at (viewport, 3, 5, 5);
  double x = scene->x;
  genga_compare_viewport_set_frame (viewport, two, NULL, FALSE);
  g_assert_true (scene->before == two);
  g_assert_cmpuint (scene->patches->len, ==, 0);
  g_assert_cmpfloat (scene->zoom, ==, 3);
  g_assert_cmpfloat (scene->x, ==, x);
}

/* ---- frames of videos ---- */

/* Corners of a picture of 3 x 2 pixels: their reds go clockwise from the top left one. */
static void
assert_corners (gboolean is_mirrored, int rotation, int first, int second, int third, int fourth)
{
  static const guint8 reds[2][3] = { { 1, 9, 2 }, { 4, 9, 3 } };
  GengaFrameInfo info = { 3, 2, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB };
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, NULL);
  GengaFrameShape shape = { is_mirrored, rotation, 1, 1 };
  int columns[3] = { 0, 1, 2 };
  guint32 top[3], bottom[3];

  for (int y = 0; y < 2; y++)
    for (int x = 0; x < 3; x++)
      memset ((guint8 *)genga_frame_get_row (frame, 0, y) + 3 * x, reds[y][x], 3);
  g_autoptr (GengaPicture) picture = genga_picture_new_shown (frame, &shape, NULL);
  int width = genga_picture_get_width (picture), height = genga_picture_get_height (picture);

  g_assert_cmpint (width, ==, rotation % 180 != 0 ? 2 : 3);
  g_assert_cmpint (height, ==, rotation % 180 != 0 ? 3 : 2);
  genga_picture_copy_pixels (picture, 0, columns, width, top);
  genga_picture_copy_pixels (picture, height - 1, columns, width, bottom);
  g_assert_cmpint (top[0] & 255, ==, first);
  g_assert_cmpint (top[width - 1] & 255, ==, second);
  g_assert_cmpint (bottom[width - 1] & 255, ==, third);
  g_assert_cmpint (bottom[0] & 255, ==, fourth);
}

static void
test_rotated (void)
{
  assert_corners (FALSE, 0, 1, 2, 3, 4);
  assert_corners (FALSE, 90, 4, 1, 2, 3);
  assert_corners (FALSE, 180, 3, 4, 1, 2);
  assert_corners (FALSE, 270, 2, 3, 4, 1);
  /* Mirrored before. */
  assert_corners (TRUE, 0, 2, 1, 4, 3);
  assert_corners (TRUE, 90, 3, 2, 1, 4);
  assert_corners (TRUE, 180, 4, 3, 2, 1);
}

/* A part of a frame lies where its pixels lie, and what is seen there is that part. */
static void
test_shape (void)
{
  const GengaRect rect = { 10, 20, 40, 10 };
  const int width = 100, height = 80;

  for (int turn = 0; turn < 8; turn++)
    {
      int rotation = turn % 4 * 90;
      GengaSourceInfo info = {
        .rotation = rotation, .is_mirrored = turn >= 4, .sar_num = 4, .sar_den = 3
      };
      GengaFrameShape shape = genga_frame_shape_new (&info);
      GengaRect rotated = genga_frame_shape_rotate_rect (&shape, &rect, width, height);
      double full_width = rotation % 180 != 0 ? height : width;
      double full_height = rotation % 180 != 0 ? width : height;
      GengaPreviewView seen = { rotated.x / full_width, rotated.y / full_height,
                                (rotated.x + rotated.width) / full_width,
                                (rotated.y + rotated.height) / full_height };
      GengaPreviewView back = genga_frame_shape_rotate_back (&shape, &seen);

      if (turn == 4)
        g_assert_cmpint (rotated.x, ==, 50);
      g_assert_cmpfloat_with_epsilon (back.left, 0.1, 1e-9);
      g_assert_cmpfloat_with_epsilon (back.top, 0.25, 1e-9);
      g_assert_cmpfloat_with_epsilon (back.right, 0.5, 1e-9);
      g_assert_cmpfloat_with_epsilon (back.bottom, 0.375, 1e-9);
      g_assert_cmpfloat_with_epsilon (shape.stretch_x, rotation % 180 != 0 ? 1 : 4 / 3., 1e-9);
      g_assert_cmpfloat_with_epsilon (shape.stretch_y, rotation % 180 != 0 ? 4 / 3. : 1, 1e-9);
    }
}

static guint
show_grey (int transfer, int primaries, float signal)
{
  GengaFrameInfo info = { 1, 1, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGB };
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, NULL);
  float *row = genga_frame_get_row (frame, 0, 0);
  int column = 0;
  guint32 pixel;

  row[0] = row[1] = row[2] = signal;
  frame->colour.transfer = transfer;
  frame->colour.primaries = primaries;
  g_autoptr (GengaPicture) picture = genga_picture_new (frame, NULL);
  genga_picture_copy_pixels (picture, 0, &column, 1, &pixel);
  g_assert_cmpint (pixel & 255, ==, pixel >> 8 & 255);
  g_assert_cmpint (pixel & 255, ==, pixel >> 16 & 255);
  return pixel & 255;
}

/* ITU-R BT.2408: white of 203 cd/m² is 58 % of PQ and 75 % of HLG; both come out the same. */
static void
test_hdr (void)
{
  for (int primaries = 1; primaries <= 9; primaries += 8)
    {
      g_assert_cmpint (show_grey (16, primaries, 0), ==, 0);
      g_assert_cmpint (ABS ((int)show_grey (16, primaries, 0.5807f) - 233), <=, 1);
      g_assert_cmpint (ABS ((int)show_grey (18, primaries, 0.75f) - 233), <=, 1);
      g_assert_cmpint (show_grey (16, primaries, 1), ==, 255);
      g_assert_cmpint (show_grey (18, primaries, 1), >=, 254);
    }
  g_assert_cmpint (show_grey (1, 1, 0.5f), ==, 128);
}

/* A picture twice as large shows the same part as large, and goes along with peeking and the lens.
 */
static void
test_viewport_follow (void)
{
  g_autoptr (GengaCompareViewport) leader = genga_compare_viewport_new ();
  g_autoptr (GengaCompareViewport) other = genga_compare_viewport_new ();
  g_autoptr (GengaPicture) small = make_picture (64, 48, 0);
  g_autoptr (GengaPicture) large = make_picture (128, 96, 0);
  GengaPreviewView wanted, got;
  double x, y;

  genga_compare_viewport_set_size (leader, WIDTH, HEIGHT, 1);
  genga_compare_viewport_set_size (other, WIDTH, HEIGHT, 1);
  genga_compare_viewport_follow (other, leader); /* there is nothing to show */
  genga_compare_viewport_set_pictures (leader, small, NULL);
  genga_compare_viewport_set_pictures (other, large, NULL);
  genga_compare_viewport_zoom (leader, 4);
  genga_compare_viewport_move_to (leader, -50, -100);
  genga_compare_viewport_set_peeking (leader, TRUE);
  genga_compare_viewport_set_lens (leader, 7, 8);
  genga_compare_viewport_follow (other, leader);

  genga_compare_viewport_get_visible (leader, &wanted);
  genga_compare_viewport_get_visible (other, &got);
  g_assert_cmpfloat (wanted.right - wanted.left, <, 0.3);
  g_assert_cmpfloat_with_epsilon (got.left, wanted.left, 1e-9);
  g_assert_cmpfloat_with_epsilon (got.top, wanted.top, 1e-9);
  g_assert_cmpfloat_with_epsilon (got.right, wanted.right, 1e-9);
  g_assert_cmpfloat (genga_compare_viewport_get_scene (other)->zoom, ==, 2);
  g_assert_true (genga_compare_viewport_is_peeking (other));
  g_assert_true (genga_compare_viewport_get_lens (other, &x, &y));
  g_assert_cmpfloat (x, ==, 7);

  genga_compare_viewport_zoom_to_fit (leader);
  genga_compare_viewport_follow (other, leader);
  genga_compare_viewport_set_size (other, WIDTH / 2, HEIGHT / 2, 1);
  g_assert_cmpfloat (genga_compare_viewport_get_scene (other)->zoom, ==, 0.25);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init_check (); /* fails without a display, and has the types registered */

  g_test_add_func ("/compare/squares", test_squares);
  g_test_add_func ("/compare/device-pixels", test_device_pixels);
  g_test_add_func ("/compare/before-only", test_before_only);
  g_test_add_func ("/compare/patches", test_patches);
  g_test_add_func ("/compare/side-by-side", test_side_by_side);
  g_test_add_func ("/compare/checkerboard", test_checkerboard);
  g_test_add_func ("/compare/tiles", test_tiles);
  g_test_add_func ("/compare/zoom", test_zoom);
  g_test_add_func ("/compare/lens", test_lens);
  g_test_add_func ("/compare/viewport/result", test_viewport_result);
  g_test_add_func ("/compare/viewport/expected", test_viewport_expected);
  g_test_add_func ("/compare/viewport/patches", test_viewport_patches);
  g_test_add_func ("/compare/viewport/frames", test_viewport_frames);
  g_test_add_func ("/compare/viewport/follow", test_viewport_follow);
  g_test_add_func ("/compare/rotated", test_rotated);
  g_test_add_func ("/compare/shape", test_shape);
  g_test_add_func ("/compare/hdr", test_hdr);
  return g_test_run ();
}
