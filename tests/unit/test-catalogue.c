/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue on folders made for each test (MODEL-10 to MODEL-14). */
#include "core/error.h"
#include "models/catalogue.h"
#include "models/catalogue-resolve.h"
#include "models/model-facts.h"
#include "weights/load.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *first;
  char *second;
  const char *folders[3];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->first = g_dir_make_tmp ("genga-first-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->second = g_dir_make_tmp ("genga-second-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folders[0] = fixture->first;
  fixture->folders[1] = fixture->second;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_remove (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  remove_folder (fixture->first);
  remove_folder (fixture->second);
  g_free (fixture->first);
  g_free (fixture->second);
}

static void
write_file (const char *folder, const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, (gssize)size, &error);
  g_assert_no_error (error);
}

/* A Compact network of one feature, x2, in grey; `metadata` is the inside of a JSON object. */
static void
write_compact (const char *folder, const char *name, const char *metadata)
{
  g_autofree char *header = g_strdup_printf (
      "{\"__metadata__\":{%s},"
      "\"body.0.weight\":{\"dtype\":\"F32\",\"shape\":[1,1,3,3],\"data_offsets\":[0,36]},"
      "\"body.0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[36,40]},"
      "\"body.1.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[40,44]},"
      "\"body.2.weight\":{\"dtype\":\"F32\",\"shape\":[4,1,3,3],\"data_offsets\":[44,188]},"
      "\"body.2.bias\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[188,204]}}",
      metadata);
  guint64 length = GUINT64_TO_LE (strlen (header));
  static const guint8 zeros[204];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *)&length, sizeof length);
  g_byte_array_append (bytes, (const guint8 *)header, strlen (header));
  g_byte_array_append (bytes, zeros, sizeof zeros);
  write_file (folder, name, bytes->data, bytes->len);
}

static const GengaCatalogueEntry *
find (GPtrArray *entries, const char *file_name)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const GengaCatalogueEntry *entry = entries->pdata[i];

      if (g_str_equal (entry->file_name, file_name))
        return entry;
    }
  g_assert_not_reached ();
}

static void
test_list (Fixture *fixture, gconstpointer user_data)
{
  static const char *const expected[] = { "Ani4K v2 Compact", "b", "C", "d", "E" };
  g_autofree char *folder = g_build_filename (fixture->first, "folder.pth", NULL);
  g_autoptr (GPtrArray) entries = NULL;
  const char *folders[] = { fixture->first, "/nonexistent", fixture->second, NULL };

  write_file (fixture->first, "E.CKPT", "12345", 5);
  write_file (fixture->first, "2x_Ani4Kv2_G6i2_Compact_107500.pth", "", 0);
  write_file (fixture->first, "C.Pt", "", 0);
  write_file (fixture->first, "x.bin", "", 0);
  write_file (fixture->first, ".pth", "", 0);
  write_file (fixture->second, "d.SafeTensors", "not a model", 11);
  write_file (fixture->second, "b.pth", "", 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);

  entries = genga_catalogue_list (folders, FALSE);
  g_assert_cmpuint (entries->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < entries->len; i++)
    {
      const GengaCatalogueEntry *entry = entries->pdata[i];

      g_assert_cmpint (entry->kind, ==, GENGA_CATALOGUE_FILE);
      g_assert_cmpstr (entry->display_name, ==, expected[i]);
      g_assert_true (g_file_test (entry->path, G_FILE_TEST_IS_REGULAR));
    }
  g_assert_cmpuint (find (entries, "E.CKPT")->size_bytes, ==, 5);
}

