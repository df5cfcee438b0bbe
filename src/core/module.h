/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Modules: shared libraries that are opened on first use, because what they stand on is heavy; and
 * where the other parts of Genga lie. All ways start from the place of this library: a build folder
 * is told by its genga-build.conf, and no binary holds a path of it.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The folder that a part of Genga lies in: beside the running program in a build folder
 * (`build_subdir` below the build root), else `installed`. An installation that was moved as a
 * whole is followed through the place of this library.
 */
char *genga_module_find_dir (const char *build_subdir, const char *installed);

/*
 * Opens the module `libgenga-STEM.so` that lies in `build_subdir` of a build folder or in the
 * installed module folder, and looks up `symbol` in it. The module stays open for good. Errors:
 * GENGA_ERROR_UNAVAILABLE with the loader's reason.
 */
gpointer
genga_module_open (const char *stem, const char *build_subdir, const char *symbol, GError **error);

/* The file that genga_module_open() opens; free with g_free(). */
char *genga_module_dup_path (const char *stem, const char *build_subdir);

/* A program that lies beside the modules and that only Genga starts. */
char *genga_module_dup_program (const char *name, const char *build_subdir);

/* What Genga itself reads: modules, models, translations; of a build, all of it and LibTorch. */
char **genga_module_dup_own_folders (void);

/* The folder of the models that come with Genga. */
char *genga_module_dup_models_dir (void);

G_END_DECLS
