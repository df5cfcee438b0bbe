/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model in an ordinary ZIP archive, as download pages pack it. For src/weights only. */
#pragma once

#include "weights/zip/zip.h"

G_BEGIN_DECLS

/*
 * The record of the one model in the archive, told by the names of its records; of a model of
 * several files, the one that describes the others. -1 in an archive that PyTorch wrote, which is a
 * model itself. Errors, GENGA_ERROR_MODEL: there is no model in it, or more than one.
 */
gboolean genga_zip_find_model (GengaZip *zip, int *record, GError **error);

G_END_DECLS
