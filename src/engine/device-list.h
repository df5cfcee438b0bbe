/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several devices that share one job's work, as people write them:
 *
 *   cpu,cpu      ids with commas between; one that stands twice has two engines
 *   all          what “auto” takes, and all that compute the same bytes
 *   anything else is one device (engine/device-choice.h)
 *
 * Devices compute the same bytes where their back end is the same and, but for processors, what
 * they are: then kernels, order of sums and precision are.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/backend.h"
#include "engine/device-id.h"

G_BEGIN_DECLS

#define GENGA_DEVICE_LIST_MAX 16

typedef struct
{
  guint n;
  char ids[GENGA_DEVICE_LIST_MAX][GENGA_DEVICE_ID_SIZE];
} GengaDeviceList;

/* The device that a list begins with, as a word for one: “auto” of “all”. */
void genga_device_list_read_first (char id[GENGA_DEVICE_ID_SIZE], const char *word);

/* How many engines are asked for; more than one may turn out to be one of “all”. */
guint genga_device_list_count (const char *word, guint n_workers);

/*
 * `first` is what the first device has turned out to be. There are `n_workers` engines on each.
 * Without `may_differ`, all compute the same bytes. Opens nothing. Errors: GENGA_ERROR_USAGE where
 * that is not so, or it is no list; GENGA_ERROR_UNAVAILABLE for an id that nobody knows.
 */
gboolean genga_device_list_resolve (GengaDeviceList *self,
                                    const char *word,
                                    const GengaDeviceInfo *first,
                                    guint n_workers,
                                    gboolean may_differ,
                                    GError **error);

/* How many before the one at `index` are the same device. */
guint genga_device_list_get_copy (const GengaDeviceList *self, guint index);

/* “cpu, cpu”; g_free(). */
char *genga_device_list_dup_text (const GengaDeviceList *self);

G_END_DECLS
