/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an animated picture that was just written is what it should be: it is read again. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a file should hold. */
typedef struct
{
  const char *kind;   /* as in GengaAnimation */
  guint loop_count;   /* likewise */
  GArray *lengths;    /* of double: for how many seconds each frame is shown; borrowed */
  gboolean may_merge; /* frames that look alike may be one, which is shown for as long as all */
} GengaExpectedAnimation;

/*
 * Of an open file, from its beginning on; it is not decoded. One frame is a picture, of which only
 * the kind is looked at.
 */
gboolean genga_animation_check (int fd, const GengaExpectedAnimation *expected);

G_END_DECLS
