/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of results by a pattern: text with {stem}, {model}, {scale}, {width}, {height}, {index} and
 * {date} in it, without an ending.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What stands for the fields; borrowed. */
typedef struct
{
  const char *stem; /* of the source's name; bytes as the file system has them */
  const char *model;
  int scale;
  int width; /* of the result, in pixels */
  int height;
  guint index; /* in the run, from 1 */
  gint64 date; /* of the run, in seconds since 1970; written as 2026-11-30 */
} GengaNameFacts;

/*
 * Whether names can be made by it: every brace belongs to one of the fields, and there is no “/”.
 * Errors: GENGA_ERROR_USAGE.
 */
gboolean genga_name_template_check (const char *text, GError **error);

/*
 * A name of at most 200 bytes, never empty, “.” or “..”, without a “/” whatever the facts have.
 * `text` passes the check. Free with g_free().
 */
char *genga_name_template_fill (const char *text, const GengaNameFacts *facts);

/* What a picture “picture.png” of 960 by 540 would be called, twice as large. Free with g_free().
 */
char *genga_name_template_dup_example (const char *text);

G_END_DECLS
