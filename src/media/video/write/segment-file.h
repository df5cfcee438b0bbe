/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of segments: packets one after the other, as an encoder gave them. */
#pragma once

#include "media/video.h"
#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaSegmentWriter GengaSegmentWriter;
typedef struct _GengaSegmentReader GengaSegmentReader;

/* `result`: the path that messages are about. Errors: GENGA_ERROR_OUTPUT. */
GengaSegmentWriter *genga_segment_writer_new (const char *path,
                                              const char *result,
                                              const GengaVideoWrite *params,
                                              GError **error);
/* Leaves the file as it is. */
void genga_segment_writer_free (GengaSegmentWriter *self);
guint64 genga_segment_writer_get_size (GengaSegmentWriter *self);
gboolean
genga_segment_writer_add (GengaSegmentWriter *self, const AVPacket *packet, GError **error);
/* Makes the file durable. */
gboolean genga_segment_writer_finish (GengaSegmentWriter *self, GError **error);

/*
 * 0; AVERROR_INVALIDDATA where it is not there or not what was written; another error where it
 * could not be read. What a share answers while its server comes back is asked again some times.
 */
int genga_segment_reader_new (const char *path, GengaSegmentReader **reader);
void genga_segment_reader_free (GengaSegmentReader *self);
/* As above; AVERROR_EOF once the whole file was as it was written. */
int genga_segment_reader_next (GengaSegmentReader *self, AVPacket *packet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSegmentWriter, genga_segment_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSegmentReader, genga_segment_reader_free)

G_END_DECLS
