/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A model of the catalogue in a list: what it is for, its facts, and a button for what can be done:
 * download it, cancel that, remove it, open its page. Buttons call actions of the window with the
 * model's id: "models.download", "models.cancel", "models.remove-download", "models.open-page".
 */
#pragma once

#include "models/catalogue/offer-list.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_OFFER_ROW (genga_offer_row_get_type ())
G_DECLARE_FINAL_TYPE (GengaOfferRow, genga_offer_row, GENGA, OFFER_ROW, AdwActionRow)

/* `offer` is of `offers`, which the row keeps. */
GtkWidget *genga_offer_row_new (GengaOfferList *offers, const GengaOffer *offer);

const GengaOffer *genga_offer_row_get_offer (GengaOfferRow *self);

/*
 * Shows what is so now: whether a download is under way, and whether the model is there
 * (`is_installed`), because Genga downloaded it (`is_ours`).
 */
void genga_offer_row_update (GengaOfferRow *self, gboolean is_installed, gboolean is_ours);

G_END_DECLS
