/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a family of networks reads its hyper-parameters out of a state dict. For src/nets only.
 *
 * A family first reads sizes from shapes (genga_arch_get_dim() and its like), then names every
 * tensor that a network of those sizes has. The file is hostile: every number taken from it is
 * bounded here, and the first thing that is wrong sticks: after it all calls do nothing, reading
 * functions return 1, and the caller's loops end by asking genga_arch_has_failed().
 */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/* No width, and no index of a block, that the file states is larger. */
#define GENGA_ARCH_MAX_DIM 4096
#define GENGA_ARCH_MAX_SCALE 16

#define GENGA_ARCH_KEY_SIZE 128

typedef struct
{
  GengaStateDict *dict;
  const char *file;   /* stands for the file in messages */
  const char *family; /* the network's name as people write it */
  GHashTable *known;  /* the tensors that were named so far, by address */
  gint64 n_parameters;
  char key[GENGA_ARCH_KEY_SIZE];
  GError *error; /* the first */
} GengaArchReader;

void genga_arch_reader_init (GengaArchReader *self, GengaStateDict *dict, const char *file);
void genga_arch_reader_clear (GengaArchReader *self);
gboolean genga_arch_has_failed (GengaArchReader *self);

/* A key put together; good until the next call. */
const char *genga_arch_key (GengaArchReader *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean genga_arch_has (GengaArchReader *self, const char *key);

/* The length of `key` along `axis`, 1 to GENGA_ARCH_MAX_DIM; its rank must be `rank`. */
int genga_arch_get_dim (GengaArchReader *self, const char *key, guint rank, guint axis);

/* 1 + the largest index i for which a key "<prefix>.i" or "<prefix>.i.<anything>" is there. */
int genga_arch_get_sequence_length (GengaArchReader *self, const char *prefix);

/*
 * What a pixel shuffle at the end tells: n = channels * scale^2, where the channels are the
 * input's, 3, 4 or 1, in this order. `key` is where n was read.
 */
void genga_arch_split_shuffle (
    GengaArchReader *self, const char *key, int n, int in_channels, int *scale, int *channels);

/* r where r * r == n, else 0. */
int genga_arch_square_root (int n);

/* A shape for the functions below: its rank and its lengths. */
#define GENGA_DIMS(...)                                                                            \
  G_N_ELEMENTS (((const int[]){ __VA_ARGS__ })), (const int[]) { __VA_ARGS__ }

/* A parameter: must be there, in this shape, in a floating-point type. */
void genga_arch_expect (GengaArchReader *self, const char *key, guint rank, const int *dims);
/* A buffer that is needed: the same, but no parameter. */
void genga_arch_expect_buffer (GengaArchReader *self, const char *key, guint rank, const int *dims);
/* A buffer that can be derived: may be missing. */
void genga_arch_allow (GengaArchReader *self, const char *key, guint rank, const int *dims);
/* A buffer that means nothing here: may be missing, or have any shape. */
void genga_arch_ignore (GengaArchReader *self, const char *key);

/* The weight and the bias of a layer with that prefix. */
void
genga_arch_expect_conv (GengaArchReader *self, const char *prefix, int out, int in, int kernel);
/* The same of a transposed convolution. */
void
genga_arch_expect_deconv (GengaArchReader *self, const char *prefix, int out, int in, int kernel);
void genga_arch_expect_linear (GengaArchReader *self, const char *prefix, int out, int in);
void genga_arch_expect_norm (GengaArchReader *self, const char *prefix, int dim);

/* "not a Compact model: ", with what is wrong about the shape of `key`. */
void genga_arch_fail_shape (GengaArchReader *self, const char *key);
/* A variant of the family that is not supported; a technical detail, not translated. */
void genga_arch_fail_variant (GengaArchReader *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Nothing is left over. FALSE where that or anything before it failed; moves the error out. */
gboolean genga_arch_finish (GengaArchReader *self, GError **error);

G_END_DECLS
