/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Families of networks that attend, without a model file: from a few tensors that tell a family and
 * its sizes, the reader itself says which other ones a network has. That network, of random
 * numbers, is run by the engines that are there, and read with each of its tensors missing.
 */
#include "core/error.h"
#include "engine/backend-registry.h"
#include "engine/reference/reference-graph.h"
#include "nets/net-build.h"

#include <math.h>
#include <string.h>

#define RTOL 1e-4
#define ATOL 2e-5
#define MOST_TENSORS 2000

/* Pixels, before they become what the network needs. */
#define HEIGHT 21
#define WIDTH 27

typedef struct
{
  const char *key;
  guint rank;
  int shape[4];
  float last[2];     /* of a table of positions: its last row */
  const char *bytes; /* of a tensor of bytes */
} Entry;

typedef struct
{
  const char *name;
  Entry entries[14];
} Family;

static const Family families[] = {
  { "DITN",
    { { "sft.weight", 4, { 8, 3, 3, 3 } },
      { "UFONE.0.ITLs.0.attn.temperature", 3, { 1, 1, 1 } },
      { "UFONE.0.ITLs.0.ffn.project_in.weight", 4, { 24, 8, 1, 1 } },
      { "UFONE.1.SALs.0.SDA.scale", 4, { 1, 8, 1, 1 } },
      { "UFONE.0.SALs.0.SDA.scale", 4, { 1, 8, 1, 1 } },
      { "conv_after_body.weight", 4, { 8, 8, 3, 3 } },
      { "upsample.0.weight", 4, { 27, 8, 3, 3 } } } },
#define SWIN_UNET(out)                                                                             \
  { "unet.patch.0.weight", 4, { 8, 3, 3, 3 } }, { "unet.patch.2.weight", 4, { 8, 8, 3, 3 } },      \
      { "unet.swin1.block.1.attn.relative_position_bias_table", 2, { 121, 2 } },                   \
      { "unet.swin1.block.0.attn.relative_position_bias_table", 2, { 121, 2 } },                   \
      { "unet.swin1.block.0.mlp.0.weight", 2, { 16, 8 } },                                         \
      { "unet.swin3.block.1.attn.proj.weight", 2, { 16, 16 } },                                    \
  {                                                                                                \
    "unet.to_image.proj.weight", 2, { out, 8 }                                                     \
  }
  { "waifu2x (swin_unet 1x)", { SWIN_UNET (3) } },
  { "waifu2x (swin_unet 2x)", { SWIN_UNET (12), { "unet.swin1.block.0.norm1.weight", 1, { 8 } } } },
  { "waifu2x (swin_unet 4x)", { SWIN_UNET (48), { "unet.proj2.weight", 2, { 16, 8 } } } },
  { "OmniSR",
    { { "input.weight", 4, { 8, 3, 3, 3 } },
      { "residual_layer.0.residual_layer.0.layer.0.fn.0.weight", 4, { 8, 8, 1, 1 } },
      { "residual_layer.0.residual_layer.0.layer.0.fn.4.gate.1.weight", 2, { 2, 8 } },
      { "residual_layer.0.residual_layer.0.layer.2.fn.rel_pos_bias.weight", 2, { 49, 4 } },
      { "residual_layer.0.residual_layer.1.weight", 4, { 8, 8, 1, 1 } },
      { "up.0.weight", 4, { 12, 8, 3, 3 } } } },
  { "FDAT",
    { { "conv_first.weight", 4, { 8, 3, 3, 3 } },
      { "groups.0.blocks.0.attn.bias", 3, { 2, 16, 16 } },
      { "groups.0.blocks.1.n1.weight", 1, { 8 } },
      { "groups.0.blocks.0.inter.cg.1.weight", 4, { 2, 8, 1, 1 } },
      { "groups.0.blocks.0.ffn.fc1.weight", 2, { 16, 8 } },
      { "upsampler.MetaUpsample", 1, { 7 }, .bytes = "\3\1\2\x8\3\x8\4" } } },
  { "RGT",
    { { "conv_first.weight", 4, { 32, 3, 3, 3 } },
      { "before_RG.1.weight", 1, { 32 } },
      { "layers.0.blocks.0.gamma", 1, { 32 } },
      { "layers.1.blocks.1.gamma", 1, { 32 } },
      { "layers.1.blocks.1.attn.conv.weight", 4, { 16, 32, 1, 1 } },
      { "layers.0.blocks.0.mlp.fc1.weight", 2, { 48, 32 } },
      { "layers.0.blocks.0.attn.attns.0.rpe_biases", 2, { 21, 2 }, .last = { 1, 3 } },
      { "layers.0.blocks.0.attn.attns.0.pos.pos3.2.weight", 2, { 2, 1 } },
      { "layers.1.blocks.0.attn.attns.0.pos.pos3.2.weight", 2, { 1, 1 } },
      { "conv_after_body.weight", 4, { 32, 32, 3, 3 } },
      { "upsample.0.weight", 4, { 12, 32, 3, 3 } } } },
  { "CRAFT",
    { { "conv_first.weight", 4, { 32, 3, 3, 3 } },
      { "layers.0.residual_group.hf_blocks.0.attn.temperature", 3, { 4, 1, 1 } },
      { "layers.0.residual_group.hf_blocks.0.ffn.project_in.weight", 4, { 40, 32, 1, 1 } },
      { "layers.0.residual_group.srwa_blocks.0.mlp.fc1.weight", 2, { 48, 32 } },
      { "biases_h", 2, { 105, 2 }, .last = { 3, 7 } },
      { "upsample.0.weight", 4, { 12, 32, 3, 3 } } } },
  { "ATD",
    { { "relative_position_index_SA", 2, { 16, 16 } },
      { "conv_first.weight", 4, { 8, 3, 3, 3 } },
      { "layers.0.residual_group.td", 2, { 6, 8 } },
      { "layers.0.residual_group.layers.0.sigma", 2, { 6, 1 } },
      { "layers.0.residual_group.layers.1.norm1.weight", 1, { 8 } },
      { "layers.0.residual_group.layers.0.attn_win.relative_position_bias_table", 2, { 49, 2 } },
      { "layers.0.residual_group.layers.0.attn_atd.scale", 1, { 6 } },
      { "layers.0.residual_group.layers.0.attn_atd.wq.weight", 2, { 4, 8 } },
      { "layers.0.residual_group.layers.0.wqkv.bias", 1, { 24 } },
      { "layers.0.residual_group.layers.0.convffn.fc1.weight", 2, { 16, 8 } },
      { "layers.0.residual_group.layers.0.convffn.dwconv.depthwise_conv.0.weight",
        4,
        { 16, 1, 3, 3 } },
      { "conv_after_body.weight", 4, { 8, 8, 3, 3 } },
      { "upsample.0.weight", 4, { 12, 8, 3, 3 } } } },
#define HIT "layers.0.residual_group.blocks.0."
#define HIT_ENTRIES                                                                                \
  { "conv_first.weight", 4, { 20, 3, 3, 3 } }, { HIT "correlation.proj.weight", 2, { 20, 20 } },   \
      { HIT "correlation.qv.conv.0.weight", 4, { 4, 20, 1, 1 } },                                  \
      { HIT "correlation.qv.linear.weight", 4, { 20, 20, 1, 1 } },                                 \
      { HIT "correlation.pos.pos3.2.weight", 2, { 2, 2 } },                                        \
      { HIT "mlp.fc1.weight", 2, { 24, 20 } },                                                     \
      { "layers.0.residual_group.blocks.2.norm1.weight", 1, { 20 } },                              \
      { "conv_after_body.weight", 4, { 20, 20, 3, 3 } },                                           \
  {                                                                                                \
    "upsample.0.weight", 4, { 12, 20, 3, 3 }                                                       \
  }
#define HIT_POSITIONS(block)                                                                       \
  {                                                                                                \
    "layers.0.residual_group.blocks." block ".correlation.pos.pos_proj.weight", 2, { 2, 2 }        \
  }
  { "HiT-SR (SIR)",
    { HIT_ENTRIES, HIT_POSITIONS ("0"), HIT_POSITIONS ("1"), HIT_POSITIONS ("2") } },
  { "HiT-SR (SRF)",
    { HIT_ENTRIES,
      HIT_POSITIONS ("0"),
      HIT_POSITIONS ("1"),
      HIT_POSITIONS ("2"),
      { HIT "mlp.dwconv.depthwise_conv.0.weight", 4, { 24, 1, 5, 5 } } } },
  { "HiT-SR (SNG)",
    { HIT_ENTRIES,
      HIT_POSITIONS ("0"),
      HIT_POSITIONS ("1"),
      HIT_POSITIONS ("2"),
      { HIT "correlation.ngram_window_partition.ngram_context.merge.weight",
        4,
        { 20, 20, 1, 1 } } } },
};

