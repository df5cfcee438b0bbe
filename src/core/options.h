/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaOptions: the single list of what can be chosen for a job.
 *
 * Every option is one row of a table: a GParamSpec (name, nick, blurb, range, default) with its
 * unit and group. The rows feed the command line and its help, the window's controls, the stored
 * job and the tests; nothing else lists options. Each is also a GObject property of that name.
 *
 * A job runs on a frozen copy: genga_options_freeze() makes an object immutable.
 *
 * Thread rule: main context only until frozen; a frozen object may be read by any thread.
 */
#pragma once

#include "core/choices.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* The model that is taken where nobody chooses one: which it is depends on what is upscaled. */
#define GENGA_MODEL_AUTO "auto"

typedef enum
{
  GENGA_OPTION_MODEL,
  GENGA_OPTION_SCALE,
  GENGA_OPTION_PRECISION,
  GENGA_OPTION_DEVICE,
  GENGA_OPTION_TILE,
  GENGA_OPTION_OVERLAP,
  GENGA_OPTION_BLEND,
  GENGA_OPTION_THREADS,
  GENGA_OPTION_MAX_MEMORY,
  GENGA_OPTION_SHARPENING,
  GENGA_OPTION_CONTRAST,
  GENGA_OPTION_SATURATION,
  GENGA_OPTION_TRANSPARENCY,
  GENGA_OPTION_FORMAT,
  GENGA_OPTION_QUALITY,
  GENGA_OPTION_LOSSLESS,
  GENGA_OPTION_PNG_LEVEL,
  GENGA_OPTION_PNG_OPTIMISE,
  GENGA_OPTION_BIT_DEPTH,
  GENGA_OPTION_OUTPUT_DIR,
  GENGA_OPTION_NAMING,
  GENGA_OPTION_SUFFIX,
  GENGA_OPTION_NAMES,
  GENGA_OPTION_OVERWRITE,
  GENGA_OPTION_CODEC,
  GENGA_OPTION_PROFILE,
  GENGA_OPTION_CONTAINER,
  GENGA_OPTION_CRF,
  GENGA_OPTION_PRESET,
  GENGA_OPTION_PIXEL_FORMAT,
  GENGA_OPTION_FPS,
  GENGA_OPTION_AUDIO,
  GENGA_OPTION_DEINTERLACE,
  GENGA_OPTION_REUSE,
  GENGA_OPTION_TOLERANCE,
  GENGA_OPTION_FRAME_MAPPING,
  GENGA_OPTION_TARGET_HEIGHT,
  GENGA_OPTION_PRE_DOWNSCALE,
  GENGA_OPTION_FROM,
  GENGA_OPTION_TO,
  GENGA_OPTION_CLIP_AT,
  GENGA_OPTION_FRAMES,
  GENGA_OPTION_KEEP_FRAMES,
  GENGA_OPTION_ENCODER,
  GENGA_N_OPTIONS,
} GengaOption;

typedef enum
{
  GENGA_OPTION_GROUP_NETWORK,
  GENGA_OPTION_GROUP_FILTERS,
  GENGA_OPTION_GROUP_OUTPUT,
  GENGA_OPTION_GROUP_VIDEO,
} GengaOptionGroup;

/* One row. `zero_nick` is what the value 0 is called ("native", "auto"), or NULL. */
typedef struct
{
  GengaOptionGroup group;
  const char *name;    /* "tile": the property and, with --, the flag */
  const char *metavar; /* "PIXELS", or NULL for switches */
  const char *zero_nick;
  double soft_minimum; /* the window's range, where narrower than the GParamSpec's (POST-6) */
  double soft_maximum;
  double step;
} GengaOptionInfo;

const GengaOptionInfo *genga_option_get_info (GengaOption option);
GParamSpec *genga_option_get_pspec (GengaOption option);

#define GENGA_TYPE_OPTIONS (genga_options_get_type ())
G_DECLARE_FINAL_TYPE (GengaOptions, genga_options, GENGA, OPTIONS, GObject)

GengaOptions *genga_options_new (void);
/* The copy is not frozen. */
GengaOptions *genga_options_copy (GengaOptions *self);
/* Gives `self` the value that `from` has. */
void genga_options_take_over (GengaOptions *self, GengaOption option, GengaOptions *from);
void genga_options_freeze (GengaOptions *self);
gboolean genga_options_is_frozen (GengaOptions *self);

/* Typed reading; the option must be of that type (enumerations read as int). */
int genga_options_get_int (GengaOptions *self, GengaOption option);
guint64 genga_options_get_uint64 (GengaOptions *self, GengaOption option);
double genga_options_get_double (GengaOptions *self, GengaOption option);
gboolean genga_options_get_boolean (GengaOptions *self, GengaOption option);
const char *genga_options_get_string (GengaOptions *self, GengaOption option);

/* Whether somebody has given it a value, were it the default. */
gboolean genga_options_is_set (GengaOptions *self, GengaOption option);

/*
 * Frames per second as people write them, "24", "24000/1001"; 0/1 for "0". FALSE where it is no
 * such thing. `text` is an option's value.
 */
gboolean genga_options_parse_rate (const char *text, int *numerator, int *denominator);

/*
 * A time in a video as people write it, in seconds: "90", "1:30", "0:01:30.25". FALSE where it is
 * no such thing.
 */
gboolean genga_options_parse_time (const char *text, double *seconds);

void genga_options_set_int (GengaOptions *self, GengaOption option, int value);
void genga_options_set_string (GengaOptions *self, GengaOption option, const char *value);

/*
 * Sets an option from text as people type it: numbers (with K, M, G for bytes), enumeration nicks,
 * "native"/"auto" where 0 has that name, yes/no. Errors: GENGA_ERROR_USAGE with the range; which
 * option it is about, the program says in its own way.
 */
gboolean
genga_options_parse (GengaOptions *self, GengaOption option, const char *text, GError **error);

/* An option's value as genga_options_parse() takes it; free with g_free(). */
char *genga_options_format (GengaOptions *self, GengaOption option);

/* The option of a name ("tile"), or FALSE. */
gboolean genga_option_find (const char *name, GengaOption *found);

/*
 * All values as one text of ASCII lines, "name=value"; free with g_free(). Restoring takes what it
 * understands and leaves the rest as it is; FALSE where something was not understood.
 */
char *genga_options_save (GengaOptions *self);
gboolean genga_options_restore (GengaOptions *self, const char *text);

/* Checks what single ranges cannot: overlap < tile / 2 (TILE-2). Errors: GENGA_ERROR_USAGE. */
gboolean genga_options_validate (GengaOptions *self, GError **error);

/* The sentences about values that are allowed and unwise (POST-6), or an empty list. */
GPtrArray *genga_options_dup_warnings (GengaOptions *self);

G_END_DECLS
