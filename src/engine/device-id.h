/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Device ids: a back end's name, and after a colon which of its devices where it has some. "cpu",
 * "reference", "torch:cpu", "torch:cuda:0", "vulkan:0". "auto" stands for whatever is best for a
 * network.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* With the end of the string. */
#define GENGA_DEVICE_ID_SIZE 32

/*
 * The id that a word means. Those of earlier versions and people's shorter ones are put in full:
 * "cuda" and "cuda:0" are "torch:cuda:0". What is no id stays as it is.
 */
void genga_device_id_read (char id[GENGA_DEVICE_ID_SIZE], const char *word);

G_END_DECLS
