/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model files of all kinds that are read. Thread rule: any thread; blocks. */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/*
 * Loads a model file by its content, never by its name: safetensors, in one file or in parts
 * that a list names, torch's zip form (stored or deflated), torch's legacy pickle stream, or an
 * ordinary ZIP archive with one of them in it. Any file of a model of several will do. Blocks.
 *
 * Unwrapping: the first of model_state_dict, state_dict, params_ema, params-ema, params, model,
 * net whose value is a dictionary; else the only key if its value is a dictionary; once only. Then
 * `_orig_mod` (torch.compile) is left out wherever it is a step of a key, and the prefixes
 * `module.`, `netG.` and `params_ema.`/`params.` are stripped where every key has them.
 *
 * Errors: GENGA_ERROR_MODEL with what is wrong (broken, malicious, or a format that is recognised
 * and not supported: TorchScript, .pt2, ONNX, an ncnn file, a tar .pth, a Git LFS pointer, a web
 * page), GENGA_ERROR_INPUT where the file cannot be opened or is no regular file (a FIFO or a
 * device is never waited for), GENGA_ERROR_OUT_OF_MEMORY where there is no memory for the file or a
 * copy.
 *
 * What its beginning tells is no model is left at that. Else the file is read whole before anything
 * is parsed: it may change, shrink or go afterwards.
 */
GengaStateDict *genga_state_dict_load (const char *path, GError **error);

/*
 * Has genga_state_dict_load() call `loader` from here on, with its contract: for a program that
 * does not take files apart itself. To be called before there are threads.
 */
typedef GengaStateDict *(*GengaStateDictLoader) (const char *path, GError **error);

void genga_state_dict_set_loader (GengaStateDictLoader loader);

/*
 * The name of the list that a part of a safetensors model is named in ("m.safetensors.index.json"
 * for "m-00001-of-00003.safetensors"), NULL for a file that is named otherwise. Free with g_free().
 */
char *genga_state_dict_dup_list_name (const char *file_name);

/* The same from memory; `name` stands for the file in messages. */
GengaStateDict *genga_state_dict_load_bytes (GBytes *bytes, const char *name, GError **error);

/* The same of what was read from `path`: further files of the model are looked for beside it. */
GengaStateDict *
genga_state_dict_load_bytes_of (GBytes *bytes, const char *name, const char *path, GError **error);

G_END_DECLS
