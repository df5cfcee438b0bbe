/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the window and the processes that run its jobs say to each other, over a channel
 * (job/apart/channel.h). What comes from such a process may come from a file that has taken it
 * over: it is checked before it is used.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

/* kind -> type of its value */
typedef enum
{
  /* to the process */
  GENGA_MESSAGE_SETUP,  /* first: what it may do */
  GENGA_MESSAGE_RUN,    /* a job; descriptors: of its source, where it has one, and its tiles */
  GENGA_MESSAGE_PAUSE,  /* number, whether */
  GENGA_MESSAGE_CANCEL, /* number */
  /* from the process */
  GENGA_MESSAGE_STARTED, /* number */
  GENGA_MESSAGE_STATE,   /* number, how far it is */
  GENGA_MESSAGE_ENDED,   /* number, what came of it; descriptors: of its pixels and tiles */
  GENGA_N_MESSAGES
} GengaMessage;

const GVariantType *genga_message_get_type (GengaMessage message);

/* Sources; folders and files that are written; models; names that results must not get. */
typedef struct
{
  char **sources;
  char **folders;
  char **outputs;
  char **models;
  char **taken;
} GengaJobSetup;

GVariant *genga_job_setup_to_message (const GengaJobSetup *self);
void genga_job_setup_from_message (GengaJobSetup *self, GVariant *message);
void genga_job_setup_clear (GengaJobSetup *self);

/* `tiles`: of genga_tile_parcels_new(). Floating. */
GVariant *genga_job_to_message (guint32 number, GengaJob *job, GVariant *tiles);
/* Whether its source's descriptor goes with it (genga_job_set_open_func()). */
gboolean genga_job_message_has_source (GVariant *message);
/* A new job; NULL: its options are no options. */
GengaJob *genga_job_from_message (GVariant *message, guint32 *number, GVariant **tiles);

/* Notices from `first_notice` on. */
GVariant *genga_job_state_to_message (guint32 number, GengaJob *job, guint first_notice);
guint32 genga_job_state_get_number (GVariant *message);
/* Enters it into the job that runs elsewhere. */
void genga_job_state_apply (GVariant *message, GengaJob *job);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaJobSetup, genga_job_setup_clear)

G_END_DECLS
