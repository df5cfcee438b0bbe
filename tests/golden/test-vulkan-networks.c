/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Vulkan engine against the reference implementation, on whatever device there is. */
#include "engine/backend-registry.h"
#include "onnx-vectors.h"
#include "vectors.h"

static const GengaBackend *backend;

static void
check_folder (const char *name, guint least)
{
  g_autofree char *folder = golden_find_folder (name);

  if (folder != NULL)
    g_assert_cmpuint (golden_check_index (backend, folder), >=, least);
}

static void
test_synthetic (void)
{
  check_folder ("golden/synthetic", 15);
}

static void
test_synthetic2 (void)
{
  check_folder ("golden/synthetic2", 20);
}

static void
test_real (void)
{
  golden_check_real (backend, "animevideov3", "realesr-animevideov3.pth", GOLDEN_RTOL);
}

/* Whether there is a driver that works everywhere, and nobody asks for another one. */
static gboolean
has_lavapipe (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/usr/share/vulkan/icd.d", 0, NULL);
  gboolean is_there = FALSE;

  for (const char *name; folder != NULL && (name = g_dir_read_name (folder)) != NULL;)
    is_there |= g_str_has_prefix (name, "lvp_icd");
  return is_there && g_getenv ("VK_DRIVER_FILES") == NULL && g_getenv ("VK_ICD_FILENAMES") == NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  backend = genga_registry_get_backend (GENGA_BACKEND_VULKAN, &error);
  if (backend == NULL)
    {
      /* What is installed has to work. */
      if (has_lavapipe ())
        g_error ("%s", error->message);
      g_print ("1..0 # SKIP %s\n", error->message);
      return 0;
    }
  g_test_add_func ("/vulkan-networks/synthetic", test_synthetic);
  g_test_add_func ("/vulkan-networks/synthetic2", test_synthetic2);
  g_test_add_func ("/vulkan-networks/real", test_real);
  return g_test_run ();
}
