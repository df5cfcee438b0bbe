/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page of diagnostics: what this machine offers, as `genga-cli diagnose` tells it, found out in
 * a thread. Thread rule: main context only.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_DIAGNOSTICS (genga_diagnostics_get_type ())
G_DECLARE_FINAL_TYPE (GengaDiagnostics, genga_diagnostics, GENGA, DIAGNOSTICS, AdwWindow)

GtkWidget *genga_diagnostics_new (GtkWindow *parent);

/* Fills the page for troubleshooting of an AdwAboutWindow with the same, once it is known. */
void genga_diagnostics_fill_about (AdwAboutWindow *about);

G_END_DECLS
