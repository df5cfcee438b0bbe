/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folders of frames: a picture for each frame of a video, and a list of them
 * (media/sequence/frame-list.h).
 *
 * A folder holds frame_00000.png and so on, and frames.ffconcat: a list that ffmpeg's concat
 * demuxer reads, with the exact times in comments. It is written line by line, so that a folder
 * that was interrupted goes on where it ended. Such a folder is a source
 * (media/sequence/sequence.h). Nothing in it is ever deleted but what its list names, and of that
 * only what is called as frames are (media/sequence/frame-files.h).
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "media/sequence/frame-list.h"
#include "media/media.h"
#include "media/source.h"

G_BEGIN_DECLS

/* All borrowed, beyond the folder's life. */
typedef struct
{
  const char *source;          /* its path */
  const GengaSourceInfo *info; /* of the source */
  const char *stream_source;   /* the video that the frames are of, one for one, or NULL */
  GengaPictureSave save; /* of each picture; its progress is never NULL, room is seen to here */
  const char *path;
  const char *settings; /* what equal frames have in common (export/fingerprint.h) */
  int width, height;    /* of the pictures */
  int rate_num;         /* every frame lasts rate_den / rate_num seconds; 0 = times as they are */
  int rate_den;
  gboolean waits_for_disk_space; /* a full disk is waited out */
  gboolean overwrite;            /* other frames may be removed */
  gboolean may_be_whole;         /* one with the same settings that is complete goes on, too */
} GengaFrameFolderSetup;

typedef struct _GengaFrameFolder GengaFrameFolder;

/*
 * Makes the folder, or goes on with one of the same settings; says what pictures do not hold.
 * Another one is emptied of its frames where that is allowed and nothing else is in its list.
 * Errors: GENGA_ERROR_EXISTS where it is not, GENGA_ERROR_OUTPUT, GENGA_ERROR_INPUT (a damaged
 * list), GENGA_ERROR_UNAVAILABLE.
 */
GengaFrameFolder *genga_frame_folder_open (const GengaFrameFolderSetup *setup, GError **error);
/* Whether it could be opened, as far as one knows without touching anything. Errors: the same. */
gboolean genga_frame_folder_check (const GengaFrameFolderSetup *setup, GError **error);

/*
 * Whether frames with these settings may be put into a folder that is there: it is empty, or has
 * the first ones of them.
 */
gboolean genga_frame_folder_may_begin (const char *path, const char *settings);

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