/* ---- state dicts ---- */

static float *
make_numbers (const Entry *entry, gsize n)
{
  gboolean is_factor = entry->rank == 1 && g_str_has_suffix (entry->key, ".weight");
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_str_hash (entry->key));
  double spread = entry->rank > 1 ? 1.7 / sqrt ((double)n / entry->shape[0]) : 0.2;
  float *numbers = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    numbers[i] = is_factor + g_rand_double_range (rand, -spread, spread);
  if (entry->last[0] > 0)
    memcpy (numbers + n - 2, entry->last, sizeof entry->last);
  return numbers;
}

static void
add_tensor (GengaStateDict *dict, const Entry *entry)
{
  GengaTensor tensor = { .dtype = GENGA_DTYPE_F32, .rank = entry->rank };
  g_autoptr (GError) error = NULL;
  gsize n = 1;
  gpointer data;

  for (guint i = entry->rank; i-- > 0;)
    {
      tensor.shape[i] = entry->shape[i];
      tensor.strides[i] = n;
      n *= entry->shape[i];
    }
  if (entry->bytes != NULL)
    {
      tensor.dtype = GENGA_DTYPE_U8;
      data = g_memdup2 (entry->bytes, n);
    }
  else
    data = make_numbers (entry, n);
  genga_state_dict_take_buffer (dict, data, n * (entry->bytes != NULL ? 1 : sizeof (float)));
  tensor.data = data;
  genga_state_dict_add (dict, &tensor, entry->key, strlen (entry->key), &error);
  g_assert_no_error (error);
}

