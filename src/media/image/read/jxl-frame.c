/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/jxl-frame.h"

#ifdef GENGA_HAS_JXL
#  include <jxl/decode.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JxlDecoder, JxlDecoderDestroy)

static JxlDataType
get_type (const VipsImage *image)
{
  return image->BandFmt == VIPS_FORMAT_UCHAR    ? JXL_TYPE_UINT8
         : image->BandFmt == VIPS_FORMAT_USHORT ? JXL_TYPE_UINT16
                                                : JXL_TYPE_FLOAT;
}

static gboolean
decode (JxlDecoder *decoder, gconstpointer file, gsize size, const VipsImage *image, gpointer out)
{
  const JxlPixelFormat format = { image->Bands, get_type (image), JXL_NATIVE_ENDIAN, 0 };
  const gsize expected = VIPS_IMAGE_SIZEOF_IMAGE (image);
  gsize needed;

  return JxlDecoderSubscribeEvents (decoder, JXL_DEC_FULL_IMAGE) == JXL_DEC_SUCCESS &&
         JxlDecoderSetInput (decoder, file, size) == JXL_DEC_SUCCESS &&
         JxlDecoderProcessInput (decoder) == JXL_DEC_NEED_IMAGE_OUT_BUFFER &&
         JxlDecoderImageOutBufferSize (decoder, &format, &needed) == JXL_DEC_SUCCESS &&
         needed == expected &&
         JxlDecoderSetImageOutBuffer (decoder, &format, out, expected) == JXL_DEC_SUCCESS &&
         JxlDecoderProcessInput (decoder) == JXL_DEC_FULL_IMAGE;
}

gboolean
genga_jxl_frame_is_available (void)
{
  return TRUE;
}

gpointer
genga_jxl_frame_decode (gconstpointer file, gsize size, const VipsImage *image, gsize *n_bytes)
{
  g_autoptr (JxlDecoder) decoder = JxlDecoderCreate (NULL);
  g_autofree gpointer out = g_try_malloc (VIPS_IMAGE_SIZEOF_IMAGE (image));

  if (decoder == NULL || out == NULL || !decode (decoder, file, size, image, out))
    return NULL;
  *n_bytes = VIPS_IMAGE_SIZEOF_IMAGE (image);
  return g_steal_pointer (&out);
}

#else

gboolean
genga_jxl_frame_is_available (void)
{
  return FALSE;
}

gpointer
genga_jxl_frame_decode (gconstpointer file, gsize size, const VipsImage *image, gsize *n_bytes)
{
  return NULL;
}

#endif
