/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPlan: what is done to a source, as a value.
 *
 * A plan is made of what a source's header says, frozen options and what is known of models and
 * devices (job/plan/planner.h), without opening an engine. It is shown, added up in estimates, and
 * executed by a GengaChain (job/chain.h), which may only make tiles smaller, and says so.
 *
 * Thread rule: one thread at a time; a plan that was handed on is not changed.
 */
#pragma once

#include "core/frame.h"
#include "core/options.h"
#include "engine/backend.h"
#include "engine/device-list.h"
#include "media/media.h"
#include "media/video.h"
#include "models/catalogue.h"

G_BEGIN_DECLS

/* What becomes of it. */
typedef enum
{
  GENGA_PLAN_PICTURE,   /* a picture file */
  GENGA_PLAN_VIDEO,     /* a video file, made in segments that survive a crash */
  GENGA_PLAN_ANIMATION, /* an animated picture */
  GENGA_PLAN_FRAMES,    /* a folder of pictures */
} GengaPlanSink;

/* The nick of a sink ("picture", "segments", "animation", "folder"); static. */
const char *genga_plan_sink_get_nick (GengaPlanSink sink);

/* One pass through the network, input pixels. */
typedef struct
{
  int width, height; /* of what goes in */
  int tile_width, tile_height;
  int overlap;
  guint n_tiles;       /* 1: the frame fits into one */
  gboolean is_untiled; /* the network sees the whole frame, and there is memory for it */
} GengaPlanPass;

/* Enough for any result of networks that enlarge at all. */
#define GENGA_PLAN_MAX_PASSES 20

typedef struct
{
  GengaPlanSink sink;
  gboolean is_video;     /* the source has frames with times; only plans ask for it */
  GengaOptions *options; /* frozen: those asked for, with what “auto” means for a video */

  /* ---- frames ---- */
  int bits;              /* per channel, of the source */
  gboolean has_profile;  /* the source, of its colours */
  GengaFrameInfo frame;  /* as the source gives them, rotated where `rotation` says so */
  GengaFrameInfo source; /* as the network gets them: smaller where that is asked for */
  GengaFrameInfo result;
  int rotation;          /* degrees clockwise by which frames are rotated for good; 0 = they stay */
  gboolean is_mirrored;  /* before that: left is right */
  double from, to;       /* seconds of the source that are used; `to` 0 = to the end */
  double n_frames;       /* that there will be, about; 1 of a picture */
  gboolean is_in_pixels; /* the result's size was asked for so, not as a factor */

  /* ---- how they go through the steps ---- */
  gboolean counts_frames;  /* progress and figures are by frames; else by the network's pixels */
  gboolean is_srgb_within; /* colours are sRGB between the first step and the last */
  gboolean takes_tiles;    /* those that a preview has made of the same picture fit */
  gboolean maps_frames;    /* a file says of which earlier frame each one was made */
  int strip_rows;   /* the result is made in strips of so many rows (job/strips); 0: as a whole */
  GengaReuse reuse; /* of earlier frames */
  gboolean is_in_planes; /* frames stay in the planes of the file, without a way through RGB */
  GengaKeepFrames kept_frames; /* that stay as pictures beside the result */

  /* ---- the network ---- */
  GengaCatalogueKind model_kind; /* GENGA_CATALOGUE_NONE: there is no network */
  char *model_name;              /* for people */
  char *model_path;              /* of a file */
  guint64 model_bytes;           /* of its weights */
  GengaNetSpec spec;
  GengaDeviceInfo device;   /* it is meant to run on */
  gboolean is_device_known; /* and not guessed */
  char *device_reason;      /* why this one, a few words; NULL: it was asked for */
  GengaDeviceList devices;  /* all that share the work, that one first: files, or the segments of a
                               video; one engine each */
  GengaPrecision requested_precision;
  GengaPrecision precision; /* the one that the device runs */
  int native_scale;         /* of the model; 1 without */
  int target_scale;         /* the result's size in source sizes, rounded up */
  int factor;               /* the network's result in source sizes, before the exact resize */
  guint n_passes;           /* 0 without a network */
  GengaPlanPass passes[GENGA_PLAN_MAX_PASSES];
  GengaSample network_sample; /* of what the last pass makes */
  double network_bytes;       /* at the peak of the largest pass */

  /* ---- the result ---- */
  GengaPictureSave save;         /* of a PICTURE; the strings of all three are the options' */
  GengaVideoWrite write;         /* of a VIDEO */
  GengaAnimationWrite animation; /* of an ANIMATION */
  GengaFrames frames;            /* the kind of a folder's pictures */
  gboolean is_container_free;    /* the user did not choose it */
  gboolean is_instead_of_webp;   /* a PNG, because the result is too large for a WebP */
  char *ending; /* of a derived name: “.png”, “_clip.mkv”; "" for a folder */
  char *target; /* where it goes; NULL until it is named (job/plan/plan-target.h) */

  /* ---- streams beside the picture of a video ---- */
  int n_audio, n_subtitles, n_attachments, n_data, n_chapters; /* of the source */
  GengaKeptStreams kept; /* of them, in the result, as far as headers tell */
  GArray *tracks;        /* of GengaTrack: the same one by one; NULL before the muxer was asked */

  /* ---- what it takes ---- */
  double pixel_bytes;    /* of a pixel of a video's frames under way */
  double network_pixels; /* of a frame, that go into the network in all passes */
  guint64 frame_bytes;   /* memory for the frames under way */
  guint64 kept_bytes;    /* and for results of earlier frames, which may come again */
  guint64 held_bytes;    /* of the picture's decoder */
  guint64 memory_bytes;  /* and for the network, at the most */
  double disk_bytes;     /* of the result, about */
  double disk_least;     /* in nearly all cases at least so many, and at most ... */
  double disk_most;      /* ... so many; both the same where it was measured */
  gboolean is_measured;  /* disk and memory, with an encoder (job/estimate/measure.h) */
  double work_seconds;   /* of the steps for all frames; < 0: not known before a first run */
  double io_seconds;     /* of reading and writing them, which goes on beside */
  double seconds;        /* both together for this one alone; < 0: not known */

  GPtrArray *notices; /* sentences, in order */
} GengaPlan;

void genga_plan_free (GengaPlan *self);

gboolean genga_plan_has_network (const GengaPlan *self);

/* Whether the quality that was chosen says something of a picture. */
gboolean genga_plan_has_quality (const GengaPlan *self);

/* Whether the source is made smaller before all else. */
gboolean genga_plan_reduces (const GengaPlan *self);

/* How much of the network's result there is (steps/strength.h), 0 to 1; 1 without a network. */
double genga_plan_get_strength (const GengaPlan *self);

/* Leaves a sentence for people (translated). */
void genga_plan_notice (GengaPlan *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPlan, genga_plan_free)

G_END_DECLS
