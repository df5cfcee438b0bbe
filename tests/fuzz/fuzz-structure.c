/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outer structure of PNG, TIFF, GIF and WebP. */
#include "fuzz-checksums.h"
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "media/image/read/structure.h"

#include <unistd.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *bytes = fuzz_dup_summed_png (data, size);
  int fd = fuzz_open_bytes (bytes, size);
  gboolean has_end;

  genga_structure_count_png (fd, &has_end);
  genga_structure_count_tiff (fd);
  genga_structure_count_gif (bytes, size);
  genga_structure_count_webp (bytes, size);
  close (fd);
  return 0;
}