/* All of them but one; G_MAXUINT: all. */
static GengaStateDict *
make_dict (GArray *entries, guint left_out)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);
  GengaStateDict *dict = genga_state_dict_new (bytes);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < entries->len; i++)
    if (i != left_out)
      add_tensor (dict, &g_array_index (entries, Entry, i));
  genga_state_dict_finish (dict, &error);
  g_assert_no_error (error);
  return dict;
}

/* Adds the tensor that is missing, or gives one its shape. */
static void
follow (GArray *entries, const char *message)
{
  g_autoptr (GRegex) missing = g_regex_new ("missing key “(.*)”", 0, 0, NULL);
  g_autoptr (GRegex) wrong =
      g_regex_new ("key “(.*)” has shape .*, expected \\[(.*)\\]", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GMatchInfo) other = NULL;

  if (g_regex_match (missing, message, 0, &match))
    {
      g_autofree char *key = g_match_info_fetch (match, 1);
      const Entry entry = { g_intern_string (key), 1, { 1 } };

      g_array_append_val (entries, entry);
      return;
    }
  if (!g_regex_match (wrong, message, 0, &other))
    g_error ("%s", message);

  g_autofree char *key = g_match_info_fetch (other, 1);
  g_autofree char *shape = g_match_info_fetch (other, 2);
  g_auto (GStrv) sides = g_strsplit (shape, ", ", -1);
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = &g_array_index (entries, Entry, i);

      if (!g_str_equal (entry->key, key))
        continue;
      entry->rank = g_strv_length (sides);
      for (guint j = 0; j < entry->rank; j++)
        entry->shape[j] = (int)g_ascii_strtoll (sides[j], NULL, 10);
    }
}

