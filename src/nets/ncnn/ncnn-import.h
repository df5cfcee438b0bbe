/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The translation of an ncnn model's layers into a graph: what is known of each blob while it runs.
 *
 * What the file says has been read, not understood: every function here checks what the graph's
 * functions take for granted. For src/nets/ncnn only.
 */
#pragma once

#include "nets/graph.h"
#include "weights/ncnn/ncnn-model.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

#define GENGA_NCNN_MAX_CHANNELS 16384
#define GENGA_NCNN_MAX_KERNEL 255
#define GENGA_NCNN_MAX_STRIDE 16
/* Of a side to the picture's, both ways. */
#define GENGA_NCNN_MAX_RATIO 256

/* Sides are looked at for two pictures, of which most networks' strides are a part. */
#define GENGA_NCNN_N_SAMPLES 2

typedef enum
{
  GENGA_NCNN_NOTHING, /* not made, or not needed */
  GENGA_NCNN_MAP,     /* or a vector: as the graph has it */
  GENGA_NCNN_TURNED,  /* a map whose channels lie innermost, as layer norms want them */
  GENGA_NCNN_NUMBERS, /* of the file */
} GengaNcnnKind;

typedef struct
{
  GengaNcnnKind kind;
  guint value;                /* of a map */
  const GengaTensor *numbers; /* of numbers */
} GengaNcnnBlob;

typedef struct
{
  const GengaNcnnModel *model;
  GengaStateDict *dict;
  GengaGraphBuilder *graph;
  GengaNcnnBlob *blobs;
  guint picture; /* the value that the file's input stands for */
  GArray *sides; /* of the values so far, [2 axes][GENGA_NCNN_N_SAMPLES] gint64 each */
  const GengaNcnnLayer *layer; /* that is being translated */
  GError *error;               /* why it cannot be; NULL so far */
} GengaNcnnImport;

/* Translates self->layer. FALSE with self->error. */
typedef gboolean (*GengaNcnnFunc) (GengaNcnnImport *self);

/* Sets self->error with the layer's name and type; a translated reason. Always FALSE. */
gboolean genga_ncnn_refuse (GengaNcnnImport *self, const char *reason, ...) G_GNUC_PRINTF (2, 3);
/* The same for a parameter whose value is of no use. */
gboolean genga_ncnn_refuse_param (GengaNcnnImport *self, int id);

/* ---- parameters ---- */

gboolean genga_ncnn_get_int (GengaNcnnImport *self, int id, int fallback, int *value);
gboolean
genga_ncnn_get_bounded (GengaNcnnImport *self, int id, int fallback, int min, int max, int *value);
gboolean genga_ncnn_get_float (GengaNcnnImport *self, int id, float fallback, float *value);
/* A list of whole numbers; `*n` is 0 where there is none. */
gboolean genga_ncnn_get_ints (GengaNcnnImport *self, int id, int *values, guint max, guint *n);

/* Tensor `index` of the layer. */
const GengaTensor *genga_ncnn_get_tensor (GengaNcnnImport *self, guint index);
/* The same as a constant of `n` numbers; GENGA_NONE with an error where it has not so many. */
guint genga_ncnn_copy_vector (GengaNcnnImport *self, guint index, int n);
/* n times one number. */
guint genga_ncnn_repeat (GengaNcnnImport *self, float number, int n);

/* ---- blobs ---- */

gboolean genga_ncnn_need_inputs (GengaNcnnImport *self, guint n_inputs, guint n_outputs);
const GengaNcnnBlob *genga_ncnn_get_input (GengaNcnnImport *self, guint index);
/* The value of input `index`, which has to be a map (or a vector); the operation that makes it. */
gboolean genga_ncnn_get_map (GengaNcnnImport *self, guint index, guint *value);
const GengaOp *genga_ncnn_peek (GengaNcnnImport *self, guint value);

/* Output `index` is that. FALSE with an error where the map is too large for any use. */
gboolean genga_ncnn_set_map (GengaNcnnImport *self, guint index, guint value);
gboolean genga_ncnn_set_blob (GengaNcnnImport *self, guint index, const GengaNcnnBlob *blob);

/*
 * A side of a value for a sample picture, and the sample's own. What differs between two values by
 * the same in all samples is taken to differ so in every picture.
 */
gint64 genga_ncnn_get_side (GengaNcnnImport *self, guint value, GengaAxis axis, guint sample);
gint64 genga_ncnn_get_sample (guint sample);

/* ---- values ---- */

/* Two values; checks that they go together. */
gboolean
genga_ncnn_combine (GengaNcnnImport *self, GengaOpKind kind, guint a, guint b, guint *value);

/* A factor and an offset for all channels; 1 and 0 add nothing. */
guint genga_ncnn_add_affine (GengaNcnnImport *self, guint value, float factor, float offset);

G_END_DECLS
