/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch.h"

/* One in a line. */
/* clang-format off */
static const GengaArch *const families[] = {
  &genga_arch_nearest,
  &genga_arch_bicubic,
  &genga_arch_compact,
  &genga_arch_plksr,
  &genga_arch_esrgan,
  &genga_arch_span,
  &genga_arch_dat,
  &genga_arch_grl,
  &genga_arch_drct,
  &genga_arch_hat,
  &genga_arch_srformer,
  &genga_arch_swin2sr,
  &genga_arch_swinir,
  &genga_arch_spanf3,
  &genga_arch_dis,
  &genga_arch_artcnn,
  &genga_arch_spanplus,
  &genga_arch_realcugan,
  &genga_arch_waifu2x,
  &genga_arch_rcan,
  &genga_arch_swift_srgan,
  &genga_arch_spsr,
  &genga_arch_seemore,
  &genga_arch_mosr,
  &genga_arch_mosrv2,
  &genga_arch_moesr,
  &genga_arch_rtmosr,
  &genga_arch_smosr,
  &genga_arch_safmn,
  &genga_arch_gaterv3,
  &genga_arch_figsr,
  &genga_arch_swin_unet,
  &genga_arch_ditn,
  &genga_arch_hit,
  &genga_arch_atd,
  &genga_arch_craft,
  &genga_arch_rgt,
  &genga_arch_omnisr,
  &genga_arch_fdat,
  &genga_arch_onnx,
  &genga_arch_ncnn,
};
/* clang-format on */

const GengaArch *
genga_arch_lookup (GengaFamily family)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (families[i]->family == family)
        return families[i];
    }
  return NULL;
}