static GArray *
complete (const Family *family, GengaNetSpec *spec)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  for (guint i = 0; i < G_N_ELEMENTS (family->entries) && family->entries[i].key != NULL; i++)
    g_array_append_val (entries, family->entries[i]);
  for (guint i = 0; i < 2 * MOST_TENSORS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaStateDict) dict = make_dict (entries, G_MAXUINT);

      if (genga_net_spec_detect (spec, dict, "made", &error))
        return entries;
      follow (entries, error->message);
    }
  g_error ("%s has no end", family->name);
}

/* ---- tests ---- */

static int
round_up (int side, const GengaGraph *graph)
{
  side = MAX (side, graph->minimum);
  return (side + graph->multiple_of - 1) / graph->multiple_of * graph->multiple_of;
}

static void
check_close (const float *output, const float *expected, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!(fabs (output[i] - expected[i]) <= ATOL + RTOL * fabs (expected[i])))
      g_error ("number %" G_GSIZE_FORMAT " is %g, not %g", i, output[i], expected[i]);
}

static void
check_torch (const GengaGraph *graph, const GengaView *input, const float *expected, gsize n)
{
  const GengaBackend *backend = genga_registry_get_backend (GENGA_BACKEND_TORCH_CPU, NULL);
  GengaRect whole = genga_view_get_rect (input);
  g_autofree float *data = g_new0 (float, n);
  GengaSizeRatio scale = genga_graph_get_result (graph)->size;
  GengaView output =
      genga_view_of_floats (data, 3, input->width * scale.num, input->height * scale.num);
  g_autoptr (GError) error = NULL;
  GengaBackendModel *model;

  if (backend == NULL)
    {
      g_test_message ("LibTorch is not there");
      return;
    }
  model = backend->model_load (graph, "torch:cpu", GENGA_PRECISION_FP32, 1, &error);
  g_assert_no_error (error);
  backend->run (model, input, &whole, &output, NULL, &error);
  g_assert_no_error (error);
  backend->model_free (model);
  check_close (data, expected, n);
}

static void
check_network (GArray *entries, const GengaNetSpec *spec)
{
  g_autoptr (GengaStateDict) dict = make_dict (entries, G_MAXUINT);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaGraph) graph = genga_net_build (spec, dict, TRUE, &error);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  int height = round_up (HEIGHT, graph), width = round_up (WIDTH, graph);
  gsize n_in = (gsize)height * width * 3;
  gsize n = n_in * spec->scale * spec->scale;
  g_autofree float *picture = g_new (float, n_in);
  g_autofree float *expected = g_new (float, n);
  GengaView input = genga_view_of_floats (picture, 3, width, height);

  for (gsize i = 0; i < n_in; i++)
    picture[i] = (float)g_rand_double (rand);
  genga_reference_run_graph (graph, picture, height, width, expected, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n; i++)
    g_assert_true (fabs (expected[i]) < 1000);
  check_torch (graph, &input, expected, n);
}

/* Whatever is missing, it is refused in words, or was not needed. */
static void
check_parts (GArray *entries)
{
  guint n_refused = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (GengaStateDict) dict = make_dict (entries, i);
      g_autoptr (GError) error = NULL;
      GengaNetSpec spec;

      if (genga_net_spec_detect (&spec, dict, "made", &error))
        continue;
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      n_refused++;
    }
  g_assert_cmpuint (n_refused, >, entries->len * 9 / 10);
}

static void
test_family (gconstpointer data)
{
  GengaNetSpec spec;
  g_autoptr (GArray) entries = complete (data, &spec);

  g_test_message ("%u tensors", entries->len);
  g_assert_true (spec.has_attention);
  g_assert_cmpint (spec.in_channels, ==, 3);
  check_network (entries, &spec);
  check_parts (entries);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_autofree char *name = g_strdup_printf ("/families/%s", families[i].name);

      g_test_add_data_func (name, &families[i], test_family);
    }
  return g_test_run ();
}
