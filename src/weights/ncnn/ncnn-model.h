/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an ncnn file says: layers in order, what they take and make, and their parameters. Plain
 * data; what layers compute is for src/nets.
 *
 * The weights of a layer are tensors of the state dict, in the order in which ncnn loads them.
 * Immutable once read.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ncnn's "not given": a size that follows, a scale that is an input. */
#define GENGA_NCNN_AUTO (-233)

/* A parameter: a number, several, or a text. */
typedef struct
{
  int id;
  gboolean is_list;
  guint n;               /* numbers; 0 for a text */
  const double *numbers; /* finite */
  const char *text;      /* NULL for numbers */
} GengaNcnnParam;

typedef struct
{
  const char *type; /* "Convolution" */
  const char *name;
  guint n_inputs;
  const guint *inputs; /* blobs that layers before it make */
  guint n_outputs;
  guint first_output; /* its blobs have numbers that follow each other */
  guint n_params;
  const GengaNcnnParam *params; /* each id once */
  guint first_tensor;           /* in the state dict */
  guint n_tensors;
  /*
   * Where ncnn computes the layer with whole numbers: what the input is multiplied with before it
   * is rounded to -127 ... 127, and the result where that is, too. 0: nothing is rounded. Weights
   * are what their whole numbers stand for.
   */
  float input_scale, output_scale;
} GengaNcnnLayer;

typedef struct _GengaNcnnModel GengaNcnnModel;

guint genga_ncnn_model_get_n_layers (const GengaNcnnModel *self);
const GengaNcnnLayer *genga_ncnn_model_get_layer (const GengaNcnnModel *self, guint index);
/* Blobs are numbered from 0 on, in the order in which they are made; their names. */
guint genga_ncnn_model_get_n_blobs (const GengaNcnnModel *self);
const char *genga_ncnn_model_get_blob_name (const GengaNcnnModel *self, guint blob);

/* The parameter of an id, or NULL. */
const GengaNcnnParam *genga_ncnn_layer_find (const GengaNcnnLayer *self, int id);
/*
 * A parameter as a whole number, as a number; `fallback` where it is not given. FALSE where it is
 * something else.
 */
gboolean genga_ncnn_layer_get_int (const GengaNcnnLayer *self, int id, int fallback, int *value);
gboolean
genga_ncnn_layer_get_number (const GengaNcnnLayer *self, int id, double fallback, double *value);

G_END_DECLS
