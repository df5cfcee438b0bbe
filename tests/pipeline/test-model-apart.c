/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models that are read in processes of their own: the same tensors, nodes, files and errors as
 * here, and whatever ends such a process ends nothing else. */
#include "core/confine/confine.h"
#include "core/error.h"
#include "core/fault.h"
#include "harness.h"
#include "job/reader/model-apart.h"
#include "job/reader/reader-process.h"
#include "models/model-import.h"
#include "nets/net-build.h"
#include "nets/net-spec.h"
#include "weights/load.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Ends each process that reads a file of this name. */
#define DEADLY "deadly.safetensors"
/* Keeps each process that reads a file of this name for ever. */
#define ENDLESS "endless.safetensors"

static char *
copy_file (const char *from, const char *dir, const char *name)
{
  char *path = g_build_filename (dir, name, NULL);
  g_autofree char *content = NULL;
  gsize size;
  GError *error = NULL;

  g_file_get_contents (from, &content, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, content, (gssize)size, &error);
  g_assert_no_error (error);
  return path;
}

static char *
copy_model (const char *dir, const char *name)
{
  g_autofree char *from =
      g_test_build_filename (G_TEST_DIST, "..", "models", "genga-fast.safetensors", NULL);

  return copy_file (from, dir, name);
}

static void
assert_same_tensor (const GengaTensor *a, const GengaTensor *b)
{
  const gint64 n = genga_tensor_get_n_elements (a);
  g_autofree float *left = g_new0 (float, MAX (n, 1));
  g_autofree float *right = g_new0 (float, MAX (n, 1));

  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpint (a->dtype, ==, b->dtype);
  g_assert_cmpmem (a->shape, a->rank * sizeof *a->shape, b->shape, b->rank * sizeof *b->shape);
  genga_tensor_copy_f32 (a, left);
  genga_tensor_copy_f32 (b, right);
  g_assert_cmpmem (left, n * sizeof *left, right, n * sizeof *right);
}

/* Nodes show in the network that is made of them, constants and all. */
static void
assert_same_network (GengaStateDict *a, GengaStateDict *b)
{
  GengaNetSpec spec, other_spec;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other_error = NULL;
  const gboolean is_known = genga_net_spec_detect (&spec, a, "model", &error);
  g_autoptr (GengaGraph) graph = NULL;
  g_autoptr (GengaGraph) other = NULL;

  g_assert_cmpint (genga_net_spec_detect (&other_spec, b, "model", &other_error), ==, is_known);
  g_assert_cmpstr (error != NULL ? error->message : NULL, ==,
                   other_error != NULL ? other_error->message : NULL);
  if (!is_known)
    return;
  graph = genga_net_build (&spec, a, TRUE, NULL);
  other = genga_net_build (&other_spec, b, TRUE, NULL);
  g_assert_nonnull (graph);
  g_assert_nonnull (other);
  g_assert_cmpuint (graph->n_ops, ==, other->n_ops);
  for (guint i = 0; i < graph->n_ops; i++)
    {
      const GengaOp *op = &graph->ops[i], *twin = &other->ops[i];

      g_assert_cmpint (op->kind, ==, twin->kind);
      g_assert_cmpint (op->channels, ==, twin->channels);
      g_assert_cmpmem (op->inputs, op->n_inputs * sizeof *op->inputs, twin->inputs,
                       twin->n_inputs * sizeof *twin->inputs);
    }
  g_assert_cmpuint (graph->n_constants, ==, other->n_constants);
  for (guint i = 0; i < graph->n_constants; i++)
    g_assert_cmpmem (graph->constants[i].data, graph->constants[i].n_elements * sizeof (float),
                     other->constants[i].data, other->constants[i].n_elements * sizeof (float));
}

static void
assert_same_dict (GengaStateDict *a, GengaStateDict *b)
{
  g_assert_cmpstr (genga_state_dict_get_path (a), ==, genga_state_dict_get_path (b));
  g_assert_cmpstr (genga_state_dict_get_metadata (a, "name"), ==,
                   genga_state_dict_get_metadata (b, "name"));
  g_assert_true (g_bytes_equal (genga_state_dict_get_bytes (a), genga_state_dict_get_bytes (b)));
  g_assert_cmpuint (genga_state_dict_get_n_companions (a), ==,
                    genga_state_dict_get_n_companions (b));
  for (guint i = 0; i < genga_state_dict_get_n_companions (a); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (a, i);
      const GengaCompanion *other = genga_state_dict_get_companion (b, i);

      g_assert_cmpstr (companion->name, ==, other->name);
      g_assert_cmpint (companion->follows_name, ==, other->follows_name);
      g_assert_true (g_bytes_equal (companion->bytes, other->bytes));
    }
  g_assert_cmpint (genga_state_dict_get_nodes (a, NULL), ==, genga_state_dict_get_nodes (b, NULL));
  g_assert_cmpuint (genga_state_dict_get_n_tensors (a), ==, genga_state_dict_get_n_tensors (b));
  for (guint i = 0; i < genga_state_dict_get_n_tensors (a); i++)
    assert_same_tensor (genga_state_dict_get_tensor (a, i), genga_state_dict_get_tensor (b, i));
  assert_same_network (a, b);
}