static void
test_missing (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) entries = NULL;
  const GengaCatalogueEntry *entry;

  /* In another form than it was published in, and in another case. */
  write_file (fixture->second, "2X_AniSD_RealPLKSR_140K.safetensors", "", 0);
  entries = genga_catalogue_list (fixture->folders, TRUE);
  g_assert_cmpuint (entries->len, ==, 9);
  entry = entries->pdata[0];
  g_assert_cmpint (entry->kind, ==, GENGA_CATALOGUE_FILE);
  g_assert_cmpstr (entry->display_name, ==, "AniSD");
  for (guint i = 1; i < entries->len; i++)
    {
      entry = entries->pdata[i];
      g_assert_cmpint (entry->kind, ==, GENGA_CATALOGUE_MISSING);
      g_assert_null (entry->path);
      g_assert_nonnull (entry->purpose);
      g_assert_cmpstr (entry->licence, ==, "CC BY-NC 4.0");
    }
  /* DEC-1: this file is the small one. */
  g_assert_cmpstr (find (entries, "2x_AniToon_RPLKSRS_242500.pth")->display_name, ==,
                   "AniToon Small");
  g_assert_cmpstr (find (entries, "2x_AniToon_RPLKSRL_280K.pth")->display_name, ==,
                   "AniToon Large");
}

static void
test_licence (Fixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    const char *file_name;
    gboolean non_commercial;
  } cases[] = {
    { "2x_AniToon_SPAN_1000.pth", TRUE }, { "1x_anisd_refiner.safetensors", TRUE },
    { "Ani4K_other.pth", TRUE },          { "realesr-animevideov3.pth", FALSE },
    { "2x_MyAniToon.pth", FALSE },
  };
  g_autoptr (GPtrArray) entries = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    write_file (fixture->first, cases[i].file_name, "", 0);
  entries = genga_catalogue_list (fixture->folders, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GengaCatalogueEntry *entry = find (entries, cases[i].file_name);

      g_assert_cmpint (entry->licence != NULL, ==, cases[i].non_commercial);
      g_assert_cmpint (entry->licence_note != NULL, ==, cases[i].non_commercial);
      if (!cases[i].non_commercial)
        continue;
      g_assert_nonnull (strstr (entry->licence_note, entry->display_name));
      g_assert_nonnull (strstr (entry->licence_note, "CC BY-NC 4.0"));
      g_assert_nonnull (strstr (entry->licence_note, "no commercial use"));
    }
}

static void
test_metadata (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *flood = g_strnfill (2000, 'a');
  g_autofree char *flood_metadata = g_strdup_printf ("\"name\":\"%s\"", flood);
  g_autoptr (GPtrArray) entries = NULL;
  const GengaCatalogueEntry *entry;

  write_compact (fixture->first, "genga-standard.safetensors",
                 "\"name\":\"Genga Standard\",\"purpose\":\"All kinds of anime.\","
                 "\"licence\":\"CC0-1.0\"");
  write_compact (fixture->first, "flood.safetensors", flood_metadata);
  /* It turns the reading direction of what follows it. */
  write_compact (fixture->first, "turn.safetensors", "\"name\":\"\\u202e \"");
  write_compact (fixture->first, "2x_AniSD_RealPLKSR_140K.safetensors",
                 "\"name\":\"Mine\",\"licence\":\"free\"");
  entries = genga_catalogue_list (fixture->folders, FALSE);

  entry = find (entries, "genga-standard.safetensors");
  g_assert_cmpstr (entry->display_name, ==, "Genga Standard");
  g_assert_cmpstr (entry->purpose, ==, "All kinds of anime.");
  g_assert_cmpstr (entry->licence, ==, "CC0-1.0");
  g_assert_null (entry->licence_note);
  g_assert_cmpuint (strlen (find (entries, "flood.safetensors")->display_name), ==, 80);
  g_assert_cmpstr (find (entries, "turn.safetensors")->display_name, ==, "turn");
  entry = find (entries, "2x_AniSD_RealPLKSR_140K.safetensors");
  g_assert_cmpstr (entry->display_name, ==, "AniSD");
  g_assert_cmpstr (entry->licence, ==, "CC BY-NC 4.0");
}

