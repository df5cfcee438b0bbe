/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Downloading a model of the catalogue into the user's own folder, because somebody asked for it.
 *
 * All its files are fetched and their hashes compared before a reader of src/weights sees them;
 * they get their names in the folder of models after it has accepted them. Until then they lie in a
 * hidden folder within it, from where the next attempt goes on.
 *
 * Thread rule: any thread but one that has a main loop to run; blocks.
 */
#pragma once

#include "core/progress.h"
#include "models/catalogue/offer.h"

G_BEGIN_DECLS

/*
 * Whoever calls this has shown the licence to the user, who has accepted it. `*target` gets the
 * path of the model in the folder, also where it was there already; free with g_free().
 *
 * Errors: those of genga_fetch_run(); GENGA_ERROR_UNAVAILABLE where the model has no link, with its
 * page; GENGA_ERROR_OUTPUT where another file has its name; GENGA_ERROR_MODEL where it is no model
 * that Genga can use.
 */
gboolean genga_model_download_run (const GengaOffer *offer,
                                   GengaProgress *progress,
                                   char **target,
                                   GError **error);

/* Whether the model's file lies in the user's own folder, whoever has put it there. */
gboolean genga_model_download_is_there (const GengaOffer *offer);

G_END_DECLS
