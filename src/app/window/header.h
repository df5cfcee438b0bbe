/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header bar: what can be done with the whole queue, and how far it is.
 *
 * Property `menu-model`: the primary menu. Its buttons are the window's actions.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_HEADER (genga_header_get_type ())
G_DECLARE_FINAL_TYPE (GengaHeader, genga_header, GENGA, HEADER, AdwBin)

/* Follows `queue`; once. */
void genga_header_set_queue (GengaHeader *self, GengaJobQueue *queue);

G_END_DECLS
