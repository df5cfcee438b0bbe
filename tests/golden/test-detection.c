/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Detection against the reference implementation's own findings: every network of the shared
 * golden vectors, real weights, and fresh random networks where Python can make them. Radii are
 * stated from runs of the reference in which one pixel was changed.
 */
#include "core/error.h"
#include "nets/net-spec.h"
#include "weights/load.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* A folder of the shared data, or NULL after saying that the test is skipped. */
static char *
get_shared_folder (const char *name)
{
  const char *shared = g_getenv ("GENGA_SHARED");
  g_autofree char *folder = shared != NULL ? g_build_filename (shared, name, NULL) : NULL;

  if (folder != NULL && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&folder);
  g_test_skip ("the shared data is not there");
  return NULL;
}

static JsonArray *
load_index (JsonParser *parser, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "index.json", NULL);
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_array (json_parser_get_root (parser));
}

static void
collect_hyper (const char *name, const char *value, gpointer user_data)
{
  g_assert_true (g_hash_table_insert (user_data, g_strdup (name), g_strdup (value)));
}

static void
check_hyper (const GengaNetSpec *spec, JsonObject *expected)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  genga_net_spec_foreach_hyper (spec, collect_hyper, found);
  json_object_iter_init (&iter, expected);
  while (json_object_iter_next (&iter, &name, &value))
    {
      /* A Python object prints as an address. */
      if (g_str_has_prefix (json_node_get_string (value), "<function"))
        continue;
      g_assert_cmpstr (g_hash_table_lookup (found, name), ==, json_node_get_string (value));
      g_hash_table_remove (found, name);
    }
  /* The reference fixes the growth channels; everything else it knows as well. */
  g_hash_table_remove (found, "num_grow_ch");
  g_assert_cmpuint (g_hash_table_size (found), ==, 0);
}

static void
check_tags (const GengaNetSpec *spec, JsonArray *expected)
{
  g_auto (GStrv) tags = genga_net_spec_dup_tags (spec);

  g_assert_cmpuint (g_strv_length (tags), ==, json_array_get_length (expected));
  for (guint i = 0; tags[i] != NULL; i++)
    g_assert_cmpstr (tags[i], ==, json_array_get_string_element (expected, i));
}

static void
check_spec (const GengaNetSpec *spec, JsonObject *entry)
{
  const char *arch = json_object_get_string_member (entry, "arch");
  const char *family = genga_net_spec_get_family_name (spec);

  /* The reference counts RealPLKSR as a kind of PLKSR. */
  g_assert_cmpstr (g_str_equal (family, "RealPLKSR") ? "PLKSR" : family, ==, arch);
  g_assert_cmpint (spec->scale, ==, json_object_get_int_member (entry, "scale"));
  check_tags (spec, json_object_get_array_member (entry, "tags"));
  if (!json_object_has_member (entry, "hyper"))
    return;

  g_assert_cmpint (spec->in_channels, ==, json_object_get_int_member (entry, "in_ch"));
  g_assert_cmpint (spec->out_channels, ==, json_object_get_int_member (entry, "out_ch"));
  g_assert_cmpint (spec->fp16_safe, ==, json_object_get_boolean_member (entry, "half"));
  g_assert_cmpint (spec->bf16_safe, ==, json_object_get_boolean_member (entry, "bf16"));
  g_assert_cmpint (spec->minimum, ==, MAX (1, json_object_get_int_member (entry, "minimum")));
  /* What the reference pads inside its network Genga pads before it. */
  g_assert_cmpint (spec->multiple_of % json_object_get_int_member (entry, "multiple_of"), ==, 0);
  check_hyper (spec, json_object_get_object_member (entry, "hyper"));
}

static void
check_entry (JsonObject *entry, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  GengaNetSpec spec;

  g_test_message ("%s", path);
  g_assert_no_error (error);
  if (genga_net_spec_detect (&spec, dict, path, &error))
    check_spec (&spec, entry);
  else
    {
      /* A family that is to come; whatever else is wrong must not go by. */
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "not supported yet"));
    }
}

/* Every entry of the index in `folder`: `member` and `suffix` name its file in `weights`. */
static void
check_index (const char *folder, const char *weights, const char *member, const char *suffix)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *index = load_index (parser, folder);

  for (guint i = 0; i < json_array_get_length (index); i++)
    {
      JsonObject *entry = json_array_get_object_element (index, i);
      g_autofree char *file =
          g_strconcat (json_object_get_string_member (entry, member), suffix, NULL);
      g_autofree char *path = g_build_filename (weights, file, NULL);

      check_entry (entry, path);
    }
}

static void
test_synthetic (void)
{
  g_autofree char *folder = get_shared_folder ("golden/synthetic");

  if (folder != NULL)
    check_index (folder, folder, "name", ".safetensors");
}

static void
test_synthetic2 (void)
{
  g_autofree char *folder = get_shared_folder ("golden/synthetic2");

  if (folder != NULL)
    check_index (folder, folder, "name", ".safetensors");
}

