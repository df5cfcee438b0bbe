/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/net-memory.h"

/* Values of the result per input pixel. */
static double
get_output (const GengaNetSpec *spec)
{
  return (double)spec->out_channels * spec->scale * spec->scale;
}

static double
get_compact (const GengaNetSpec *spec, double size)
{
  return 3.0 * spec->compact.num_feat * size + 4.0 * get_output (spec);
}

static double
get_plksr (const GengaNetSpec *spec, double size)
{
  return 6.5 * spec->plksr.dim * size;
}

/* Maps of fewer than 32 bits are widened on the way. */
static double
get_span (const GengaNetSpec *spec, double size)
{
  double widened = size < sizeof (float) ? 8 : 0;

  return spec->span.num_feat * (10.0 * size + widened) + 4.0 * get_output (spec);
}

/* The dense blocks hold at most the first; the tail two maps at full size and some room. */
static double
get_esrgan (const GengaNetSpec *spec, double size)
{
  const GengaEsrganSpec *net = &spec->esrgan;
  int unshuffle = MAX (1, net->unshuffle);
  double inside = size * (5.0 * net->num_feat + 8.0 * net->growth) / (unshuffle * unshuffle);
  double tail = (2.4 * size * net->num_feat + 4.0 * spec->out_channels) * spec->scale * spec->scale;

  return MAX (inside, tail);
}

static double
get_dat (const GengaNetSpec *spec, double size)
{
  const GengaDatSpec *net = &spec->dat;
  double inside = size * (18.0 * net->dim + net->hidden);
  double full = net->direct ? 0 : 2.4 * size * net->num_feat * spec->scale * spec->scale;

  return MAX (inside, full + 4.0 * get_output (spec));
}

double
genga_net_spec_get_bytes_per_pixel (const GengaNetSpec *spec, gsize element_size)
{
  switch (spec->family)
    {
    case GENGA_FAMILY_COMPACT:
      return get_compact (spec, element_size);
    case GENGA_FAMILY_PLKSR:
      return get_plksr (spec, element_size);
    case GENGA_FAMILY_SPAN:
      return get_span (spec, element_size);
    case GENGA_FAMILY_ESRGAN:
      return get_esrgan (spec, element_size);
    case GENGA_FAMILY_DAT:
      return get_dat (spec, element_size);
    case GENGA_FAMILY_NONE:
    case GENGA_FAMILY_NEAREST:
    case GENGA_FAMILY_BICUBIC:
    default:
      return sizeof (float) * (spec->in_channels + get_output (spec));
    }
}
