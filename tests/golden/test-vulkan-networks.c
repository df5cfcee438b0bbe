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

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  backend = genga_registry_get_backend (GENGA_BACKEND_VULKAN, &error);
  if (backend == NULL)
    {
      g_print ("1..0 # SKIP %s\n", error->message);
      return 0;
    }
  g_test_add_func ("/vulkan-networks/synthetic", test_synthetic);
  g_test_add_func ("/vulkan-networks/synthetic2", test_synthetic2);
  g_test_add_func ("/vulkan-networks/real", test_real);
  return g_test_run ();
}
