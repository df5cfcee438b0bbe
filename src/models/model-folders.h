/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where models are looked for, for every program alike. Thread rule: any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The folders in which models are looked for, first wins: those that the environment variable
 * GENGA_MODELS_PATH names (separated by colons), the user's own ($XDG_DATA_HOME/genga/models) and
 * the shipped one. Not all need to exist. Free with g_strfreev().
 */
char **genga_model_folders_dup (void);

/* The user's own folder of models, the only one that Genga writes to; free with g_free(). */
char *genga_model_folder_dup_own (void);

/* The folder of the models that come with Genga; free with g_free(). */
char *genga_model_folder_dup_shipped (void);

G_END_DECLS
