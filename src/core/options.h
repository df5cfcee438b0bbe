/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaOptions: the single list of what can be chosen for a job.
 *
 * Every option is one row of core/option-table.h: name, range, default, words, and what is true of
 * it. The rows feed the command line and its help, the window's controls, the stored job and the
 * tests; nothing else lists options. Each is also a GObject property of that name.
 *
 * A job runs on a frozen copy: genga_options_freeze() makes an object immutable.
 *
 * `overwrite` is another word for `existing` being “replace”: each follows the other.
 *
 * Thread rule: main context only until frozen; a frozen object may be read by any thread.
 */
#pragma once

#include "core/choices.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* The model that is taken where the user chooses none: which it is depends on what is upscaled. */
#define GENGA_MODEL_AUTO "auto"

/* The model that fits the source, by what its first frames look like (job/plan/plan-match.h). */
#define GENGA_MODEL_MATCH "match"

typedef enum
{
#define OPTION(id, ...) GENGA_OPTION_##id,
#include "core/option-table.h"
  GENGA_N_OPTIONS,
} GengaOption;

typedef enum
{
  GENGA_OPTION_GROUP_NETWORK,
  GENGA_OPTION_GROUP_FILTERS,
  GENGA_OPTION_GROUP_OUTPUT,
  GENGA_OPTION_GROUP_VIDEO,
} GengaOptionGroup;

typedef enum
{
  GENGA_OPTION_TYPE_INT,
  GENGA_OPTION_TYPE_BYTES, /* uint64 */
  GENGA_OPTION_TYPE_DOUBLE,
  GENGA_OPTION_TYPE_TEXT,
  GENGA_OPTION_TYPE_SWITCH,
  GENGA_OPTION_TYPE_CHOICE, /* an enumeration (core/choices.h) */
} GengaOptionType;

/* Where the window's panel has it. */
typedef enum
{
  GENGA_OPTION_IN_FRONT,
  GENGA_OPTION_BEHIND,    /* one click further away: what few people ever change */
  GENGA_OPTION_ELSEWHERE, /* not among the others */
} GengaOptionPlace;

/* What is true of an option. */
typedef enum
{
  /* The finished segments of a video depend on it. Without this: where results go, how much the
   * machine may do, sound, which is added later, and what the plan knows better. */
  GENGA_OPTION_CHANGES_SEGMENTS = 1 << 0,
  /* The network gets or gives other samples with it, filters aside. */
  GENGA_OPTION_REACHES_NETWORK = 1 << 1,
  /* A request, of which the plan knows the result. */
  GENGA_OPTION_PLANNED = 1 << 2,
  /* What results are called and where they go. */
  GENGA_OPTION_NAMES_RESULT = 1 << 3,
  /* How large the result is. */
  GENGA_OPTION_SETS_SIZE = 1 << 4,
  /* What becomes of results that are there. */
  GENGA_OPTION_REPLACES = 1 << 5,
  /* For one source or one machine: no preset has it. */
  GENGA_OPTION_IS_LOCAL = 1 << 6,
  /* When and how eagerly the machine works, and nothing else: no result depends on it. */
  GENGA_OPTION_IS_POLITE = 1 << 7,
  /* Means parts of one source, so the window forgets it when it ends. */
  GENGA_OPTION_IS_PASSING = 1 << 8,
} GengaOptionFacts;

/* Kinds of results that use an option. */
typedef enum
{
  GENGA_OPTION_FOR_PICTURES = 1 << 0,
  GENGA_OPTION_FOR_VIDEOS = 1 << 1,     /* with an encoder */
  GENGA_OPTION_FOR_ANIMATIONS = 1 << 2, /* GIF, APNG, WebP */
  GENGA_OPTION_FOR_FRAMES = 1 << 3,     /* pictures of a video's frames */
} GengaOptionResults;

#define GENGA_OPTION_FOR_MOTION                                                                    \
  (GENGA_OPTION_FOR_VIDEOS | GENGA_OPTION_FOR_ANIMATIONS | GENGA_OPTION_FOR_FRAMES)

/* One row of the table. */
typedef struct
{
  GengaOptionGroup group;
  const char *name; /* "tile": the property and, with --, the flag */
  GengaOptionType type;
  double minimum; /* of numbers */
  double maximum;
  double value;            /* the default, of a switch or a choice too */
  const char *text;        /* the default, or NULL */
  GType (*choices) (void); /* a choice's enumeration */
  const char *nick;        /* not translated yet, like blurb and metavar */
  const char *blurb;
  const char *metavar;   /* "PIXELS", or NULL for switches without a value */
  const char *zero_nick; /* what the value 0 is called ("native", "auto"), or NULL */
  double soft_minimum;   /* the window's range, where narrower than the option's */
  double soft_maximum;
  double step;
  GengaOptionPlace place;
  guint facts;   /* GengaOptionFacts */
  guint results; /* GengaOptionResults; 0: all use it */
} GengaOptionInfo;

const GengaOptionInfo *genga_option_get_info (GengaOption option);
GParamSpec *genga_option_get_pspec (GengaOption option);
gboolean genga_option_has_fact (GengaOption option, GengaOptionFacts fact);

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

/* Whether it was given a value, even if that is the default. */
gboolean genga_options_is_set (GengaOptions *self, GengaOption option);
/* Whether its value is the default, given or not. */
gboolean genga_options_is_default (GengaOptions *self, GengaOption option);

/* Whether both have the same value. */
gboolean genga_options_is_same (GengaOptions *self, GengaOption option, GengaOptions *other);

void genga_options_set_int (GengaOptions *self, GengaOption option, int value);
void genga_options_set_string (GengaOptions *self, GengaOption option, const char *value);

/* The option of a name ("tile"), or FALSE. */
gboolean genga_option_find (const char *name, GengaOption *found);

G_END_DECLS
