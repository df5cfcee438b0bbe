/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaSource: frames one after the other, wherever they come from. A picture is a source of one
 * frame; what trims, rotates or watches another source is a source itself, around that one.
 *
 * The types are open, so that every room can make a source: fill in the information, the origin and
 * a class. Only media/probe.h says which one a path stands for; the code behind it does not ask.
 *
 * Thread rule: one thread at a time; `info` and `origin` do not change once the source is made.
 */
#pragma once

#include "core/choices.h"
#include "core/frame.h"
#include "core/progress.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/* For plans alone. */
typedef enum
{
  GENGA_SOURCE_PICTURE,
  GENGA_SOURCE_VIDEO,
  GENGA_SOURCE_ANIMATION, /* a picture file of several frames */
  GENGA_SOURCE_SEQUENCE,  /* picture files that are the frames of a video */
} GengaSourceKind;

/* What a picture's profile says of its colours. */
typedef enum
{
  GENGA_COLOURS_SRGB,    /* they are sRGB, or nothing is said that can be used */
  GENGA_COLOURS_OTHER,   /* they become sRGB and their own again */
  GENGA_COLOURS_ONE_WAY, /* they become sRGB */
} GengaColours;

/* What a header says. What a kind does not have is 0 or "". */
typedef struct
{
  GengaSourceKind kind;
  char container[24]; /* "png", "matroska", "mp4", ... for messages */
  char codec[32];
  char pixel_format[32];
  int width; /* of the frames that are read */
  int height;
  GengaSample sample; /* what reading yields, as the layout */
  GengaLayout layout;
  int bits;           /* per channel, as coded */
  GengaColour colour; /* as the file says */

  /* Frames as they lie in the file, for give_planes(); a width of 0: there are none. */
  GengaFrameInfo planes;
  GengaColour planes_colour; /* complete */

  /* pictures */
  GengaFormat format; /* AUTO: another format that can be read */
  gint64 n_bytes;     /* of the file; 0 = unknown */
  gboolean has_icc;
  GengaColours colours;
  int n_pages;         /* > 1: the first one is read */
  gboolean is_moving;  /* an animation of which the first frame is read */
  gboolean reads_rows; /* it can be had by rows, without all of it in memory */
  guint64 held_bytes;  /* that the decoder has beside a picture until it is read; 0: few */

  /* times */
  int rate_num; /* average frames per second; 0 where nothing is known */
  int rate_den;
  double seconds;   /* duration; 0 = unknown */
  gint64 n_frames;  /* as the file says, or as duration and rate do; 0 = unknown */
  gint64 start_pts; /* of the first frame, in time_base */
  int time_base_num;
  int time_base_den;

  /* videos */
  int sar_num; /* sample aspect ratio; 0 = unknown */
  int sar_den;
  int rotation;         /* degrees that a player turns it clockwise */
  gboolean is_mirrored; /* a player mirrors it before that: left is right */
  gboolean is_interlaced;
  gboolean has_mastering; /* HDR10 */
  gboolean has_light_level;
  GengaMastering mastering;
  GengaLightLevel light_level;
  int n_audio;
  int n_subtitles;
  int n_attachments;
  int n_data;
  int n_chapters;
  guint loop_count; /* of an animation: how many times it is shown; 0 = for ever */
} GengaSourceInfo;

/*
 * What a sink has to know of the file that the frames come from, however many sources stand
 * between. Pointers are borrowed from the source.
 */
typedef struct
{
  const char *stream_source; /* a video whose other streams belong to the frames, or NULL */
  struct stat stat;          /* of the source's file when it was opened; all 0: not read */

  /* The part that is read, in seconds of the file's own times. */
  gboolean is_trimmed;
  double start; /* what is taken off all times */
  double stop;  /* INFINITY: the file's end */

  gboolean is_rotated; /* frames come as players show them */

  /* What the room that made the source knows of its first frame, for a sink of the same room; NULL:
   * no more than the information says. */
  gconstpointer first;
} GengaOrigin;

