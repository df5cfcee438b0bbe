/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphics cards by number, as programs that ask servers name them. Thread rule: any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The id of the device (engine/device-id.h): that of CUDA's cards where it has any, since some
 * models need it, else that of Vulkan's. Whether there is a card of this number turns out when it
 * is opened. Free with g_free().
 */
char *genga_server_dup_card (guint number);

G_END_DECLS
