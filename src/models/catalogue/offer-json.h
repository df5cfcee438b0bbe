/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the catalogue's file. It is read strictly, as if it came from a stranger: one value that is
 * not as it has to be, and nothing of it is used. Members that are not known are passed over.
 *
 *   { "format": 1,
 *     "licences": { SPDX-ID: { "name": TEXT, "url": URL } },
 *     "rules": [ … models/match/match-rules.h … ],
 *     "models": [ { "id", "name", "page": TEXT;
 *                   "author", "family", "licence" (an SPDX-ID): TEXT; "scale": 1 to 16;
 *                   "tags": [ TEXT ];
 *                   "files": [ { "name": TEXT, "size": bytes, "sha256": hex, "url": URL } ] } ] }
 *
 * Of a model "id", "name" and "page" have to be there, of a file its "name"; a file with "url" has
 * "size" and "sha256", and its model a "licence". Links are https. No two models have one id, no
 * two files one name.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "models/catalogue/offer.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * The root of the JSON text `data`, `size` bytes; free with json_node_unref(). `name` is the
 * file's, for messages. Errors, all GENGA_ERROR_MODEL: it is too large or nested too deeply, is not
 * JSON, or is no object.
 */
JsonNode *genga_offer_json_parse (const char *data, gsize size, const char *name, GError **error);

/* The models of a catalogue's root: GengaOffer, in its order. Errors: GENGA_ERROR_MODEL. */
GPtrArray *genga_offer_json_read (JsonNode *root, const char *name, GError **error);

G_END_DECLS