static void
assert_resolves (Fixture *fixture, const char *name, const char *folder, const char *file_name)
{
  g_autofree char *path = g_build_filename (folder, file_name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaCatalogueEntry) entry = genga_catalogue_resolve (fixture->folders, name, &error);

  g_assert_no_error (error);
  g_assert_cmpint (entry->kind, ==, GENGA_CATALOGUE_FILE);
  g_assert_cmpstr (entry->path, ==, path);
}

static void
test_resolve (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *odd = g_build_filename (fixture->second, "odd", NULL);

  write_compact (fixture->second, "genga-standard.safetensors", "\"name\":\"Éclair\"");
  write_file (fixture->first, "twice.pth", "", 0);
  write_file (fixture->second, "twice.pth", "", 0);
  write_file (fixture->second, "2x_AniToon_RPLKSR_197500.pth", "", 0);
  write_file (fixture->second, "odd", "", 0);

  assert_resolves (fixture, "genga-standard", fixture->second, "genga-standard.safetensors");
  assert_resolves (fixture, "genga-standard.safetensors", fixture->second,
                   "genga-standard.safetensors");
  assert_resolves (fixture, "éCLAIR", fixture->second, "genga-standard.safetensors");
  assert_resolves (fixture, "twice", fixture->first, "twice.pth");
  assert_resolves (fixture, "anitoon", fixture->second, "2x_AniToon_RPLKSR_197500.pth");
  assert_resolves (fixture, odd, fixture->second, "odd");
}

/* A list stands for its parts; a part without one for itself. */
static void
test_parts (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) entries = NULL;

  write_file (fixture->first, "m.safetensors.index.json", "", 0);
  write_file (fixture->first, "m-00001-of-00002.safetensors", "", 0);
  write_file (fixture->first, "m-00002-of-00002.safetensors", "", 0);
  write_file (fixture->second, "n-00001-of-00002.safetensors", "", 0);
  write_file (fixture->second, "net.param", "", 0);
  write_file (fixture->second, "net.bin", "", 0);
  entries = genga_catalogue_list (fixture->folders, FALSE);
  g_assert_cmpuint (entries->len, ==, 3);
  g_assert_cmpstr (find (entries, "m.safetensors.index.json")->display_name, ==, "m");
  g_assert_nonnull (find (entries, "n-00001-of-00002.safetensors"));
  g_assert_cmpstr (find (entries, "net.param")->display_name, ==, "net");
}

