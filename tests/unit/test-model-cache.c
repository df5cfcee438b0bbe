/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model of several files is read again when any of them has changed. */
#include "engine/model-cache.h"
#include "onnx-writer.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

static GengaModel *
load (GengaEngine *engine, const char *path)
{
  g_autoptr (GError) error = NULL;
  GengaModel *model = genga_model_load (engine, path, GENGA_PRECISION_FP32, 1, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static void
test_companions (void)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "net.onnx", NULL);
  g_autofree char *parts = g_build_filename (folder, "parts", NULL);
  g_autofree char *data = g_build_filename (parts, "net.data", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", &error);
  const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

  g_assert_no_error (error);
  onnx_write_model_of_two (path, 0.5f);
  g_autoptr (GengaModel) first = load (engine, path);
  g_autoptr (GengaModel) second = load (engine, path);
  g_assert_true (first == second);

  /* Another file of the same size. */
  g_assert_cmpint (utimensat (AT_FDCWD, data, times, 0), ==, 0);
  g_autoptr (GengaModel) third = load (engine, path);
  g_assert_true (third != first);
  g_unlink (data);
  g_rmdir (parts);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-cache/companions", test_companions);
  return g_test_run ();
}
