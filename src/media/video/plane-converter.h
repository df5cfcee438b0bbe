/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames of one format, size and colour to another, sample for sample where only the depth differs:
 * for frames that stay planes, where the source changes its mind within a video or an encoder has
 * other planes than the source.
 */
#pragma once

#include "core/colour.h"
#include "media/video/av.h"

G_BEGIN_DECLS

/* What frames are like. */
typedef struct
{
  enum AVPixelFormat format;
  int width;
  int height;
  GengaColour colour; /* complete */
} GengaPlaneForm;

gboolean genga_plane_form_equal (const GengaPlaneForm *a, const GengaPlaneForm *b);

typedef struct _GengaPlaneConverter GengaPlaneConverter;

/* Errors: GENGA_ERROR_INPUT (formats and matrices that mean nothing here), _OUT_OF_MEMORY. */
GengaPlaneConverter *genga_plane_converter_new (const GengaPlaneForm *from,
                                                const GengaPlaneForm *to,
                                                const char *name,
                                                GError **error);
void genga_plane_converter_free (GengaPlaneConverter *self);
const GengaPlaneForm *genga_plane_converter_get_from (const GengaPlaneConverter *self);
/* A new frame, with the properties of `frame`. */
AVFrame *
genga_plane_converter_run (GengaPlaneConverter *self, const AVFrame *frame, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPlaneConverter, genga_plane_converter_free)

G_END_DECLS
