/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON for programs: members for a JsonBuilder that stands in an object, and printing.
 *
 * Strings may hold any bytes; what is not UTF-8 is replaced. Paths come as `NAME`, for reading, and
 * `NAME_uri`, which keeps every byte.
 *
 * Thread rule: any thread for its own builder.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void genga_json_add_string (JsonBuilder *builder, const char *name, const char *value);
void genga_json_add_int (JsonBuilder *builder, const char *name, gint64 value);
void genga_json_add_double (JsonBuilder *builder, const char *name, double value);
void genga_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value);
void genga_json_add_path (JsonBuilder *builder, const char *name, const char *path);

/*
 * Writes the builder's root to standard output, on one line or indented, with a line end. Consumes
 * the builder.
 */
void genga_json_print (JsonBuilder *builder, gboolean indented);

G_END_DECLS