static void
test_resolve_here (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *before = g_get_current_dir ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaCatalogueEntry) entry = NULL;
  g_autoptr (GengaCatalogueEntry) archive = NULL;
  g_autoptr (GengaCatalogueEntry) hidden = NULL;

  write_file (fixture->second, "here.pth", "", 0);
  write_file (fixture->second, "net.zip", "", 0);
  write_file (fixture->second, "first", "", 0);
  write_file (fixture->first, "first.pth", "", 0);
  fixture->folders[1] = NULL;
  g_assert_cmpint (g_chdir (fixture->second), ==, 0);
  entry = genga_catalogue_resolve (fixture->folders, "here.pth", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (entry->path, ==, "here.pth");
  /* Any file there is, after all models. */
  archive = genga_catalogue_resolve (fixture->folders, "net.zip", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (archive->path, ==, "net.zip");
  hidden = genga_catalogue_resolve (fixture->folders, "first", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hidden->file_name, ==, "first.pth");
  g_assert_null (genga_catalogue_resolve (fixture->folders, "here", &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_cmpint (g_chdir (before), ==, 0);
}

static void
test_builtin (Fixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    const char *name;
    GengaCatalogueKind kind;
    GengaFamily family;
  } cases[] = {
    { "none", GENGA_CATALOGUE_NONE, GENGA_FAMILY_NONE },
    { "nearest", GENGA_CATALOGUE_BUILTIN, GENGA_FAMILY_NEAREST },
    { "bicubic", GENGA_CATALOGUE_BUILTIN, GENGA_FAMILY_BICUBIC },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaCatalogueEntry) entry =
          genga_catalogue_resolve (fixture->folders, cases[i].name, &error);

      g_assert_no_error (error);
      g_assert_cmpint (entry->kind, ==, cases[i].kind);
      g_assert_cmpint (entry->family, ==, cases[i].family);
      g_assert_cmpstr (entry->display_name, ==, cases[i].name);
      g_assert_null (entry->path);
    }
}

static void
assert_unresolved (Fixture *fixture, const char *name, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_catalogue_resolve (fixture->folders, name, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_true (g_str_has_prefix (error->message, message));
  g_assert_nonnull (strstr (error->message, fixture->first));
  g_assert_nonnull (strstr (error->message, fixture->second));
}

static void
test_unresolved (Fixture *fixture, gconstpointer user_data)
{
  assert_unresolved (fixture, "nix", "Unknown model “nix”. Use the path of a model file");
  assert_unresolved (fixture, "ANITOON",
                     "The model “AniToon” is not installed. Put its file "
                     "2x_AniToon_RPLKSR_197500.pth into one of these folders: ");
  assert_unresolved (fixture, "/nonexistent/model.pth", "Unknown model “/nonexistent/model.pth”. ");
  assert_unresolved (fixture, "\xff", "Unknown model “");

  write_file (fixture->first, "b.pth", "", 0);
  write_file (fixture->second, "a.pth", "", 0);
  assert_unresolved (fixture, "nix", "Unknown model “nix”. Available models: a, b. Use ");
}

static void
test_load (Fixture *fixture, gconstpointer user_data)
{
  /* MODEL-13: names say nothing about scales. */
  static const char *const names[] = { "2x_net.safetensors", "4x_net.safetensors", "dat.pth" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaModelFacts) facts = NULL;

      write_compact (fixture->first, names[i], "");
      facts = genga_model_facts_new (genga_catalogue_resolve (fixture->folders, names[i], &error));
      g_assert_no_error (error);
      g_assert_no_error (facts->error);
      g_assert_cmpint (facts->spec.family, ==, GENGA_FAMILY_COMPACT);
      g_assert_cmpint (facts->spec.scale, ==, 2);
    }
}

static guint n_loads;

static GengaStateDict *
count_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *content = NULL;
  gsize size;

  n_loads++;
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  bytes = g_bytes_new (content, size);
  return genga_state_dict_load_bytes_of (bytes, path, path, error);
}

/* A list reads each file once, and who finds one by its own name reads none. */
static void
test_reads (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) facts = NULL;
  g_autoptr (GengaCatalogueEntry) entry = NULL;
  GError *error = NULL;

  write_compact (fixture->first, "a.safetensors", "");
  write_compact (fixture->second, "b.safetensors", "");
  genga_state_dict_set_loader (count_load);
  entry = genga_catalogue_resolve (fixture->folders, "b", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_loads, ==, 0);
  facts = genga_model_facts_list (fixture->folders, FALSE);
  g_assert_cmpuint (facts->len, ==, 2);
  g_assert_cmpuint (n_loads, ==, 2);
}

static void
test_load_broken (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaModelFacts) facts = NULL;

  write_file (fixture->first, "broken.safetensors", "12345678901234567890", 20);
  facts = genga_model_facts_new (genga_catalogue_resolve (fixture->folders, "broken", &error));
  g_assert_no_error (error);
  g_assert_error (facts->error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_nonnull (strstr (facts->error->message, "broken.safetensors"));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/catalogue/list", test_list },
    { "/catalogue/missing", test_missing },
    { "/catalogue/licence", test_licence },
    { "/catalogue/metadata", test_metadata },
    { "/catalogue/parts", test_parts },
    { "/catalogue/resolve", test_resolve },
    { "/catalogue/resolve-here", test_resolve_here },
    { "/catalogue/builtin", test_builtin },
    { "/catalogue/unresolved", test_unresolved },
    { "/catalogue/load", test_load },
    { "/catalogue/load-broken", test_load_broken },
    { "/catalogue/reads", test_reads }, /* the last one: it changes the loader */
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
