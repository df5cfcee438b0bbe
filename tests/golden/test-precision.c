/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What networks lose where maps are stored in 16 bits, for each family: a precision that `auto` may
 * choose has to be good enough, and docs/precision.md says what was measured. Each line that this
 * program prints is one of its table.
 *
 * The reference engine rounds where devices store maps, and sums exactly, so that results are those
 * of no device in particular.
 */
#include "vectors.h"

#include "engine/reference/reference.h"
#include "nets/net-spec.h"
#include "nets/spec-data.h"
#include "weights/load.h"

#include <math.h>
#include <string.h>

/* Of each family, the smallest files; large ones where there are no others. */
#define N_NETWORKS 3
#define LARGE_FILE 250000
/* dB: half a step of 8 bits, and one and a half. */
#define LEAST_FP16 54
#define LEAST_BF16 45
/* What the table may be off by. */
#define TABLE_TOLERANCE 2

typedef struct
{
  char *path;
  char *io;
  gsize size;
} File;

typedef struct
{
  const char *name;
  guint n;
  double fp16, bf16; /* least PSNR in dB */
  gboolean fp16_safe, is_rough_in_bf16, has_attention;
} Family;

static int
compare_files (gconstpointer a, gconstpointer b)
{
  const File *one = a, *other = b;

  return one->size != other->size ? (one->size > other->size ? 1 : -1)
                                  : strcmp (one->path, other->path);
}

static void
list_files (const char *name, GArray *files)
{
  g_autofree char *folder = golden_find_folder (name);
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      const char *end = strstr (entry, ".io.safetensors");
      g_autofree char *stem = end != NULL ? g_strndup (entry, (gsize)(end - entry)) : NULL;
      File file;
      g_autoptr (GMappedFile) mapped = NULL;

      if (stem == NULL)
        continue;
      file.path = golden_get_path (folder, stem, ".safetensors");
      file.io = g_build_filename (folder, entry, NULL);
      mapped = g_mapped_file_new (file.path, FALSE, NULL);
      if (mapped == NULL)
        continue;
      file.size = g_mapped_file_get_length (mapped);
      g_array_append_val (files, file);
    }
}

static Family *
find_family (GArray *families, const char *name)
{
  const Family fresh = { name, 0, INFINITY, INFINITY, TRUE, FALSE, FALSE };

  for (guint i = 0; i < families->len; i++)
    if (g_str_equal (g_array_index (families, Family, i).name, name))
      return &g_array_index (families, Family, i);
  g_array_append_val (families, fresh);
  return &g_array_index (families, Family, families->len - 1);
}

static double
measure (const char *path, const TestMap *input, const TestMap *expected, GengaPrecision precision)
{
  g_autoptr (TestNet) net = test_net_new (genga_reference_backend_get (), path, precision, 1);
  g_autoptr (TestMap) output = test_net_run_padded (net, input);
  double psnr;

  test_map_clamp (output);
  psnr = test_map_get_psnr (output, expected);
  return isnan (psnr) ? 0 : psnr;
}

static void
measure_file (GArray *families, const File *file)
{
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (file->path, NULL);
  g_autoptr (TestMap) input = test_map_load (file->io, "raw_padded_input");
  g_autoptr (TestMap) expected = test_map_load (file->io, "raw_output");
  GengaNetSpec spec;
  Family *family;

  if (input == NULL)
    input = test_map_load (file->io, "input");
  if (dict == NULL || input == NULL || expected == NULL ||
      !genga_net_spec_detect (&spec, dict, file->path, NULL))
    return;
  family = find_family (families, genga_net_spec_get_family_name (&spec));
  if (family->n == N_NETWORKS || (family->n > 0 && file->size > LARGE_FILE))
    return;
  test_map_clamp (expected);
  family->n++;
  family->fp16_safe &= spec.fp16_safe;
  family->is_rough_in_bf16 |= spec.is_rough_in_bf16;
  family->has_attention |= spec.has_attention;
  family->fp16 = fmin (family->fp16, measure (file->path, input, expected, GENGA_PRECISION_FP16));
  family->bf16 = fmin (family->bf16, measure (file->path, input, expected, GENGA_PRECISION_BF16));
}

static void
check_line (const char *table, const Family *family, const char *fp16, const char *bf16)
{
  g_autofree char *start = g_strdup_printf ("\n| %s | ", family->name);
  const char *line = strstr (table, start);
  g_auto (GStrv) cells = line != NULL ? g_strsplit (line + 1, "|", 7) : NULL;

  if (cells == NULL || g_strv_length (cells) < 6)
    g_error ("docs/precision.md has no line for %s", family->name);
  g_assert_cmpfloat_with_epsilon (g_ascii_strtod (cells[2], NULL), family->fp16, TABLE_TOLERANCE);
  g_assert_cmpfloat_with_epsilon (g_ascii_strtod (cells[4], NULL), family->bf16, TABLE_TOLERANCE);
  g_assert_cmpstr (g_strstrip (cells[3]), ==, fp16);
  g_assert_cmpstr (g_strstrip (cells[5]), ==, bf16);
}

static const char *
say_yes (gboolean yes)
{
  return yes ? "yes" : "no";
}

/* What `auto` may choose. */
static gboolean
may_take_bf16 (const Family *family)
{
  return !family->is_rough_in_bf16 && !family->has_attention;
}

static void
print_family (const Family *family)
{
  g_test_message ("| %s | %.0f dB | %s | %.0f dB | %s |", family->name, family->fp16,
                  say_yes (family->fp16_safe), family->bf16, say_yes (may_take_bf16 (family)));
}

static void
check_family (const Family *family, const char *table)
{
  if (family->fp16_safe)
    g_assert_cmpfloat (family->fp16, >=, LEAST_FP16);
  g_assert_cmpint (family->bf16 < LEAST_BF16, ==, family->is_rough_in_bf16);
  check_line (table, family, say_yes (family->fp16_safe), say_yes (may_take_bf16 (family)));
}

static void
test_families (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "docs", "precision.md", NULL);
  g_autofree char *table = NULL;
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (File));
  g_autoptr (GArray) families = g_array_new (FALSE, FALSE, sizeof (Family));

  g_assert_true (g_file_get_contents (path, &table, NULL, NULL));
  list_files ("golden/synthetic", files);
  list_files ("golden/synthetic2", files);
  g_array_sort (files, compare_files);
  for (guint i = 0; i < files->len; i++)
    {
      File *file = &g_array_index (files, File, i);

      measure_file (families, file);
      g_free (file->path);
      g_free (file->io);
    }
  for (guint i = 0; i < families->len; i++)
    print_family (&g_array_index (families, Family, i));
  g_assert_true (files->len == 0 || families->len >= 30);
  for (guint i = 0; i < families->len; i++)
    check_family (&g_array_index (families, Family, i), table);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/precision/families", test_families);
  return g_test_run ();
}
