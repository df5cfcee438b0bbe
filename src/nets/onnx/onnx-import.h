/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The translation of an ONNX file's nodes into a graph: what is known of each value while it runs.
 *
 * A value is numbers that do not depend on the picture's content (constants, and sizes that follow
 * from the picture's, see onnx-size.h), or a view of a map of the graph. A view says how the axes
 * of an ONNX tensor are made of the map's channels, rows and columns: reshaping and transposing
 * change the view, and what is left of it comes to pixel shuffles and orders of channels only
 * where an operation needs a plain map.
 *
 * Products of two maps are neither: they are scores, of which the graph makes attention once they
 * weigh values (onnx-scores.h).
 *
 * A node that cannot be translated spoils what is made of it and nothing else: many files have
 * nodes whose results come to nothing, or belong to a pattern that is translated as a whole.
 *
 * For src/nets/onnx only.
 */
#pragma once

#include "nets/graph.h"
#include "nets/onnx/onnx-size.h"
#include "weights/onnx/onnx-model.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

#define GENGA_ONNX_MAX_ATOMS 12
/* Channels, and numbers that are worked with one by one. */
#define GENGA_ONNX_MAX_CHANNELS 65536
#define GENGA_ONNX_MAX_SIZES 65536
#define GENGA_ONNX_MAX_STEPS ((guint64)1 << 25)

typedef enum
{
  GENGA_ONNX_DIM_CHANNEL,
  GENGA_ONNX_DIM_Y,
  GENGA_ONNX_DIM_X,
  GENGA_ONNX_DIM_REPEAT, /* the same again, for each index */
  GENGA_ONNX_DIM_KEY,    /* of scores: what is looked at */
} GengaOnnxDim;

/*
 * A factor of an axis. Index i of it stands for `stride` * i along the map's dimension; the parts
 * of all atoms of a dimension add up.
 */
typedef struct
{
  GengaOnnxDim dim;
  gint64 stride;
  GengaOnnxSize extent; /* never 1 */
} GengaOnnxAtom;

typedef enum
{
  GENGA_ONNX_NOTHING,
  GENGA_ONNX_NUMBERS,
  GENGA_ONNX_VIEW,
  GENGA_ONNX_SCORES, /* axes as those of a view */
  GENGA_ONNX_FAILED,
} GengaOnnxKind;

typedef struct
{
  GengaOnnxKind kind;
  guint rank;

  /* Of numbers. */
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  gsize n;
  gboolean is_integer;
  const GengaTensor *tensor; /* where they are a constant of the file */
  guint constant;            /* of the graph, plus 1, once they are one */
  float *floats;             /* these or those, or nothing yet where there is a tensor; owned */
  GengaOnnxSize *sizes;

  /* Of views. Atoms in the order of the axes; axis i ends before atom ends[i]. */
  guint map;
  guint n_atoms;
  guint ends[GENGA_TENSOR_MAX_RANK];
  GengaOnnxAtom *atoms; /* GENGA_ONNX_MAX_ATOMS; owned */
  int roll_y, roll_x;   /* row i is row i + roll_y of the map, which begins again behind its end */
  gboolean is_guessed;  /* numbers of one size were read as what makes windows of any */
  guint scores;         /* of scores: index into GengaOnnxImport.scores */

  /* Of what failed: why. */
  guint failure; /* index into GengaOnnxImport.failures */
} GengaOnnxValue;

typedef struct _GengaOnnxImport GengaOnnxImport;

/* Translates self->node. FALSE with self->error. */
typedef gboolean (*GengaOnnxFunc) (GengaOnnxImport *self);

struct _GengaOnnxImport
{
  const GengaOnnxModel *model;
  GengaStateDict *dict;
  GengaGraphBuilder *graph;
  GengaOnnxValue *values; /* model->n_values */
  guint *makers;          /* of each value: the node, or GENGA_NONE */
  GengaOnnxSize height;   /* of the picture */
  GengaOnnxSize width;
  GArray *heights; /* of GengaOnnxSize: of each map of the graph */
  GArray *widths;
  GPtrArray *failures;     /* of GError */
  GPtrArray *scores;       /* of GengaOnnxScores */
  gboolean has_fixed_size; /* the file is for pictures of one size */
  int multiple;            /* what sides are taken to be multiples of */
  int pad_multiple;        /* what the file fills the picture up to itself; 1: nothing */
  guint64 n_bytes;         /* of numbers that were made so far */
  guint64 max_bytes;
  guint64 n_steps; /* so far */
  GengaOnnxFunc call_operator;

  const GengaOnnxNode *node; /* that is being translated */
  GError *error;             /* why it cannot be; NULL so far */
};

/* ---- the node's inputs, outputs and attributes ---- */

/* Sets self->error with the node's name and operator; a translated reason. Always FALSE. */
gboolean genga_onnx_refuse (GengaOnnxImport *self, const char *reason, ...) G_GNUC_PRINTF (2, 3);

/* Input i, or NULL where it is left out. */
GengaOnnxValue *genga_onnx_get_input (GengaOnnxImport *self, guint index);
/* The same; FALSE, with an error, where it is left out or of another kind. */
gboolean genga_onnx_need_numbers (GengaOnnxImport *self, guint index, GengaOnnxValue **value);
gboolean genga_onnx_need_view (GengaOnnxImport *self, guint index, GengaOnnxValue **value);
/* Whether it has axes of a map's dimensions. */
gboolean genga_onnx_value_has_atoms (const GengaOnnxValue *value);

/* Counts memory that is made of numbers. FALSE with an error: more than a file may ask for. */
gboolean genga_onnx_take_bytes (GengaOnnxImport *self, guint64 n, gsize size);

/* The same for time: the units are such that a file may ask for some seconds. */
gboolean genga_onnx_take_steps (GengaOnnxImport *self, guint64 n);

/* Output i is that, with everything that it owns. */
gboolean genga_onnx_set_output (GengaOnnxImport *self, guint index, GengaOnnxValue *take_value);

gint64 genga_onnx_get_int (GengaOnnxImport *self, const char *name, gint64 missing);
float genga_onnx_get_float (GengaOnnxImport *self, const char *name, float missing);
const char *genga_onnx_get_string (GengaOnnxImport *self, const char *name, const char *missing);
/* At most `max` numbers; their count, 0 where there is no such list, -1 with an error. */
int genga_onnx_get_ints (GengaOnnxImport *self, const char *name, gint64 *numbers, int max);

/* An axis from -rank to rank - 1 as one from 0 on. */
gboolean genga_onnx_settle_axis (GengaOnnxImport *self, gint64 axis, guint rank, guint *settled);

G_END_DECLS
