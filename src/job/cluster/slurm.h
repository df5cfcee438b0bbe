/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slurm, by its own programs: sbatch, squeue and scancel of $PATH. What concerns queues, limits and
 * accounts is Slurm's and goes to it unchanged.
 *
 * No file name is ever part of a script: Slurm gets the folder and the program as arguments.
 *
 * Thread rule: any thread; every function blocks.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How tasks are to be run. All owned. */
typedef struct
{
  char *program;   /* absolute path of genga-cli, on every computer */
  char *partition; /* NULL: Slurm's default */
  guint n_nodes;   /* at most so many tasks at a time; 0: no limit */
  guint n_cpus;    /* of a task; 0: a computer for itself */
  char **more;     /* further options of sbatch; may be NULL */
} GengaSlurmWishes;

/* What Slurm runs for a job. All owned. */
typedef struct
{
  char *array; /* id; NULL: nothing was submitted */
  char *join;
  char *cluster; /* NULL: Slurm's default */
  GengaSlurmWishes wishes;
} GengaSlurmJobs;

/* How many of the tasks Slurm still has. */
typedef struct
{
  gboolean is_joining; /* the joining runs; one that waits for the tasks is nothing yet */
  guint n_running;
  guint n_waiting;
} GengaSlurmCount;

void genga_slurm_jobs_clear (GengaSlurmJobs *self);

/*
 * Submits `self->wishes` for the job in `folder`: an array of the tasks `ranges` ("0-3,7"; "":
 * none), and a job after all of them, whatever becomes of them. Fills in the ids, that of the array
 * also where the second one fails. `script` is a file of the folder, which is run with the program,
 * the folder and "segment" or "join". Errors: GENGA_ERROR_UNAVAILABLE where Slurm is not there,
 * GENGA_ERROR_USAGE with what it says.
 */
gboolean genga_slurm_submit (GengaSlurmJobs *self,
                             const char *folder,
                             const char *script,
                             const char *ranges,
                             GError **error);

/* Errors: as above. */
gboolean genga_slurm_cancel (const GengaSlurmJobs *self, GError **error);

/* FALSE where Slurm can't be asked; what it does not know any more counts as nothing. */
gboolean genga_slurm_count (const GengaSlurmJobs *self, GengaSlurmCount *count);

/* JSON; g_free(). */
char *genga_slurm_jobs_format (const GengaSlurmJobs *self, gsize *size);
/* FALSE where it is none. */
gboolean genga_slurm_jobs_parse (GengaSlurmJobs *self, const char *data, gsize size);

/* The script; static. */
const char *genga_slurm_get_script (void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaSlurmJobs, genga_slurm_jobs_clear)

G_END_DECLS
