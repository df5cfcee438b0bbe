/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BMP: its header, its palette and its rows. */
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "media/image/read/bmp.h"

#include <unistd.h>

/* More is only slow. */
#define MAX_ROW (1 << 16)
#define MAX_ROWS 64

static void
read_rows (const GengaBmp *bmp, int fd)
{
  g_autofree guint8 *scratch = g_malloc (bmp->stride);
  g_autofree guint8 *pixels = g_malloc ((gsize)bmp->width * bmp->n_channels);
  gboolean has_all = TRUE;

  for (int y = 0; y < MIN (bmp->height, MAX_ROWS); y++)
    has_all &= genga_bmp_read_row (bmp, fd, y, scratch, pixels);
  if (bmp->height <= MAX_ROWS)
    g_assert_true (has_all != bmp->is_cut);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = fuzz_open_bytes (data, size);
  g_autoptr (GError) error = NULL;
  GengaBmp bmp;

  if (!genga_bmp_open (&bmp, fd, "fuzz", &error))
    g_assert_nonnull (error);
  else
    {
      g_assert_cmpint (bmp.width, >, 0);
      g_assert_cmpint (bmp.height, >, 0);
      g_assert_true (bmp.n_channels == 3 || bmp.n_channels == 4);
      if (bmp.stride <= MAX_ROW && bmp.width <= MAX_ROW)
        read_rows (&bmp, fd);
    }
  close (fd);
  return 0;
}
