/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a job's frames are written as pictures in a folder (media/sequence/frame-folder.h). */
#pragma once

#include "job/job.h"
#include "media/sequence/frame-folder.h"

G_BEGIN_DECLS

/*
 * The setup of a folder for frames of a source; path, settings and sizes are the caller's to fill
 * in. Everything is borrowed from the job and the source. `has_rate`: frames get new times, as the
 * job's options want.
 */
GengaFrameFolderSetup
genga_frames_setup_new (GengaJob *job, const GengaSource *source, gboolean has_rate);

G_END_DECLS
