/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/picture-reader.h"
#include "core/error.h"
#include "media/image/metadata.h"
#include "media/image/row-feed.h"
#include "media/image/vips-error.h"
#include "media/image/read/vips-open.h"

#include <string.h>

struct _GengaPictureReader
{
  GengaVipsFile source;
  GCancellable *cancellable;
  GengaProgress *progress;
  GengaFrameInfo info;
  GengaFrame *carrier; /* of all that the picture carries; its pixel means nothing */
  VipsImage *image;
  int n_read; /* rows, by who asks for them */

  /* The decoder's thread. */
  GThread *thread;
  GengaRowFeed *feed;
  VipsFailOn fail_on;
  int n_given;         /* rows */
  gboolean has_failed; /* once the feed has ended */
};

/* What was given already comes again where the file is read a second time. */
static int
give_rows (VipsRegion *region, VipsRect *area, void *data)
{
  GengaPictureReader *self = data;
  const int first = MAX (area->top, self->n_given), end = area->top + area->height;
  g_autoptr (GengaFrame) rows = NULL;
  GengaFrameInfo info = self->info;

  if (g_cancellable_is_cancelled (self->cancellable))
    return -1;
  if (first >= end)
    return 0;
  info.height = end - first;
  rows = genga_frame_new_dense (&info, NULL);
  if (rows == NULL)
    return -1;
  for (int y = first; y < end; y++)
    memcpy (genga_frame_get_row (rows, 0, y - first), VIPS_REGION_ADDR (region, 0, y),
            rows->strides[0]);
  self->n_given = end;
  return genga_row_feed_give (self->feed, rows) ? 0 : -1;
}

/* Again, as a less strict one; FALSE: its rows would not be those of the frame any more. */
static gboolean
reopen (GengaPictureReader *self)
{
  GengaFrameInfo info;

  g_clear_object (&self->image);
  self->image = genga_vips_open (&self->source, self->fail_on, NULL);
  if (self->image == NULL)
    return FALSE;
  genga_vips_open_describe (self->image, &info);
  return info.width == self->info.width && info.height == self->info.height &&
         info.layout == self->info.layout && info.sample == self->info.sample;
}

/* As a picture that is read whole. */
static gpointer
run_decoder (gpointer data)
{
  GengaPictureReader *self = data;
  gboolean ok = vips_sink_disc (self->image, give_rows, self) == 0;

  while (!ok && !g_cancellable_is_cancelled (self->cancellable) &&
         !genga_row_feed_is_closed (self->feed) &&
         genga_vips_open_relax (&self->source, &self->fail_on))
    ok = reopen (self) && vips_sink_disc (self->image, give_rows, self) == 0;
  if (!ok)
    genga_vips_drop_error (self->source.name);
  self->has_failed = !ok;
  genga_row_feed_end (self->feed);
  vips_thread_shutdown ();
  return NULL;
}

/* A frame of one pixel, of the picture's kind: a profile has to fit it. */
static GengaFrame *
new_carrier (GengaPictureReader *self, GError **error)
{
  GengaFrameInfo pixel = self->info;
  GengaFrame *carrier;

  pixel.width = pixel.height = 1;
  carrier = genga_frame_new (&pixel, error);
  if (carrier != NULL)
    genga_vips_take_metadata (carrier, self->image, &self->source, self->progress);
  return carrier;
}

static gboolean
start_decoder (GengaPictureReader *self, GError **error)
{
  const GengaSourceParams no_budget = { 0 };

  vips_error_clear ();
  self->fail_on = genga_vips_open_get_strictest (&self->source);
  self->image = genga_vips_open (&self->source, self->fail_on, error);
  if (self->image == NULL)
    return FALSE;
  genga_vips_open_describe (self->image, &self->info);
  if (!genga_vips_open_check (&self->source, &self->info, &no_budget, error))
    return FALSE;
  self->carrier = new_carrier (self, error);
  if (self->carrier == NULL)
    return FALSE;
  self->feed = genga_row_feed_new ();
  self->thread = g_thread_try_new ("genga-decode", run_decoder, self, error);
  return self->thread != NULL;
}

GengaPictureReader *
genga_picture_reader_new (const char *path,
                          const GengaSourceParams *params,
                          GCancellable *cancellable,
                          GError **error)
{
  GengaPictureReader *self = g_new0 (GengaPictureReader, 1);

  self->source = (GengaVipsFile)GENGA_VIPS_FILE_INIT;
  self->progress = params->progress;
  g_set_object (&self->cancellable, cancellable);
  self->source.cancellable = cancellable;
  if (!g_cancellable_set_error_if_cancelled (cancellable, error) &&
      genga_vips_file_open (&self->source, path, params->allows_truncated, error) &&
      start_decoder (self, error))
    return self;
  genga_picture_reader_free (self);
  return NULL;
}

static gboolean
set_read_error (GengaPictureReader *self, GError **error)
{
  if (!g_cancellable_set_error_if_cancelled (self->cancellable, error))
    genga_vips_open_set_damaged (&self->source, error);
  return FALSE;
}

/* What lies behind the last row may be damaged, too. */
static gboolean
end_rows (GengaPictureReader *self, GError **error)
{
  int first;
  g_autoptr (GengaFrame) nothing = genga_row_feed_take (self->feed, self->info.height, &first);

  if (nothing != NULL || self->has_failed)
    return set_read_error (self, error);
  if (!genga_vips_file_check_unchanged (&self->source, error))
    return FALSE;
  genga_vips_open_notice (&self->source, self->image, self->progress);
  return TRUE;
}

static gboolean
fill_rows (GengaPictureReader *self, GengaFrame *rows, GError **error)
{
  const gsize size = (gsize)rows->info.width * genga_sample_get_size (rows->info.sample) *
                     genga_layout_get_n_channels (rows->info.layout);

  for (int done = 0; done < rows->info.height;)
    {
      int first;
      g_autoptr (GengaFrame) part = genga_row_feed_take (self->feed, self->n_read + done, &first);

      if (part == NULL)
        return set_read_error (self, error);
      for (int y = self->n_read + done; done < rows->info.height && y < first + part->info.height;
           y++, done++)
        memcpy (genga_frame_get_row (rows, 0, done), genga_frame_get_row (part, 0, y - first),
                size);
    }
  self->n_read += rows->info.height;
  return self->n_read < self->info.height || end_rows (self, error);
}

GengaFrame *
genga_picture_reader_read (GengaPictureReader *self, int n_rows, GError **error)
{
  GengaFrameInfo info = self->info;
  g_autoptr (GengaFrame) rows = NULL;

  info.height = MIN (n_rows, info.height - self->n_read);
  if (info.height <= 0)
    return NULL;
  rows = genga_frame_new (&info, error);
  if (rows == NULL || !fill_rows (self, rows, error))
    return NULL;
  genga_frame_copy_properties (rows, self->carrier);
  return g_steal_pointer (&rows);
}

void
genga_picture_reader_free (GengaPictureReader *self)
{
  if (self == NULL)
    return;
  if (self->thread != NULL)
    {
      genga_row_feed_close (self->feed);
      g_thread_join (self->thread);
    }
  g_clear_pointer (&self->feed, genga_row_feed_free);
  g_clear_object (&self->image);
  g_clear_pointer (&self->carrier, genga_frame_unref);
  g_clear_object (&self->cancellable);
  genga_vips_file_clear (&self->source);
  g_free (self);
}
