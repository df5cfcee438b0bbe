/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folders of frames: a picture for each frame of a video (FMT-5), and a list of them
 * (job/frames/frame-list.h).
 *
 * A folder holds frame_00000.png and so on, and frames.ffconcat: a list that ffmpeg's concat
 * demuxer reads, with the exact times in comments. It is written line by line, so that a folder
 * that was interrupted goes on where it ended. Such a folder is a source (job/frames/sequence.h).
 * Nothing in it is ever deleted but what its list names, and of that only what is called as frames
 * are (job/frames/frame-files.h).
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "job/frames/frame-list.h"
#include "job/job.h"
#include "media/video.h"

G_BEGIN_DECLS

/* All borrowed, beyond the folder's life. */
typedef struct
{
  GengaJob *job;              /* whose frames they are; says of which kind the pictures are */
  const GengaVideoInfo *info; /* of the source */
  const char *path;
  const char *settings; /* what equal frames have in common (export/fingerprint.h) */
  int width, height;    /* of the pictures */
  int rate_num;         /* every frame lasts rate_den / rate_num seconds; 0 = times as they are */
  int rate_den;
  gboolean may_be_whole; /* one with the same settings that is complete goes on, too */
} GengaFrameFolderSetup;

typedef struct _GengaFrameFolder GengaFrameFolder;

/*
 * Makes the folder, or goes on with one of the same settings; says what pictures do not hold.
 * Another one is emptied of its frames where the job's options allow overwriting and nothing else
 * is in its list. Errors:
 * GENGA_ERROR_OUTPUT, GENGA_ERROR_INPUT (a damaged list), GENGA_ERROR_UNAVAILABLE.
 */
GengaFrameFolder *genga_frame_folder_open (const GengaFrameFolderSetup *setup, GError **error);
/* What is in it stays. */
void genga_frame_folder_free (GengaFrameFolder *self);

/* What is there; borrowed. */
const GengaFrameList *genga_frame_folder_get_list (GengaFrameFolder *self);

/*
 * Frame number `n` of the video, which counts from 0; nothing is done where it is there already.
 * Frames come in order. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean
genga_frame_folder_put (GengaFrameFolder *self, guint64 n, GengaFrame *frame, GError **error);

/* Removes the frames that are there, to begin anew. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_frame_folder_restart (GengaFrameFolder *self, GError **error);

/* All frames are there. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_frame_folder_finish (GengaFrameFolder *self, GError **error);

/* Removes the frames that a folder's list names, the list, and the folder where that is all;
 * nothing where the list names something else. */
void genga_frame_folder_remove (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFrameFolder, genga_frame_folder_free)

G_END_DECLS
