/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state dict: what a model file says, and nothing else.
 *
 * A state dict maps names to tensors whose bytes lie in a read-only mapping of the file (or, for
 * deflated records and unaligned safetensors data, in a buffer of its own). The readers treat the
 * file as hostile: they execute nothing, follow no path and allocate nothing on the file's word.
 * Every tensor handed out has been checked: its elements, reached through its strides, lie inside
 * its bytes.
 *
 * Names are canonical: wrapper dictionaries are unwrapped and common prefixes stripped as in the
 * table at genga_state_dict_load().
 *
 * Thread rule: immutable after loading; any thread may read.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_TENSOR_MAX_RANK 8

typedef enum
{
  GENGA_DTYPE_F64,
  GENGA_DTYPE_F32,
  GENGA_DTYPE_F16,
  GENGA_DTYPE_BF16,
  GENGA_DTYPE_I64,
  GENGA_DTYPE_I32,
  GENGA_DTYPE_I16,
  GENGA_DTYPE_I8,
  GENGA_DTYPE_U8,
  GENGA_DTYPE_BOOL,
} GengaDType;

/* One element's size in bytes; the type's short name ("f32"). */
gsize genga_dtype_get_size (GengaDType dtype);
const char *genga_dtype_get_name (GengaDType dtype);

/*
 * One tensor. `data` points at element (0, 0, ...), little-endian, aligned to its element size;
 * `strides` are in elements and never negative. The dictionary owns everything.
 */
typedef struct
{
  const char *name;
  GengaDType dtype;
  guint rank;
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  gint64 strides[GENGA_TENSOR_MAX_RANK];
  const void *data;
} GengaTensor;

/* How many elements a tensor has; whether they lie densely in row-major order. */
gint64 genga_tensor_get_n_elements (const GengaTensor *tensor);
gboolean genga_tensor_is_contiguous (const GengaTensor *tensor);

/*
 * Copies all elements to `out` as f32, densely in row-major order. `out` has
 * genga_tensor_get_n_elements() floats.
 */
void genga_tensor_copy_f32 (const GengaTensor *tensor, float *out);

typedef struct _GengaStateDict GengaStateDict;

/*
 * Loads a model file by its content, never by its name: safetensors, torch's zip form (stored or
 * deflated) or torch's legacy pickle stream. Blocks.
 *
 * Unwrapping: the first of model_state_dict, state_dict, params_ema, params-ema, params, model,
 * net whose value is a dictionary; else the only key if its value is a dictionary; once only. Then
 * the prefixes `module.`, `netG.` and `params_ema.`/`params.` are stripped where every key has
 * them.
 *
 * Errors: GENGA_ERROR_MODEL with what is wrong (broken, malicious, or a format that is recognised
 * and not supported: TorchScript, .pt2, ONNX, an ncnn file, a tar .pth, a Git LFS pointer, a web
 * page), GENGA_ERROR_INPUT where the file cannot be opened or is no regular file (a FIFO or a
 * device is never waited for), GENGA_ERROR_OUT_OF_MEMORY where a copy finds no room.
 *
 * The file is mapped, not read: shortening it while the dictionary lives is not survived.
 *
 * Source of the formats: reference architectures, sections 1 and 2.
 */
GengaStateDict *genga_state_dict_load (const char *path, GError **error);

/* The same from memory; `name` stands for the file in messages. */
GengaStateDict *genga_state_dict_load_bytes (GBytes *bytes, const char *name, GError **error);

GengaStateDict *genga_state_dict_ref (GengaStateDict *self);
void genga_state_dict_unref (GengaStateDict *self);

/* The tensors in the file's order; the tensor of a name, or NULL. */
guint genga_state_dict_get_n_tensors (GengaStateDict *self);
const GengaTensor *genga_state_dict_get_tensor (GengaStateDict *self, guint index);
const GengaTensor *genga_state_dict_lookup (GengaStateDict *self, const char *name);

/* A value of safetensors' `__metadata__`, or NULL. */
const char *genga_state_dict_get_metadata (GengaStateDict *self, const char *key);

/* How many bytes the tensors refer to, and how many of those were copied out of the mapping. */
guint64 genga_state_dict_get_size_bytes (GengaStateDict *self);
guint64 genga_state_dict_get_copied_bytes (GengaStateDict *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStateDict, genga_state_dict_unref)

G_END_DECLS
