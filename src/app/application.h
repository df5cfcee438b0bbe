/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GengaApplication: one process, one window, files from the command line and other programs. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_APPLICATION_ID "io.github.genga.Genga"

#define GENGA_TYPE_APPLICATION (genga_application_get_type ())
G_DECLARE_FINAL_TYPE (GengaApplication, genga_application, GENGA, APPLICATION, AdwApplication)

GengaApplication *genga_application_new (void);

G_END_DECLS
