/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"
#include "engine/device-facts.h"
#include "engine/device-list.h"

/* ---- cards that are there where a test says so ---- */

static gboolean has_cards;

GArray *__real_genga_engine_list_devices (void);
GArray *__wrap_genga_engine_list_devices (void);

/* Two that are equal, and another one, in the place of what this machine has. */
GArray *
__wrap_genga_engine_list_devices (void)
{
  static const char *const names[] = { "Card A", "Card A", "Card B" };
  GArray *devices;

  if (!has_cards)
    return __real_genga_engine_list_devices ();
  devices = g_array_new (FALSE, TRUE, sizeof (GengaDeviceInfo));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GengaDeviceInfo info = { 0 };

      g_snprintf (info.id, sizeof info.id, "torch:cuda:%u", i);
      g_strlcpy (info.name, names[i], sizeof info.name);
      g_array_append_val (devices, info);
    }
  return devices;
}

/* ---- tests ---- */

static const struct
{
  const char *word;
  const char *first; /* what the first device turned out to be */
  guint n_workers;
  gboolean may_differ;
  const char *text; /* NULL: refused ... */
  int code;         /* ... with this */
} lists[] = {
  { "cpu", "cpu", 1, FALSE, "cpu" },
  { "auto", "cpu", 1, FALSE, "cpu" },
  { "auto", "torch:cpu", 3, FALSE, "torch:cpu, torch:cpu, torch:cpu" },
  { "cpu,cpu", "cpu", 1, FALSE, "cpu, cpu" },
  { " cpu , cpu ", "torch:cpu", 1, FALSE, "torch:cpu, torch:cpu" },
  { "cpu,cpu", "cpu", 2, FALSE, "cpu, cpu, cpu, cpu" },
  { "cpu,reference", "cpu", 1, FALSE, NULL, GENGA_ERROR_USAGE },
  { "cpu,torch:cpu", "cpu", 1, FALSE, NULL, GENGA_ERROR_USAGE },
  { "cpu,reference,cpu", "cpu", 1, TRUE, "cpu, reference, cpu" },
  { "cuda,torch:cuda:0", "torch:cuda:0", 1, FALSE, "torch:cuda:0, torch:cuda:0" },
  { "cpu,", "cpu", 1, TRUE, NULL, GENGA_ERROR_USAGE },
  { ",", "cpu", 1, TRUE, NULL, GENGA_ERROR_USAGE },
  { "cpu,all", "cpu", 1, TRUE, NULL, GENGA_ERROR_USAGE },
  { "cpu,gpu", "cpu", 1, TRUE, NULL, GENGA_ERROR_UNAVAILABLE },
  { "cpu,cpu,cpu", "cpu", 8, FALSE, NULL, GENGA_ERROR_USAGE },
};

static void
test_lists (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      GengaDeviceInfo first;
      GengaDeviceList list;
      gboolean is_good;

      genga_device_info_guess (&first, lists[i].first);
      is_good = genga_device_list_resolve (&list, lists[i].word, &first, lists[i].n_workers,
                                           lists[i].may_differ, &error);
      if (lists[i].text == NULL)
        {
          g_assert_false (is_good);
          g_assert_error (error, GENGA_ERROR, lists[i].code);
          continue;
        }
      g_assert_no_error (error);
      text = genga_device_list_dup_text (&list);
      g_assert_cmpstr (text, ==, lists[i].text);
      g_assert_cmpuint (genga_device_list_count (lists[i].word, lists[i].n_workers), ==, list.n);
    }
}

/* The first one is only guessed as long as nobody has opened its back end: it has no name then. */
static void
test_equal_cards (void)
{
  GengaDeviceInfo first;
  GengaDeviceList list;
  g_autoptr (GError) error = NULL;

  has_cards = TRUE;
  genga_device_info_guess (&first, "torch:cuda:0");
  first.name[0] = '\0';
  g_assert_true (
      genga_device_list_resolve (&list, "cuda:0,torch:cuda:1", &first, 1, FALSE, &error));
  g_assert_cmpuint (list.n, ==, 2);
  g_assert_cmpstr (list.ids[0], ==, "torch:cuda:0");
  g_assert_cmpstr (list.ids[1], ==, "torch:cuda:1");
  g_assert_false (
      genga_device_list_resolve (&list, "torch:cuda:0,torch:cuda:2", &first, 1, FALSE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
  has_cards = FALSE;
}

static void
test_first (void)
{
  static const char *const words[][2] = {
    { "cpu", "cpu" },
    { "all", "auto" },
    { "auto", "auto" },
    { "vulkan:1, cpu", "vulkan:1" },
    { "cuda,cpu", "torch:cuda:0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      char id[GENGA_DEVICE_ID_SIZE];

      genga_device_list_read_first (id, words[i][0]);
      g_assert_cmpstr (id, ==, words[i][1]);
    }
}

/* Whatever this machine has: no processor twice, and nothing that computes other bytes. */
static void
test_all (void)
{
  GengaDeviceInfo first;
  GengaDeviceList list;

  genga_device_info_guess (&first, "cpu");
  g_assert_true (genga_device_list_resolve (&list, "all", &first, 1, FALSE, NULL));
  g_assert_cmpuint (list.n, ==, 1);
  g_assert_cmpstr (list.ids[0], ==, "cpu");
  g_assert_cmpuint (genga_device_list_count ("all", 1), >=, list.n);
}

static void
test_copies (void)
{
  const GengaDeviceList list = { 4, { "cpu", "vulkan:0", "cpu", "cpu" } };
  const guint copies[] = { 0, 0, 1, 2 };

  for (guint i = 0; i < list.n; i++)
    g_assert_cmpuint (genga_device_list_get_copy (&list, i), ==, copies[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device-list/lists", test_lists);
  g_test_add_func ("/device-list/equal-cards", test_equal_cards);
  g_test_add_func ("/device-list/first", test_first);
  g_test_add_func ("/device-list/all", test_all);
  g_test_add_func ("/device-list/copies", test_copies);
  return g_test_run ();
}
