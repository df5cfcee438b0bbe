/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is shown before there is any picture: how to bring some, and, as long as the user has added
 * no model, where more models come from.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_EMPTY_PAGE (genga_empty_page_get_type ())
G_DECLARE_FINAL_TYPE (GengaEmptyPage, genga_empty_page, GENGA, EMPTY_PAGE, AdwBin)

G_END_DECLS
