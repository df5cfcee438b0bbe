/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walker through animated WebP, GIF and PNG: what is one after two frames is one at the end. */
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "media/animation/animation.h"

#include <unistd.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = fuzz_open_bytes (data, size);
  g_autofree char *path = fuzz_dup_fd_path (fd);
  GengaAnimation animation;
  const char *kind;
  gboolean is_one = genga_animation_sniff (fd, &kind);

  g_assert_true (genga_animation_look (path, &animation) == is_one);
  if (is_one)
    {
      g_assert_cmpstr (kind, ==, animation.kind);
      g_assert_cmpuint (animation.n_frames, >=, 2);
    }
  close (fd);
  return 0;
}
