/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page of diagnostics: what this machine offers, as `genga-cli diagnose` tells it, found out in
 * a thread. Thread rule: main context only.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_DIAGNOSTICS_WINDOW (genga_diagnostics_window_get_type ())
G_DECLARE_FINAL_TYPE (
    GengaDiagnosticsWindow, genga_diagnostics_window, GENGA, DIAGNOSTICS_WINDOW, AdwWindow)

GtkWidget *genga_diagnostics_window_new (GtkWindow *parent);

/* Fills the page for troubleshooting of an AdwAboutWindow with the same, once it is known. */
void genga_diagnostics_window_fill_about (AdwAboutWindow *about);

/* Before the program ends: waits for devices that are being tried, and tries no more. */
void genga_diagnostics_window_shut_down (void);

G_END_DECLS
