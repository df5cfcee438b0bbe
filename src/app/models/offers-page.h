/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue of models: searched, by purpose, with what can be done about each. It has the
 * actions "models.download", "models.cancel", "models.remove-download" and "models.open-page".
 *
 * Thread rule: main context only; files are looked at in a thread.
 */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_OFFERS_PAGE (genga_offers_page_get_type ())
G_DECLARE_FINAL_TYPE (GengaOffersPage, genga_offers_page, GENGA, OFFERS_PAGE, GtkBox)

/*
 * Reads the catalogue and shows it; once. A toast in `toasts` says what was downloaded, with a
 * button that chooses it in `options`.
 */
void genga_offers_page_show (GengaOffersPage *self, AdwToastOverlay *toasts, GengaOptions *options);

G_END_DECLS
