/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/parcel/dict-parcel.h"

#include "weights/companion.h"
#include "weights/ncnn/ncnn.h"
#include "weights/parcel/ncnn-parcel.h"
#include "weights/parcel/onnx-parcel.h"
#include "weights/parcel/tensor-parcel.h"
#include "weights/weights-error.h"

#include <string.h>

/* ---- into a value ---- */

static GPtrArray *
collect_blocks (GengaStateDict *dict)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  const guint n_files = 1 + genga_state_dict_get_n_companions (dict);

  /* Parts of a model are companions, and the contents of their own dicts. */
  genga_state_dict_collect_bytes (dict, all);
  for (guint i = 0; i < all->len; i++)
    {
      gconstpointer data = g_bytes_get_data (all->pdata[i], NULL);

      if (g_hash_table_add (known, (gpointer)data) || i < n_files)
        g_ptr_array_add (blocks, g_bytes_ref (all->pdata[i]));
    }
  return blocks;
}

static void
pack_metadata (gpointer key, gpointer value, gpointer builder)
{
  g_variant_builder_add (builder, "{ss}", key, value);
}

static GVariant *
pack_companions (GengaStateDict *dict)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ayb)"));
  for (guint i = 0; i < genga_state_dict_get_n_companions (dict); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (dict, i);

      g_variant_builder_add (&builder, "(^ayb)", companion->name, companion->follows_name);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
pack_nodes (GengaStateDict *dict, GPtrArray *blocks)
{
  gconstpointer nodes;
  const GengaNodesKind kind = genga_state_dict_get_nodes (dict, &nodes);
  GVariant *value = NULL;

  if (kind == GENGA_NODES_ONNX)
    value = genga_onnx_parcel_new (nodes, blocks);
  else if (kind == GENGA_NODES_NCNN)
    value = genga_ncnn_parcel_new (nodes);
  return g_variant_new_maybe (G_VARIANT_TYPE ("(uv)"),
                              value != NULL ? g_variant_new ("(uv)", (guint32)kind, value) : NULL);
}

GVariant *
genga_dict_parcel_new (GengaStateDict *dict, GPtrArray **blocks)
{
  g_autofree char *name = g_path_get_basename (genga_state_dict_get_path (dict));
  GVariantBuilder metadata, tensors;

  *blocks = collect_blocks (dict);
  g_variant_builder_init (&metadata, G_VARIANT_TYPE ("a{ss}"));
  genga_state_dict_foreach_metadata (dict, pack_metadata, &metadata);
  g_variant_builder_init (&tensors, G_VARIANT_TYPE ("a" GENGA_TENSOR_PARCEL_TYPE));
  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    g_variant_builder_add_value (
        &tensors, genga_tensor_parcel_new (genga_state_dict_get_tensor (dict, i), *blocks));
  return g_variant_new ("(^ay@a{ss}@a(ayb)@a" GENGA_TENSOR_PARCEL_TYPE "@m(uv))", name,
                        g_variant_builder_end (&metadata), pack_companions (dict),
                        g_variant_builder_end (&tensors), pack_nodes (dict, *blocks));
}

/* ---- and back ---- */

/* Where the file lies that describes the model: in the folder of the one that was asked for. */
static char *
dup_path (const char *name, const char *path)
{
  g_autofree char *asked = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_str_equal (name, asked))
    return g_strdup (path);
  return strchr (name, G_DIR_SEPARATOR) == NULL && genga_companion_is_safe_name (name)
             ? g_build_filename (folder, name, NULL)
             : NULL;
}

static gboolean
read_metadata (GVariant *metadata, GengaStateDict *dict, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (metadata); i++)
    {
      const char *key, *value;

      g_variant_get_child (metadata, i, "{&s&s}", &key, &value);
      if (!genga_state_dict_add_metadata (dict, key, value))
        return genga_weights_broken (error, "metadata that are there twice");
    }
  return TRUE;
}

/* Only ncnn's weights do: what follows a model's name is removed along with it. */
static gboolean
check_follower (GengaStateDict *dict, const char *name, gsize n, GError **error)
{
  g_autofree char *weights = genga_ncnn_dup_weights_name (genga_state_dict_get_path (dict));

  if (genga_state_dict_get_nodes (dict, NULL) == GENGA_NODES_NCNN && n == 1 &&
      g_str_equal (name, weights))
    return TRUE;
  return genga_weights_broken (error, "a file of another model");
}

