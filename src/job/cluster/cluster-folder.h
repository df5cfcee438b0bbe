/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder of a cluster's job, on a file system that its computers share: a plan, and of each
 * task's work what is finished. It is the user's own, and nobody else may write in it.
 *
 * Every file appears whole, under its name by a rename, so a reader sees all of it or nothing, and
 * a file that is written twice is the one or the other. Nothing depends on clocks or on locks,
 * which such file systems do badly. A call that the file system answers with ESTALE or EIO, as
 * NFS does when a server comes back, is made some times more.
 *
 *   plan.json                what is done (cluster-plan.h)
 *   slurm.json               which jobs of Slurm do it, and
 *   task.sh                  what they run (slurm.h)
 *   segments/NNNNNN.seg      packets of a segment, and
 *   segments/NNNNNN.json     its manifest, which makes it count (segment-manifest.h)
 *   segments/NNNNNN.error    why a task's last try failed, a sentence
 *   chunks/NNNNNN.list       files that a task takes one after the other (chunk-list.h), and
 *   chunks/NNNNNN.json       what came of them
 *   model/                   the model, so that the computers need not have it
 *   join.error               why joining failed
 *   joined.json              which file the result is going to be
 *   done.json                the result has its name
 *   log-COMPUTER.txt         what Slurm's tasks print
 *
 * Thread rule: one thread at a time. Every function blocks.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaClusterFolder GengaClusterFolder;

#define GENGA_CLUSTER_SEGMENTS "segments"
#define GENGA_CLUSTER_CHUNKS "chunks"
#define GENGA_CLUSTER_MODEL "model"
#define GENGA_CLUSTER_PLAN "plan.json"
#define GENGA_CLUSTER_JOBS "slurm.json"
#define GENGA_CLUSTER_SCRIPT "task.sh"
#define GENGA_CLUSTER_JOIN_ERROR "join.error"
#define GENGA_CLUSTER_DONE "done.json"

/*
 * Makes it, with its folders; it may be there, empty. Of several that make one folder at a time one
 * gets it. Errors: GENGA_ERROR_EXISTS where something is in it, GENGA_ERROR_OUTPUT.
 */
GengaClusterFolder *genga_cluster_folder_make (const char *path, GError **error);

/* Errors: GENGA_ERROR_INPUT where it is not there, or not the user's own. */
GengaClusterFolder *genga_cluster_folder_open (const char *path, GError **error);

void genga_cluster_folder_free (GengaClusterFolder *self);

/* Absolute. */
const char *genga_cluster_folder_get_path (GengaClusterFolder *self);
/* Of a file in it; g_free(). */
char *genga_cluster_folder_dup_path (GengaClusterFolder *self, const char *name);
/* "segments/000012.json"; g_free(). */
char *genga_cluster_dup_name (const char *part, gint64 number, const char *ending);

gboolean genga_cluster_folder_has (GengaClusterFolder *self, const char *name);

/*
 * The content of a file of at most `max` bytes, with a NUL behind it; g_free(). NULL without error:
 * it is not there. Errors: GENGA_ERROR_INPUT.
 */
char *genga_cluster_folder_read (
    GengaClusterFolder *self, const char *name, gsize max, gsize *size, GError **error);

/* Durable once it is answered TRUE. Replaces. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_cluster_folder_write (
    GengaClusterFolder *self, const char *name, const char *data, gsize size, GError **error);

/* Gives a file in the folder, durable already, its name. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_cluster_folder_name (GengaClusterFolder *self,
                                    const char *path,
                                    const char *name,
                                    GError **error);

/* What is not there need not be removed. */
void genga_cluster_folder_remove (GengaClusterFolder *self, const char *name);
/* What genga_cluster_folder_make() and its job made, and nothing that was there; frees. */
void genga_cluster_folder_discard (GengaClusterFolder *self);
/* The files of segments or chunks, by their names; other files stay. */
void genga_cluster_folder_empty (GengaClusterFolder *self, const char *part);

/*
 * The numbers below `n` that have a file with such an ending in one of its folders, by reading the
 * folder once: n bits (GByteArray of 0 and 1). Errors: GENGA_ERROR_INPUT.
 */
GByteArray *genga_cluster_folder_list (
    GengaClusterFolder *self, const char *part, const char *ending, guint n, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaClusterFolder, genga_cluster_folder_free)

G_END_DECLS