/* TRUE where there is a dict. */
static gboolean
compare (const char *path)
{
  g_autoptr (GError) expected_error = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) expected = genga_state_dict_load (path, &expected_error);
  g_autoptr (GengaStateDict) dict = genga_model_apart_load (path, &error);

  g_test_message ("%s", path);
  if (expected != NULL)
    {
      g_assert_no_error (error);
      assert_same_dict (dict, expected);
      return TRUE;
    }
  g_assert_null (dict);
  g_assert_error (error, expected_error->domain, expected_error->code);
  g_assert_cmpstr (error->message, ==, expected_error->message);
  return FALSE;
}

/* Files of all kinds, sound and broken; those that are missing, too. */
static void
test_same (void)
{
  static const char *const kinds[] = { "load", "onnx", "safetensors" };
  g_autofree char *missing = g_test_build_filename (G_TEST_BUILT, "missing.pth", NULL);
  guint n_sound = 0, n_broken = 0;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *folder =
          g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", kinds[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      g_assert_nonnull (dir);
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          if (compare (path))
            n_sound++;
          else
            n_broken++;
        }
    }
  g_assert_false (compare (missing));
  g_assert_cmpuint (n_sound, >=, 5);
  g_assert_cmpuint (n_broken, >=, 5);
}

/* An ncnn model: two files, of which any is asked for. */
static void
check_pair (const char *dir)
{
  static const char text[] = "7767517\n3 3\nInput in 0 1 a\nConvolution conv 1 1 a b 0=12 1=3 4=1 "
                             "5=1 6=324\nPixelShuffle up 1 1 b c 0=2\n";
  g_autofree char *param = g_build_filename (dir, "m.param", NULL);
  g_autofree char *bin = g_build_filename (dir, "m.bin", NULL);
  g_autofree float *weights = g_new0 (float, 1 + 324 + 12);

  for (guint i = 1; i < 1 + 324 + 12; i++)
    weights[i] = (float)i / 100;
  g_assert_true (g_file_set_contents (param, text, -1, NULL));
  g_assert_false (compare (param)); /* without the other one */
  g_assert_true (
      g_file_set_contents (bin, (const char *)weights, (1 + 324 + 12) * sizeof (float), NULL));
  g_assert_true (compare (param));
  g_assert_true (compare (bin));
}

static void
test_several_files (void)
{
  g_autofree char *dir = genga_test_make_dir ();

  check_pair (dir);
}

/* Of the home folder a process may read plain files alone, and not which there are. */
static void
test_home (void)
{
  check_pair (g_getenv ("HOME"));
}

/* The others lie beside the link, as it is without a fence. */
static void
test_link (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *link_dir = genga_test_make_dir ();
  g_autofree char *param = g_build_filename (dir, "m.param", NULL);
  g_autofree char *bin = g_build_filename (dir, "m.bin", NULL);
  g_autofree char *link = g_build_filename (link_dir, "m.param", NULL);
  g_autofree char *link_bin = g_build_filename (link_dir, "m.bin", NULL);

  check_pair (dir);
  g_assert_cmpint (g_rename (bin, link_bin), ==, 0);
  g_assert_cmpint (symlink (param, link), ==, 0);
  g_assert_true (compare (link));
}

static void
add_number (GByteArray *out, guint n_bytes, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *)&value, n_bytes);
}

/* What the headers of a record, at its beginning and in the directory, have alike. */
static void
add_record (GByteArray *out, const char *name, gsize size)
{
  add_number (out, 4, 10);   /* version, flags */
  add_number (out, 4, 0);    /* stored; time */
  add_number (out, 2, 0x21); /* date */
  add_number (out, 4, 0);    /* no checksum */
  add_number (out, 4, (guint32)size);
  add_number (out, 4, (guint32)size);
  add_number (out, 4, (guint32)strlen (name));
}

