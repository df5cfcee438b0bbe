/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors as values, in stores and between processes. Thread rule: any thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_ERROR_RECORD_TYPE "(sis)"

/* Floating. */
GVariant *genga_error_record_new (const GError *error);

/*
 * Back again; from whomever the record comes. Errors of other domains than GENGA_ERROR and
 * G_IO_ERROR are G_IO_ERROR_FAILED.
 */
GError *genga_error_record_dup (GVariant *record);

G_END_DECLS
