/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model that goes along with a cluster's job. Thread rule: any thread; blocks. */
#pragma once

#include "job/cluster/cluster-folder.h"

G_BEGIN_DECLS

/*
 * Copies a model's file, with all that it consists of, into the job's folder: exactly the bytes
 * that were read. Its name there; g_free(). NULL on errors: those of genga_state_dict_load(),
 * GENGA_ERROR_OUTPUT.
 */
char *genga_cluster_model_copy (GengaClusterFolder *folder, const char *path, GError **error);

G_END_DECLS
