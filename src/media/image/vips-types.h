/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvips, with its types under names of our own. */
#pragma once

#include <vips/vips.h>

G_BEGIN_DECLS

/* The library's types under names of our own, as its newer releases define these functions. */
typedef VipsImage GengaVipsImage;
typedef VipsSource GengaVipsSource;
typedef VipsTarget GengaVipsTarget;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVipsImage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVipsSource, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVipsTarget, g_object_unref)

G_END_DECLS
