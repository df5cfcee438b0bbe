/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A model file in the list of models: its name and summary, and, opened, all that is known of it
 * and what can be done with it. Its buttons call actions of the window, "models.use",
 * "models.reveal" and "models.remove", with the file's path; its own action "model.expand" opens
 * it, for assistive technology.
 */
#pragma once

#include "models/model-facts.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_MODEL_FACTS_ROW (genga_model_facts_row_get_type ())
G_DECLARE_FINAL_TYPE (
    GengaModelFactsRow, genga_model_facts_row, GENGA, MODEL_FACTS_ROW, AdwExpanderRow)

/* For a file of a list, which is only read. */
GtkWidget *genga_model_facts_row_new (const GengaModelFacts *facts);

/* The file's path. */
const char *genga_model_facts_row_get_path (GengaModelFactsRow *self);

/* What the option "model" takes for it; NULL where the file cannot be used. */
const char *genga_model_facts_row_get_value (GengaModelFactsRow *self);

/* Marks the model that `value` means as the one that is in use. */
void genga_model_facts_row_set_used (GengaModelFactsRow *self, const char *value);

G_END_DECLS
