/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bringing model files into the user's own folder, and taking them out of it.
 *
 * A file is read once, checked by the readers of src/weights, and exactly the bytes that were
 * checked are written: complete or not at all, under a name that is free. Nothing is replaced. So
 * are further files that the model consists of; a model in an archive is taken out of it.
 *
 * Thread rule: any thread; all functions block.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_IMPORT_ADDED,
  GENGA_IMPORT_THERE, /* the very same file is there under that name already */
  GENGA_IMPORT_CLASH, /* another file has that name; nothing was done */
  GENGA_IMPORT_FAILED,
} GengaImportResult;

/*
 * Whether `path` is offered as a model: by its suffix, or, where the suffix says
 * nothing, by a content that the readers take for a model. FALSE for folders and what is not
 * there.
 */
gboolean genga_model_import_is_model (const char *path);

/*
 * Copies the model file `path` into the user's own folder, which is made where it is not there.
 * The name is the file's, with the suffix of its kind where it has none of a model. Where another
 * file has it, `keep_both` takes the next free one ("name (2).pth"). `*target` gets the path of
 * the file in the folder, also of the one that is there already; free with g_free().
 *
 * Errors, with GENGA_IMPORT_FAILED: GENGA_ERROR_MODEL (not a model, broken, malicious, not
 * supported), GENGA_ERROR_INPUT (cannot be read), GENGA_ERROR_OUTPUT (cannot be written),
 * GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaImportResult
genga_model_import (const char *path, gboolean keep_both, char **target, GError **error);

/* Whether the file lies in the user's own folder, so that it may be removed. */
gboolean genga_model_import_is_own (const char *path);

/*
 * Removes a file of the user's own folder: into the trash, or for good where `permanently`; with
 * the model's further files, where they are named after it.
 * Errors: G_IO_ERROR_NOT_SUPPORTED where there is no trash for it; others with a sentence.
 */
gboolean genga_model_import_remove (const char *path, gboolean permanently, GError **error);

G_END_DECLS
