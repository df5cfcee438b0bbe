/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/colour.h"
#include "media/video/av.h"

G_BEGIN_DECLS

/* What is made of a codec, a profile and the options of a user. */
typedef struct
{
  const AVCodec *codec;
  enum AVPixelFormat format;
  GengaColour colour; /* complete: what the numbers are, and how they are tagged */
  char profile[24];   /* as chosen */
  int crf;            /* as used; -1: none */
  AVDictionary *dictionary;
  AVBufferRef *device; /* where frames of `format` have to be uploaded to; NULL: nowhere */
  gint64 bit_rate;     /* DNxHD */
  gboolean is_lossless;
} GengaEncoding;

G_END_DECLS
