/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recognises what a file offered as a model is, by its first bytes and size alone. For src/weights
 * only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_FORMAT_NONE, /* recognised or not, no reader exists */
  GENGA_FORMAT_SAFETENSORS,
  GENGA_FORMAT_SAFETENSORS_LIST, /* the list of the parts of a model */
  GENGA_FORMAT_NCNN,             /* the description of a network, in text */
  GENGA_FORMAT_ZIP,
  GENGA_FORMAT_PICKLE,
  GENGA_FORMAT_ONNX,
} GengaFormat;

/* The format, or GENGA_FORMAT_NONE and an error that names what the file is instead. */
GengaFormat genga_sniff (const guint8 *data, gsize size, GError **error);
/* The same of the first `size` bytes, 4096 or all, of a file. */
GengaFormat genga_sniff_head (const guint8 *data, gsize size, guint64 file_size, GError **error);

G_END_DECLS
