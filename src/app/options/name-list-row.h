/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row with room for the names of results, one a line. */
#pragma once

#include "core/options.h"
#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *genga_name_list_row_new (GengaOptions *options);

G_END_DECLS