static void
test_real (void)
{
  g_autofree char *folder = get_shared_folder ("golden/real");
  g_autofree char *weights = get_shared_folder ("weights");

  if (folder != NULL && weights != NULL)
    check_index (folder, weights, "weights", "");
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
test_random (void)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "oracle", "random_nets.py", NULL);
  g_autofree char *seed = g_strdup_printf ("%d", g_test_rand_int_range (0, G_MAXINT));
  const char *python = g_getenv ("GENGA_ORACLE_PYTHON");
  const char *argv[] = { python, "-W", "ignore", script, NULL, seed, NULL };
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (python == NULL)
    {
      g_test_skip ("GENGA_ORACLE_PYTHON names no Python with torch and spandrel");
      return;
    }
  folder = g_dir_make_tmp ("genga-nets-XXXXXX", &error);
  g_assert_no_error (error);
  argv[4] = folder;
  g_test_message ("seed %s", seed);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);

  check_index (folder, folder, "name", ".safetensors");
  remove_folder (folder);
}

static void
load_spec (const char *folder, const char *name, GengaNetSpec *spec)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = NULL;

  dict = genga_state_dict_load (path, &error);
  g_assert_no_error (error);
  genga_net_spec_detect (spec, dict, name, &error);
  g_assert_no_error (error);
}

static void
test_slim_span (void)
{
  g_autofree char *folder = get_shared_folder ("weights");
  GengaNetSpec slim;
  GengaNetSpec full;

  if (folder == NULL)
    return;
  load_spec (folder, "span_ch28_x4_slim_ntire2024_team38.pth", &slim);
  load_spec (folder, "span_ch28_x4_expanded_spandrel_fp16.safetensors", &full);
  g_assert_true (slim.span.slim);
  g_assert_false (full.span.slim);
  g_assert_cmpint (slim.scale, ==, full.scale);
  g_assert_cmpint (slim.span.num_feat, ==, full.span.num_feat);
  g_assert_cmpint (slim.span.norm, ==, full.span.norm);
  g_assert_cmpint (slim.n_parameters, <, full.n_parameters);
}

static void
test_radius (void)
{
  static const struct
  {
    const char *name;
    int radius;
  } cases[] = {
    { "compact_2x_nf24_nc8", 10 },
    { "compact_1x_nf16_nc2", 4 },
    { "compact_2x_gray", 4 },
    { "realplksr_2x_ps_gn_ea", GENGA_RADIUS_GLOBAL },
    { "realplksr_4x_dysample_gn", GENGA_RADIUS_GLOBAL },
    { "realplksr_2x_ps_ln", 24 },
    { "realplksr_2x_dysample_ln", GENGA_RADIUS_GLOBAL },
    { "realplksr_1x_dysample_ln", GENGA_RADIUS_GLOBAL },
    { "plksr_4x_dccm", 24 },
    { "plksr_2x_ccm_noea", 16 },
    { "esrgan_4x_old", 34 },
    { "esrgan_4x_realesrgan_keys", 19 },
    { "esrgan_2x_old", 19 },
    { "esrgan_1x_old", 19 },
    { "esrganplus_4x", 19 },
    { "span_2x_nonorm", 21 },
    { "dat_4x_ps_sq", GENGA_RADIUS_GLOBAL },
    { "dat_2x_3conv", GENGA_RADIUS_GLOBAL },
    { "swinir_2x_ps", GENGA_RADIUS_GLOBAL },
  };
  g_autofree char *folder = get_shared_folder ("golden/synthetic");

  if (folder == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *file = g_strconcat (cases[i].name, ".safetensors", NULL);
      GengaNetSpec spec;

      g_test_message ("%s", cases[i].name);
      load_spec (folder, file, &spec);
      g_assert_cmpint (spec.radius, ==, cases[i].radius);
    }
}

/*
 * Measured radii, with random weights: what is far away may not show. A graph does not say less,
 * and little more where no offsets come from data.
 */
static void
check_measured (const char *folder, const char *name, JsonNode *measured)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.safetensors", folder, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  GengaNetSpec spec;

  g_assert_no_error (error);
  if (!genga_net_spec_detect (&spec, dict, name, &error))
    return;
  g_test_message ("%s: %d", name, spec.radius);
  if (json_node_get_value_type (measured) == G_TYPE_STRING)
    {
      /* "global", "windows", or words for a network whose radius nobody measured. */
      if (!g_str_has_prefix (json_node_get_string (measured), "15*"))
        g_assert_cmpint (spec.radius, ==, GENGA_RADIUS_GLOBAL);
    }
  else if (spec.radius != GENGA_RADIUS_GLOBAL)
    {
      g_assert_cmpint (spec.radius, >=, json_node_get_int (measured));
      g_assert_cmpint (spec.radius, <=, json_node_get_int (measured) + 3);
    }
}

static void
test_measured_radius (void)
{
  g_autofree char *folder = get_shared_folder ("golden/synthetic2");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *measured;

  if (folder == NULL)
    return;
  path = g_build_filename (folder, "radius.json", NULL);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next (&iter, &name, &measured))
    check_measured (folder, name, measured);
}

typedef enum
{
  CHANGE_REMOVE,
  CHANGE_SHAPE,
} Change;

