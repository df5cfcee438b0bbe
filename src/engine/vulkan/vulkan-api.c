/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-api.h"
#include "core/error.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>

#define LOADER "libvulkan.so.1"

GengaVulkanApi genga_vk;

static gboolean
load_functions (VkInstance instance)
{
#define LOAD(name)                                                                                 \
  genga_vk.name = (PFN_vk##name)genga_vk.GetInstanceProcAddr (instance, "vk" #name);               \
  if (genga_vk.name == NULL)                                                                       \
    return FALSE;
  GENGA_VULKAN_FUNCTIONS (LOAD)
#undef LOAD
  return TRUE;
}

static VkInstance
create_instance (PFN_vkCreateInstance create)
{
  const VkApplicationInfo application = {
    .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
    .pApplicationName = "Genga",
    .apiVersion = VK_API_VERSION_1_2,
  };
  const VkInstanceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
    .pApplicationInfo = &application,
  };
  VkInstance instance = VK_NULL_HANDLE;

  return create (&info, NULL, &instance) == VK_SUCCESS ? instance : VK_NULL_HANDLE;
}

VkInstance
genga_vulkan_api_open (GError **error)
{
  gpointer loader = dlopen (LOADER, RTLD_NOW | RTLD_LOCAL);
  PFN_vkCreateInstance create = NULL;
  VkInstance instance;

  if (loader != NULL)
    genga_vk.GetInstanceProcAddr =
        (PFN_vkGetInstanceProcAddr)dlsym (loader, "vkGetInstanceProcAddr");
  if (genga_vk.GetInstanceProcAddr != NULL)
    create =
        (PFN_vkCreateInstance)genga_vk.GetInstanceProcAddr (VK_NULL_HANDLE, "vkCreateInstance");
  if (create == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   /* TRANSLATORS: a file's name, libvulkan.so.1. */
                   _ ("Vulkan's loader (%s) is missing on this machine."), LOADER);
      return VK_NULL_HANDLE;
    }
  instance = create_instance (create);
  if (instance == VK_NULL_HANDLE || !load_functions (instance))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                           _ ("There is no Vulkan 1.2 driver on this machine."));
      return VK_NULL_HANDLE;
    }
  return instance;
}
