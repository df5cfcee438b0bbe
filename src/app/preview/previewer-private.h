/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the previewer share. */
#pragma once

#include "app/preview/clip.h"
#include "app/preview/previewer.h"
#include "job/preview/frame-grabber.h"

G_BEGIN_DECLS

struct _GengaPreviewer
{
  GObject parent_instance;

  GengaCompareView *view; /* NULL once shut down */
  GengaOptions *options;
  GengaPreview *preview;
  GengaJob *job;
  gboolean is_live;
  gboolean is_held;
  guint resting; /* the source that waits for the view to rest */

  GCancellable *loading; /* of pictures from files */
  GengaPicture *before;  /* of the file `source` */
  char *source;
  char *problem; /* why there is no picture before */

  GengaFrameGrabber *stills; /* of videos: their frames, and those of their results */
  GengaFrameGrabber *results;
  GHashTable *places; /* path to double *: where in each video the user was */
  gboolean is_video;
  GengaStill *still; /* what is shown of it, on the left; NULL: not yet */
  double seconds;    /* where that is, or is to be */
  GengaClip *clip;   /* a test's; NULL: none */
  GengaOptions *clip_options;
  GengaDeinterlace deinterlace;

  GengaPicture *after; /* made with `after_options`; NULL: none */
  GengaOptions *after_options;
  gboolean is_test;
  gboolean is_approximate;
  gboolean is_partial;
  gboolean has_patches;
};

enum
{
  GENGA_PREVIEWER_TOLD,
  GENGA_PREVIEWER_VIDEO_CHANGED,
  GENGA_PREVIEWER_PLACE_CHANGED,
  GENGA_PREVIEWER_CLIP_CHANGED,
  GENGA_PREVIEWER_N_SIGNALS
};

extern guint genga_previewer_signals[GENGA_PREVIEWER_N_SIGNALS];

/* What is being loaded; it counts only while its cancellable is the previewer's. */
typedef struct
{
  GengaPreviewer *previewer;
  GengaJob *job;
  GCancellable *cancellable;
} Loading;

Loading *genga_previewer_loading_new (GengaPreviewer *self);
void genga_previewer_loading_free (Loading *self);
/* Whether it is still for what is shown. */
gboolean genga_previewer_is_wanted (Loading *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loading, genga_previewer_loading_free)

/* What a start would do; borrowed. */
GengaOptions *genga_previewer_get_options (GengaPreviewer *self);

/* What is on the right, with what it was made; then everything is to be shown anew. */
void genga_previewer_set_after (GengaPreviewer *self,
                                GengaPicture *after,
                                GengaOptions *options,
                                gboolean is_test);
void genga_previewer_show (GengaPreviewer *self);
/* The result, where there is one. */
void genga_previewer_load_after (GengaPreviewer *self);

/* previewer-video.c: frames, and clips of tests. */
void genga_previewer_start_video (GengaPreviewer *self);
void genga_previewer_forget_video (GengaPreviewer *self);
/* Whether the options have made other frames, or the clip's end, necessary. */
gboolean genga_previewer_follow_options (GengaPreviewer *self);
void genga_previewer_drop_clip (GengaPreviewer *self);
/* The result's frame at the place. */
void genga_previewer_read_result (GengaPreviewer *self);

G_END_DECLS