/* Their contents are the blocks behind the first one. */
static gboolean
read_companions (GVariant *companions, GPtrArray *blocks, GengaStateDict *dict, GError **error)
{
  const gsize n = g_variant_n_children (companions);

  if (n > GENGA_STATE_DICT_MAX_COMPANIONS || n >= blocks->len)
    return genga_weights_broken (error, "too many files");
  for (guint i = 0; i < n; i++)
    {
      const char *name;
      gboolean follows_name;

      g_variant_get_child (companions, i, "(^&ayb)", &name, &follows_name);
      if (!genga_companion_is_safe_name (name))
        return genga_weights_broken (error, "a file outside the folder");
      if (follows_name && !check_follower (dict, name, n, error))
        return FALSE;
      genga_state_dict_take_companion (dict, name, g_bytes_ref (blocks->pdata[i + 1]),
                                       follows_name);
    }
  return TRUE;
}

static gboolean
read_tensors (GVariant *tensors, GPtrArray *blocks, GengaStateDict *dict, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (tensors); i++)
    {
      g_autoptr (GVariant) parcel = g_variant_get_child_value (tensors, i);
      GengaTensor tensor;

      if (!genga_tensor_parcel_read (parcel, blocks, &tensor, error) ||
          !genga_state_dict_add (dict, &tensor, tensor.name, strlen (tensor.name), error))
        return FALSE;
    }
  return TRUE;
}

/* Nodes of ONNX bring their constants along; layers of ncnn come after their weights. */
static gboolean
read_network (
    GVariant *maybe, GVariant *tensors, GPtrArray *blocks, GengaStateDict *dict, GError **error)
{
  g_autoptr (GVariant) pair = g_variant_get_maybe (maybe);
  g_autoptr (GVariant) nodes = NULL;
  guint32 kind = GENGA_NODES_NONE;

  if (pair != NULL)
    g_variant_get (pair, "(uv)", &kind, &nodes);
  switch (kind)
    {
    case GENGA_NODES_NONE:
      return read_tensors (tensors, blocks, dict, error);
    case GENGA_NODES_ONNX:
      return genga_onnx_parcel_read (nodes, tensors, blocks, dict, error);
    case GENGA_NODES_NCNN:
      return read_tensors (tensors, blocks, dict, error) &&
             genga_ncnn_parcel_read (nodes, dict, error);
    default:
      return genga_weights_broken (error, "nodes of another kind");
    }
}

/* Tensors may lie in all blocks, so the dict keeps them. */
static GengaStateDict *
new_dict (GPtrArray *blocks)
{
  GengaStateDict *dict = genga_state_dict_new (blocks->pdata[0]);

  for (guint i = 1; i < blocks->len; i++)
    genga_state_dict_take_block (dict, g_bytes_ref (blocks->pdata[i]));
  return dict;
}

GengaStateDict *
genga_dict_parcel_read (GVariant *parcel, GPtrArray *blocks, const char *path, GError **error)
{
  g_autoptr (GVariant) metadata = NULL;
  g_autoptr (GVariant) companions = NULL;
  g_autoptr (GVariant) tensors = NULL;
  g_autoptr (GVariant) nodes = NULL;
  g_autoptr (GengaStateDict) dict = NULL;
  g_autofree char *file = NULL;
  const char *name;

  g_variant_get (parcel, "(^&ay@a{ss}@a(ayb)@a" GENGA_TENSOR_PARCEL_TYPE "@m(uv))", &name,
                 &metadata, &companions, &tensors, &nodes);
  file = dup_path (name, path);
  if (file == NULL || blocks->len == 0)
    {
      genga_weights_broken (error, "no file");
      return NULL;
    }
  dict = new_dict (blocks);
  genga_state_dict_set_path (dict, file);
  if (!read_metadata (metadata, dict, error) ||
      !read_network (nodes, tensors, blocks, dict, error) ||
      !read_companions (companions, blocks, dict, error) ||
      !genga_state_dict_finish_named (dict, error))
    return NULL;
  return g_steal_pointer (&dict);
}