/* An archive of one file that is not packed. */
static void
write_stored (const char *path, const char *name, const char *content, gsize size)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize directory;

  add_number (out, 4, 0x04034b50);
  add_record (out, name, size);
  g_byte_array_append (out, (const guint8 *)name, (guint)strlen (name));
  g_byte_array_append (out, (const guint8 *)content, (guint)size);
  directory = out->len;
  add_number (out, 4, 0x02014b50);
  add_number (out, 2, 10);
  add_record (out, name, size);
  for (guint i = 0; i < 4; i++)
    add_number (out, i < 2 ? 2 : 4, 0); /* comment, disk, attributes, place */
  add_number (out, 2, 0);
  g_byte_array_append (out, (const guint8 *)name, (guint)strlen (name));
  const gsize end = out->len;
  add_number (out, 4, 0x06054b50);
  add_number (out, 4, 0);
  add_number (out, 2, 1);
  add_number (out, 2, 1);
  add_number (out, 4, (guint32)(end - directory));
  add_number (out, 4, (guint32)directory);
  add_number (out, 2, 0);
  g_assert_true (g_file_set_contents (path, (const char *)out->data, (gssize)out->len, NULL));
}

/* Wherever in an archive a file begins: its numbers may lie so that they are not copied. */
static void
test_stored (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *onnx =
      g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", "onnx", "activations-0", NULL);
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (onnx, &content, &size, NULL));
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%.*s.onnx", i, "xxx");
      g_autofree char *path = g_build_filename (dir, "m.zip", NULL);

      write_stored (path, name, content, size);
      g_assert_true (compare (path));
    }
}

/* A process reads the model that it was made for, with what lies beside it, and nothing else. */
static void
test_rights (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *other_dir = genga_test_make_dir ();
  g_autofree char *path = copy_model (dir, "a.safetensors");
  g_autofree char *beside = copy_model (dir, "b.safetensors");
  g_autofree char *other = copy_model (other_dir, "a.safetensors");
  const char *const paths[] = { path, beside, other };
  GengaConfinement confinement;
  GError *error = NULL;
  g_autoptr (GengaReaderProcess) process = genga_reader_process_new_for_model (path, &error);

  g_assert_no_error (error);
  genga_confinement_probe (&confinement);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_auto (GengaReaderAnswer) answer = { 0 };
      g_autoptr (GError) reason = NULL;
      const gboolean ok = genga_reader_process_call (
          process, GENGA_READER_MODEL, g_variant_new ("(^ay)", paths[i]), &answer, NULL, &reason);

      if (confinement.landlock > 0 || i < 2)
        g_assert_cmpint (ok, ==, i < 2);
    }
}

/* A list of models goes on behind one that is never read. */
static void
test_endless (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = copy_model (dir, ENDLESS);
  g_autoptr (GError) error = NULL;

  genga_fault_set ("short-timeout:1+");
  if (!genga_fault ("short-timeout"))
    {
      g_test_skip ("this build can't inject faults");
      return;
    }
  g_assert_null (genga_model_apart_load (path, &error));
  genga_fault_set (NULL);
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, "too long"));
}

/* Once this program reads no models itself: lists, imports and whatever else loads one. */
static void
test_deadly (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *deadly = copy_model (dir, DEADLY);
  g_autofree char *path = copy_model (dir, "a.safetensors");
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) before = genga_state_dict_load (deadly, NULL);
  g_autoptr (GengaStateDict) dict = NULL;

  genga_fault_set ("there:1");
  if (!genga_fault ("there"))
    {
      g_test_skip ("this build can't inject faults");
      return;
    }
  g_assert_nonnull (before);
  genga_model_apart_begin ();
  g_assert_null (genga_state_dict_load (deadly, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, DEADLY));
  g_assert_nonnull (strstr (error->message, g_strsignal (SIGKILL)));
  g_clear_error (&error);
  g_assert_cmpint (genga_model_import (deadly, FALSE, &target, &error), ==, GENGA_IMPORT_FAILED);
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_clear_error (&error);
  dict = genga_state_dict_load (path, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_autofree char *home = genga_test_make_dir ();
  g_setenv ("HOME", home, TRUE);
  g_setenv ("GENGA_FAULT", "kill-reader-" DEADLY ":1,stall-reader-" ENDLESS ":1+", TRUE);
  g_test_add_func ("/model-apart/same", test_same);
  g_test_add_func ("/model-apart/several-files", test_several_files);
  g_test_add_func ("/model-apart/home", test_home);
  g_test_add_func ("/model-apart/link", test_link);
  g_test_add_func ("/model-apart/stored", test_stored);
  g_test_add_func ("/model-apart/rights", test_rights);
  g_test_add_func ("/model-apart/endless", test_endless);
  g_test_add_func ("/model-apart/deadly", test_deadly);
  return g_test_run ();
}