/* What `dict` says with one tensor changed. */
static gboolean
detect_changed (GengaStateDict *dict, guint index, Change change, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (NULL, 0);
  g_autoptr (GengaStateDict) changed = genga_state_dict_new (bytes);
  g_autoptr (GError) failure = NULL;
  GengaNetSpec spec;

  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    {
      GengaTensor tensor = *genga_state_dict_get_tensor (dict, i);

      if (i == index && change == CHANGE_REMOVE)
        continue;
      if (i == index)
        {
          tensor.shape[tensor.rank] = 1;
          tensor.strides[tensor.rank++] = 1;
        }
      genga_state_dict_add (changed, &tensor, tensor.name, strlen (tensor.name), &failure);
      g_assert_no_error (failure);
    }
  genga_state_dict_finish (changed, &failure);
  g_assert_no_error (failure);
  return genga_net_spec_detect (&spec, changed, "changed", error);
}

/* Buffers that a network can do without. */
static gboolean
is_derivable (const char *name)
{
  /* Those alone tell the window. */
  static const char *const needed[] = { "layers.0.blocks.0.attn.attns.0.rpe_biases",
                                        "layers.0.residual_group.blocks.0.attn."
                                        "relative_position_index",
                                        NULL };
  static const char *const parts[] = {
    ".relative_position_index", ".rpe_biases",       ".attn_mask",
    ".num_batches_tracked",     ".eval_conv.",       "no_norm",
    ".conv_3x3_rep.",           ".conv5x5_reparam.", ".flash"
  };

  if (g_str_equal (name, "gamma"))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (strstr (name, parts[i]) != NULL)
        return !g_strv_contains (needed, name);
    }
  return FALSE;
}

/* Buffers whose presence tells the family, and nothing else. */
static gboolean
tells_family (const char *name)
{
  static const char *const names[] = { "body.0.conv.1.conv5x5_reparam.weight",
                                       "body.0.fc1.conv_3x3_rep.weight",
                                       "end_block.1.eval_conv.weight",
                                       "to_img.0.conv_3x3_rep.weight",
                                       "to_pixel.eval_conv.weight",
                                       NULL };

  return g_strv_contains (names, name);
}

/* M1, for each architecture: every parameter is needed, in its shape and no other. */
static void
check_strict (const char *folder, const char *const *names)
{
  for (guint i = 0; folder != NULL && names[i] != NULL; i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".safetensors", NULL);
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autoptr (GError) load_error = NULL;
      g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &load_error);

      g_assert_no_error (load_error);
      for (guint j = 0; j < genga_state_dict_get_n_tensors (dict); j++)
        {
          const char *name = genga_state_dict_get_tensor (dict, j)->name;

          for (Change change = CHANGE_REMOVE; change <= CHANGE_SHAPE; change++)
            {
              g_autoptr (GError) error = NULL;
              gboolean ok = detect_changed (dict, j, change, &error);

              g_test_message ("%s, %s: %s", names[i], name, error != NULL ? error->message : "");
              if (!is_derivable (name))
                g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
              else if (change == CHANGE_REMOVE)
                g_assert_cmpint (ok, ==, !tells_family (name));
            }
        }
    }
}

static void
test_strict (void)
{
  static const char *const names[] = { "compact_2x_nf24_nc8",
                                       "realplksr_2x_ps_gn_ea",
                                       "realplksr_2x_dysample_ln",
                                       "plksr_2x_ccm_noea",
                                       "esrgan_4x_realesrgan_keys",
                                       "esrganplus_4x",
                                       "span_2x_nonorm",
                                       "dat_4x_ps_sq",
                                       "swinir_2x_ps",
                                       "swinir_4x_nearest",
                                       "hat_2x",
                                       "drct_2x",
                                       NULL };
  g_autofree char *folder = get_shared_folder ("golden/synthetic");

  check_strict (folder, names);
}

static void
test_strict2 (void)
{
  static const char *const names[] = { "spanf3_2x_unshuffle",    "dis_4x_depthwise",
                                       "artcnn_2x_luma",         "spanplus_4x_dys",
                                       "mosrv2_2x_paup",         "mosrv2_2x_rms_dysample_mid",
                                       "rtmosr_2x_se_unshuffle", "smosr_2x_rep",
                                       "smosr_2x_dysample",      "gaterv3_2x_attention",
                                       "figsr_4x_dysample_k",    NULL };
  g_autofree char *folder = get_shared_folder ("golden/synthetic2");

  check_strict (folder, names);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/detection/synthetic", test_synthetic);
  g_test_add_func ("/detection/synthetic2", test_synthetic2);
  g_test_add_func ("/detection/real", test_real);
  g_test_add_func ("/detection/random", test_random);
  g_test_add_func ("/detection/strict", test_strict);
  g_test_add_func ("/detection/strict2", test_strict2);
  g_test_add_func ("/detection/slim-span", test_slim_span);
  g_test_add_func ("/detection/radius", test_radius);
  g_test_add_func ("/detection/measured-radius", test_measured_radius);
  return g_test_run ();
}
