/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/kernels/plain.h"
#ifdef GENGA_HAVE_X86_KERNELS
#  include "engine/cpu/kernels/x86-sets.h"
#endif

/* Best first: where a set lacks a layer, the next one has it. */
static const GengaKernelSet *const all_sets[] = {
#ifdef GENGA_HAVE_X86_KERNELS
  &genga_kernels_avx512,
  &genga_kernels_avx2,
#endif
  &genga_kernels_plain,
};

static const GengaKernelSet *supported_sets[G_N_ELEMENTS (all_sets) + 1];

const GengaKernelSet *const *
genga_kernels_list (void)
{
  static gsize is_ready = 0;

  if (g_once_init_enter (&is_ready))
    {
      guint n = 0;
      for (guint i = 0; i < G_N_ELEMENTS (all_sets); i++)
        if (all_sets[i]->is_supported ())
          supported_sets[n++] = all_sets[i];
      g_once_init_leave (&is_ready, 1);
    }
  return supported_sets;
}

const GengaKernelSet *
genga_kernels_find (const char *name)
{
  for (const GengaKernelSet *const *set = genga_kernels_list (); *set != NULL; set++)
    if (g_strcmp0 ((*set)->name, name) == 0)
      return *set;
  return NULL;
}

const GengaKernelSet *
genga_kernels_get_best (void)
{
  const char *name = g_getenv ("GENGA_KERNELS");
  const GengaKernelSet *set = name != NULL ? genga_kernels_find (name) : NULL;

  if (name != NULL && set == NULL)
    g_info ("this CPU has no kernels \"%s\": the best are used", name);
  return set != NULL ? set : genga_kernels_list ()[0];
}

GengaConv *
genga_kernels_conv_new (const GengaKernelSet *set, const GengaConvSpec *spec)
{
  const GengaKernelSet *const *next = genga_kernels_list ();
  GengaConv *conv = NULL;

  while (*next != NULL && *next != set)
    next++;
  for (; *next != NULL && conv == NULL; next++)
    conv = (*next)->conv_new (spec);
  return conv != NULL ? conv : genga_kernels_plain.conv_new (spec);
}
