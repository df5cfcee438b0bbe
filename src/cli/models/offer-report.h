/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model of the catalogue in words and as JSON. Thread rule: main thread only. */
#pragma once

#include "models/catalogue/offer.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Prints its name, what it is for, its facts, and where it is. */
void genga_offer_report_print (const GengaOffer *offer);

/* Adds it as an object to the list in which `builder` stands. */
void genga_offer_report_add (JsonBuilder *builder, const GengaOffer *offer);

G_END_DECLS
