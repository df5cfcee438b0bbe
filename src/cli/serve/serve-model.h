/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models as the programs choose them that speak a server's protocol. Thread rule: any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The installed model of Real-CUGAN for a quality letter (F, E, Q, H: none, little, more, most
 * noise is taken away; any other: conservatively) or, where it isn't negative, a level of noise
 * from 0 to 3. A name for genga_catalogue_resolve(); free with g_free(). Errors: GENGA_ERROR_MODEL.
 */
char *genga_serve_model_find_cugan (const char *letter, int noise, GError **error);

/* The same of realesr-animevideov3 for a scale of 2, 3 or 4. */
char *genga_serve_model_find_esrgan (int scale, GError **error);

G_END_DECLS
