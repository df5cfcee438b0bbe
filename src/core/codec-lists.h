/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be chosen for each codec, for programs that offer it; media/video has the meaning.
 *
 * Thread rule: pure functions, static results.
 */
#pragma once

#include "core/choices.h"

G_BEGIN_DECLS

/* "auto" first, NULL at the end. */
const char *const *genga_codec_get_profiles (GengaCodec codec);
const char *const *genga_codec_get_presets (GengaCodec codec);

/* The largest CRF; 0 where the codec has none. */
int genga_codec_get_max_crf (GengaCodec codec);

/* That of the first profile, which stands for a good quality; 0 where the codec has none. */
int genga_codec_get_usual_crf (GengaCodec codec);

/* The codec for a container where the user chose none: VP9 for WebM, H.264 elsewhere. */
GengaCodec genga_codec_choose (GengaContainer container);

G_END_DECLS
