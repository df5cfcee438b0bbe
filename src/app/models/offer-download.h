/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A model of the catalogue on its way into the user's folder, whichever window shows it. It goes on
 * when windows are closed, and ends with the program; what has come then is kept.
 *
 * Signals: "progress", and "ended", after which nobody holds it but those that took a reference.
 * Thread rule: main context only; the work is done in a thread.
 */
#pragma once

#include "core/progress.h"
#include "models/catalogue/offer-list.h"

G_BEGIN_DECLS

#define GENGA_TYPE_OFFER_DOWNLOAD (genga_offer_download_get_type ())
G_DECLARE_FINAL_TYPE (GengaOfferDownload, genga_offer_download, GENGA, OFFER_DOWNLOAD, GObject)

/* The one of this model that is under way, borrowed; NULL: there is none. */
GengaOfferDownload *genga_offer_download_find (const GengaOffer *offer);

/*
 * Starts it, or gives the one that is under way; borrowed. `offer` is of `offers`. The user has
 * accepted the licence.
 */
GengaOfferDownload *genga_offer_download_start (GengaOfferList *offers, const GengaOffer *offer);

/* Ends it; what has come is kept. */
void genga_offer_download_cancel (GengaOfferDownload *self);

const GengaOffer *genga_offer_download_get_offer (GengaOfferDownload *self);

/* How much is there (0 to 1), and "1.2 MB of 4.8 MB · 3 s left"; free `*text` with g_free(). */
double genga_offer_download_get_progress (GengaOfferDownload *self, char **text);

/* Once it has ended: NULL if the model is there, else why not; borrowed. */
const GError *genga_offer_download_get_error (GengaOfferDownload *self);

G_END_DECLS
