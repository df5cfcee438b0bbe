/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a file is, by its first bytes: its name says nothing.
 *
 * Pure functions on untrusted bytes; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The picture formats that are read. */
typedef enum
{
  GENGA_LOADER_NONE,
  GENGA_LOADER_PNG,
  GENGA_LOADER_JPEG,
  GENGA_LOADER_WEBP,
  GENGA_LOADER_GIF,
  GENGA_LOADER_TIFF,
  GENGA_LOADER_HEIF,
  GENGA_LOADER_BMP,
  GENGA_LOADER_JXL,
} GengaLoader;

/* Bytes of a file's beginning that are worth having. */
#define GENGA_SNIFF_SIZE 4096

/*
 * The loader for a file that starts with these bytes. With GENGA_LOADER_NONE, `*what` names the
 * thing for a sentence ("an HTML page"), translated and static; NULL where it is not known.
 */
GengaLoader genga_picture_sniff (const guint8 *data, gsize size, const char **what);

/* A loader's short name ("png"), as messages and GengaSourceInfo have it. */
const char *genga_loader_get_name (GengaLoader loader);

G_END_DECLS
