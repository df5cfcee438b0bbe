/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that a model is read from, which need not be the one that somebody chose: a model's
 * weights may be described by another file, and a model may lie in an archive. For src/weights
 * only.
 */
#pragma once

#include "weights/archive.h"

G_BEGIN_DECLS

typedef struct
{
  GBytes *bytes;
  char *path;            /* NULL: it lies in memory alone */
  GengaArchive *archive; /* NULL: in none */
} GengaFirstFile;

/*
 * From the file that was read from `path` (NULL: from nowhere) to the one that describes the model:
 * of "x.bin", "x.param"; of a part of a safetensors model, the list of its parts; of an ordinary
 * archive, the model in it. Where there is none, the file itself. Clear `self` with
 * genga_first_file_clear() in any case. Blocks. Errors: GENGA_ERROR_MODEL,
 * GENGA_ERROR_OUT_OF_MEMORY.
 */
gboolean
genga_first_file_find (GengaFirstFile *self, GBytes *bytes, const char *path, GError **error);
void genga_first_file_clear (GengaFirstFile *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaFirstFile, genga_first_file_clear)

G_END_DECLS
