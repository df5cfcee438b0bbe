/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the window and the processes that read files for it say to each other, over a channel
 * (job/apart/channel.h): a setup, then calls, one at a time, each with an answer. What comes from
 * such a process may come from a file that has taken it over: it is checked before it is used.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

typedef enum
{
  /* to the process */
  GENGA_READER_SETUP,  /* first: sources and models, which alone it may read; what for */
  GENGA_READER_CALL,   /* method, arguments */
  GENGA_READER_CANCEL, /* the call that is under way, if any */
  /* from the process */
  GENGA_READER_ANSWER, /* error, value; descriptors: of pixels */
  GENGA_N_READER_MESSAGES
} GengaReaderMessage;

/* What a process is for. */
typedef enum
{
  GENGA_READER_DECODES,
  GENGA_READER_PLANS,    /* reads what plans stand on, too */
  GENGA_READER_MEASURES, /* and writes what it codes, to a folder of caches */
} GengaReaderPurpose;

/* Each reads what its first argument names. */
typedef enum
{
  GENGA_READER_PICTURE, /* a picture file: path, memory, factor -> frame */
  GENGA_READER_PREVIEW, /* the source of a preview: path, options -> information, frames */
  GENGA_READER_FRAME,   /* of a video: path, seconds, how to deinterlace -> information, frame */
  GENGA_READER_SMALL_FRAME, /* the same, small: path, seconds, size -> frame */
  GENGA_READER_OPEN_TRIAL,  /* a video and what came of a part of it: paths, options */
  GENGA_READER_NEXT_TRIAL,  /* the next frames of both, or none */
  GENGA_READER_THUMBNAIL,   /* path, size -> what is known of the file, frame */
  GENGA_READER_IS_VIDEO,    /* path, options if any -> whether it is a video */
  GENGA_READER_IS_SOURCE,   /* path, options if any, whether it may be cut off: an error if not */
  GENGA_READER_PLAN,        /* whether an estimate begins, a job, speeds, memory -> what it takes */
  GENGA_READER_MODEL,       /* path -> sizes of blocks, a state dict; descriptor: the blocks */
  GENGA_READER_LOOK,        /* path, options -> what the model “match” goes by */
  GENGA_READER_OUTLOOK,     /* as PLAN -> what will happen (job/estimate/outlook.h) */
  GENGA_READER_MEASURE,     /* as PLAN: begins to measure (job/estimate/measure.h) */
  GENGA_READER_MEASURE_ON,  /* -> how much is done; at the end, what will happen */
  GENGA_N_READER_METHODS
} GengaReaderMethod;

/* kind -> type of its value */
const GVariantType *genga_reader_message_get_type (GengaReaderMessage message);
const GVariantType *genga_reader_method_get_arguments (GengaReaderMethod method);
const GVariantType *genga_reader_method_get_answer (GengaReaderMethod method);

/* Floating. */
GVariant *genga_source_info_to_message (const GengaSourceInfo *info);
/*
 * From whomever it comes: FALSE where it is none. What is there can be used without further
 * questions: sizes are positive, as are the units of times of all but pictures; numbers are finite,
 * texts end.
 */
gboolean genga_source_info_from_message (GVariant *message, GengaSourceInfo *info);

G_END_DECLS
