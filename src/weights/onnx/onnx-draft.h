/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ONNX model while it is read: everything it consists of lies in here, and goes with it. For
 * src/weights only.
 */
#pragma once

#include "weights/onnx/onnx-model.h"
#include "weights/onnx/protobuf.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/* More of any of these is in no network, and would only take memory. */
#define GENGA_ONNX_MAX_NODES 65536
#define GENGA_ONNX_MAX_CONSTANTS 65536
#define GENGA_ONNX_MAX_REFS 256
#define GENGA_ONNX_MAX_ATTRIBUTES 64
#define GENGA_ONNX_MAX_NAME 1024

typedef struct
{
  GengaOnnxModel model; /* first: what is handed out */
  GengaStateDict *dict; /* while it is read */
  GStringChunk *names;
  GPtrArray *blocks; /* memory that belongs to nodes */
  GArray *nodes;     /* of GengaOnnxNode */
  GArray *constants; /* of GengaOnnxConstant */
  GArray *inputs;    /* of GengaOnnxInput */
  GArray *outputs;   /* of GengaOnnxInput */
} GengaOnnxDraft;

GengaOnnxDraft *genga_onnx_draft_new (GengaStateDict *dict);
void genga_onnx_draft_free (gpointer draft);

/* A name or another text; NULL with an error where it is too long or no UTF-8. */
const char *
genga_onnx_draft_read_text (GengaOnnxDraft *self, GengaProtoBytes bytes, GError **error);

/* Memory that goes with the model: `n` times `size` zero bytes. */
gpointer genga_onnx_draft_allocate (GengaOnnxDraft *self, gsize n, gsize size);

/*
 * Whether an attribute holds what its type says: the list of its kind, which may be empty, and no
 * list where it is none; its tensor.
 */
gboolean genga_onnx_draft_check_attribute (const GengaOnnxAttribute *attribute, GError **error);

/* Adds a constant of that name. */
gboolean genga_onnx_draft_add_constant (GengaOnnxDraft *self,
                                        const GengaTensor *tensor,
                                        const char *name,
                                        GError **error);

/*
 * Gives every name its number, and `dict` the model, which has all its nodes, its inputs and its
 * outputs by then. Takes `self`, also where that fails: what is read was not made before, is made
 * twice, or there is not just one picture.
 */
gboolean genga_onnx_draft_take (GengaOnnxDraft *self, GengaStateDict *dict, GError **error);

G_END_DECLS
