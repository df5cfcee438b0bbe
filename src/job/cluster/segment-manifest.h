/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of one finished segment of a cluster's job: a small JSON file beside its packets.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/export/journal-entry.h"

G_BEGIN_DECLS

/* Of a manifest; frames of a segment are seconds. */
#define GENGA_SEGMENT_MANIFEST_MAX ((gsize)16 << 20)

typedef struct
{
  gint64 number;
  GengaJournalEntry *entry; /* NULL: no frame lies there */
} GengaSegmentManifest;

void genga_segment_manifest_free (GengaSegmentManifest *self);

/* JSON of `*size` bytes; `entry` NULL: no frame lies there. g_free(). */
char *genga_segment_manifest_format (gint64 number, const GengaJournalEntry *entry, gsize *size);

/*
 * NULL where it is none, with the key that is wrong in `*bad` (static). What it says is consistent
 * in itself: as many times as frames, in order.
 */
GengaSegmentManifest *genga_segment_manifest_parse (const char *data, gsize size, const char **bad);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSegmentManifest, genga_segment_manifest_free)

G_END_DECLS
