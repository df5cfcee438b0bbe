/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The families of networks: for each, how it is read and told of. For src/nets only. */
#pragma once

#include "nets/arch-reader.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

typedef struct
{
  GengaFamily family;

  /* Fills `spec` and names every tensor; what needs no reading (family, parameters) is done. */
  void (*read) (GengaArchReader *reader, GengaNetSpec *spec);
  void (*foreach_hyper) (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data);
  /* Adds strings to `tags`, which owns them. */
  void (*add_tags) (const GengaNetSpec *spec, GPtrArray *tags);
} GengaArch;

extern const GengaArch genga_arch_compact;
extern const GengaArch genga_arch_plksr;
extern const GengaArch genga_arch_esrgan;
extern const GengaArch genga_arch_span;
extern const GengaArch genga_arch_dat;

G_END_DECLS