/* How many frames were read, and what of the time that took making them RGB. */
typedef struct
{
  guint64 n_frames;
  guint64 n_damaged;
  gint64 convert_us; /* in all, whatever is counted anew */
} GengaSourceCount;

typedef struct _GengaSource GengaSource;

typedef struct
{
  /*
   * The next frame, which belongs to the caller alone; NULL without error at the end. Its time is
   * the source's, and always later than that of the frame before. Errors: GENGA_ERROR_INPUT,
   * _OUT_OF_MEMORY, _INCOMPLETE (the file was changed meanwhile).
   */
  GengaFrame *(*read) (GengaSource *self, GError **error);

  /*
   * The next frame read is the first one whose time is not before `pts`, in the info's time base,
   * as frames have it. `exact`: it is the very frame that reading from the beginning gives,
   * whatever that costs. Otherwise it may be a later one, soon, as for looking around in a file.
   * Counting begins anew. Past the end reading ends at once. Errors: GENGA_ERROR_INPUT,
   * _OUT_OF_MEMORY.
   */
  gboolean (*seek) (GengaSource *self, gint64 pts, gboolean exact, GError **error);

  /*
   * After the last frame that is wanted: whether the file is still what it was when it was opened
   * and, where `to_its_end` says that it was read so far, held what its header promises; else
   * GENGA_ERROR_INCOMPLETE. NULL: there is nothing that could be missing.
   */
  gboolean (*check_complete) (GengaSource *self, gboolean to_its_end, GError **error);

  void (*get_count) (GengaSource *self, GengaSourceCount *count);
  void (*free) (GengaSource *self);

  /*
   * From the next one on frames are as `info.planes` says, without a way through RGB. Called before
   * the first frame is read. Errors as of seeking. NULL: there are no planes.
   */
  gboolean (*give_planes) (GengaSource *self, GError **error);

  /*
   * The next rows of a picture that `reads_rows`, from top to bottom, in the place of its frame: so
   * many, fewer at its end, NULL without error behind it. Errors as of reading. NULL: there are
   * none.
   */
  GengaFrame *(*read_rows) (GengaSource *self, int n_rows, GError **error);
} GengaSourceClass;

struct _GengaSource
{
  const GengaSourceClass *klass;
  GengaSourceInfo info;
  GengaOrigin origin;
};

/* How a source is read. All zero means defaults. */
typedef struct
{
  int rate_num; /* pictures come at rate_num / rate_den a second, which makes a folder a source */
  int rate_den;
  GengaDeinterlace deinterlace;
  gboolean is_picture;       /* whatever else the file is: its first picture */
  gboolean allows_truncated; /* of a picture that is truncated or damaged, what is there is read */
  guint n_threads;           /* of the decoder; 0 = automatic */
  guint64 max_memory_bytes;  /* of a picture and what is made of it; 0 = no limit */
  double output_factor;      /* bytes made of one of the picture's, for that; 0 = itself alone */
  GengaProgress *progress;   /* gets notices; its cancellable ends reading; may be NULL */
} GengaSourceParams;

/* The entries of the class. */
GengaFrame *genga_source_read (GengaSource *self, GError **error);
GengaFrame *genga_source_read_rows (GengaSource *self, int n_rows, GError **error);
gboolean genga_source_seek (GengaSource *self, gint64 pts, gboolean exact, GError **error);
gboolean genga_source_check_complete (GengaSource *self, gboolean to_its_end, GError **error);
gboolean genga_source_give_planes (GengaSource *self, GError **error);
void genga_source_get_count (GengaSource *self, GengaSourceCount *count);
/* `self` may be NULL. */
void genga_source_free (GengaSource *self);

/* The time of second `seconds` after the first frame, as frames have it; for seeking. */
gint64 genga_source_info_get_pts (const GengaSourceInfo *info, double seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSource, genga_source_free)

G_END_DECLS
