/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-checksums.h"

#include <string.h>
#include <zlib.h>

static guint32
read_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

guint8 *
fuzz_dup_summed_png (const guint8 *data, gsize size)
{
  guint8 *copy = g_memdup2 (data, size);
  gsize at = 8;

  if (size < at || memcmp (data, "\x89PNG\r\n\x1a\n", at) != 0)
    return copy;
  while (size - at >= 12 && read_be32 (copy + at) <= size - at - 12)
    {
      const gsize length = read_be32 (copy + at);
      guint8 *sum = copy + at + 8 + length;
      const guint32 right = crc32 (crc32 (0, NULL, 0), copy + at + 4, 4 + length);

      for (int i = 0; read_be32 (data + (sum - copy)) == 0 && i < 4; i++)
        sum[i] = right >> 8 * (3 - i);
      at += 12 + length;
    }
  return copy;
}
