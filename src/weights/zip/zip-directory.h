/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The central directory of a ZIP archive. For src/weights/zip only. */
#pragma once

#include "weights/zip/zip-record.h"

G_BEGIN_DECLS

/* Fills `records` from the central directory and checks them against the local headers. */
gboolean genga_zip_read_directory (GengaZip *self, GError **error);

G_END_DECLS
