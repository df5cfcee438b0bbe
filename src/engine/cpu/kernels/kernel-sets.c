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

static guint excluded_sets; /* atomic; bit i: all_sets[i] */

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

void
genga_kernels_exclude (const GengaKernelSet *set)
{
  g_return_if_fail (set != &genga_kernels_plain);

  for (guint i = 0; i < G_N_ELEMENTS (all_sets); i++)
    if (all_sets[i] == set)
      g_atomic_int_or (&excluded_sets, 1u << i);
}

gboolean
genga_kernels_is_excluded (const GengaKernelSet *set)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_sets); i++)
    if (all_sets[i] == set)
      return (g_atomic_int_get (&excluded_sets) & 1u << i) != 0;
  return FALSE;
}

const GengaKernelSet *
genga_kernels_get_best (void)
{
  const char *name = g_getenv ("GENGA_KERNELS");
  const GengaKernelSet *set = name != NULL ? genga_kernels_find (name) : NULL;
  const GengaKernelSet *const *next = genga_kernels_list ();

  if (set != NULL && !genga_kernels_is_excluded (set))
    return set;
  if (name != NULL)
    g_info ("kernels \"%s\" can't be used on this CPU: the best others are", name);
  while (genga_kernels_is_excluded (*next))
    next++;
  return *next;
}

GengaConv *
genga_kernels_conv_new (const GengaKernelSet *set, const GengaConvSpec *spec)
{
  const GengaKernelSet *const *next = genga_kernels_list ();
  GengaConv *conv = NULL;

  while (*next != NULL && *next != set)
    next++;
  for (; *next != NULL && conv == NULL; next++)
    if (*next == set || !genga_kernels_is_excluded (*next))
      conv = (*next)->conv_new (spec);
  return conv != NULL ? conv : genga_kernels_plain.conv_new (spec);
}
