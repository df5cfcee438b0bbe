/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/animation/webp-writer.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <webp/encode.h>
#include <webp/mux.h>

struct _GengaWebpWriter
{
  WebPAnimEncoder *encoder;
  WebPConfig config;
  int width, height;
};

static gboolean
set_encoder_error (GengaWebpWriter *self, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("The encoder (%s) failed: %s."), "WebP",
               self->encoder != NULL ? WebPAnimEncoderGetError (self->encoder) : "version");
  return FALSE;
}

GengaWebpWriter *
genga_webp_writer_new (const GengaAnimationWrite *params, guint loop_count, GError **error)
{
  g_autoptr (GengaWebpWriter) self = g_new0 (GengaWebpWriter, 1);
  WebPAnimEncoderOptions options;

  self->width = params->width;
  self->height = params->height;
  if (!WebPAnimEncoderOptionsInit (&options) || !WebPConfigInit (&self->config))
    {
      set_encoder_error (self, error);
      return NULL;
    }
  options.anim_params.loop_count = loop_count;
  self->config.quality = params->quality;
  self->config.lossless = params->is_lossless;
  self->config.exact = params->is_lossless;
  self->config.method = 4;
  self->config.thread_level = 1;
  self->encoder = WebPAnimEncoderNew (params->width, params->height, &options);
  if (self->encoder != NULL)
    return g_steal_pointer (&self);
  set_encoder_error (self, error);
  return NULL;
}

void
genga_webp_writer_free (GengaWebpWriter *self)
{
  if (self == NULL)
    return;
  WebPAnimEncoderDelete (self->encoder);
  g_free (self);
}

gboolean
genga_webp_writer_add (
    GengaWebpWriter *self, const guint8 *pixels, int stride, int time, GError **error)
{
  WebPPicture picture;
  gboolean ok;

  if (!WebPPictureInit (&picture))
    return set_encoder_error (self, error);
  picture.width = self->width;
  picture.height = self->height;
  picture.use_argb = TRUE;
  ok = WebPPictureImportRGBA (&picture, pixels, stride) &&
       WebPAnimEncoderAdd (self->encoder, &picture, time, &self->config);
  WebPPictureFree (&picture);
  return ok || set_encoder_error (self, error);
}

GBytes *
genga_webp_writer_finish (GengaWebpWriter *self, int end, GError **error)
{
  WebPData data;

  WebPDataInit (&data);
  if (!WebPAnimEncoderAdd (self->encoder, NULL, end, NULL) ||
      !WebPAnimEncoderAssemble (self->encoder, &data))
    {
      set_encoder_error (self, error);
      return NULL;
    }
  return g_bytes_new_with_free_func (data.bytes, data.size, WebPFree, (gpointer)data.bytes);
}
