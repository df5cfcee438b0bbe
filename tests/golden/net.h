/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network on a back end that is used without Genga's engine: raw tensors in, raw tensors out.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

/* Opens the module of a path; NULL and `error` where that fails. It stays open. */
const GengaBackend *test_backend_open (const char *path, GError **error);

/* A packed, channels-last picture of floats. */
typedef struct
{
  int height;
  int width;
  int channels;
  float *data;
} TestMap;

/* The tensor `name` (1 x C x H x W) of a file; the map `name` may be missing: NULL. */
TestMap *test_map_load (const char *path, const char *name);
TestMap *test_map_new (int height, int width, int channels);
/* Smooth colours with edges. */
TestMap *test_map_new_picture (int height, int width, int channels);
void test_map_free (TestMap *self);

void test_map_clamp (TestMap *self);
double test_map_get_max_difference (const TestMap *a, const TestMap *b);
/* Fails where a value is further from `expected` than atol + rtol * |expected|. */
void test_map_assert_close (const TestMap *self, const TestMap *expected, double rtol, double atol);
/* dB, for a peak of 1. */
double test_map_get_psnr (const TestMap *self, const TestMap *expected);

/* Runs a model of a back end on all of `input`; `output` has the result's size. */
gboolean test_map_run (const GengaBackend *backend,
                       GengaBackendModel *model,
                       const TestMap *input,
                       TestMap *output,
                       GError **error);

typedef struct
{
  const GengaBackend *backend;
  GengaStateDict *dict;
  GengaNetSpec spec;
  GengaBackendModel *model;
} TestNet;

/* Loads a model file; every failure ends the test. */
/* The first device of a back end: what networks run on. */
const char *test_net_get_device (const GengaBackend *backend);

TestNet *test_net_new (const GengaBackend *backend,
                       const char *path,
                       GengaPrecision precision,
                       guint n_threads);
/* The same where model_load() may fail: NULL and `error`. */
TestNet *test_net_try_new (const GengaBackend *backend,
                           const char *path,
                           const char *device,
                           GengaPrecision precision,
                           guint n_threads,
                           GError **error);
void test_net_free (TestNet *self);

TestMap *test_net_run (TestNet *self, const TestMap *input);
/* Of a picture of any size: it is padded as the network needs it, and the result cropped. */
TestMap *test_net_run_padded (TestNet *self, const TestMap *input);
TestMap *test_net_try_run (TestNet *self, const TestMap *input, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMap, test_map_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestNet, test_net_free)

G_END_DECLS
