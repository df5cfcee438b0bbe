/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/politeness/battery.h"
#include "core/fault.h"

/* "" where there is none. */
static char *
dup_fact (const char *folder, const char *supply, const char *name)
{
  g_autofree char *path = g_build_filename (folder, supply, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : g_strdup ("");
}

/* https://docs.kernel.org/power/power_supply_class.html; UPower goes by the same files. */
gboolean
genga_battery_is_used (const char *root)
{
  g_autofree char *folder = g_build_filename (root, "/sys/class/power_supply", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean is_discharging = FALSE, has_power = FALSE;
  const char *name;

  if (genga_fault ("on-battery"))
    return TRUE;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *type = dup_fact (folder, name, "type");
      g_autofree char *scope = dup_fact (folder, name, "scope");
      g_autofree char *status = dup_fact (folder, name, "status");
      g_autofree char *online = dup_fact (folder, name, "online");

      if (g_str_equal (scope, "Device"))
        continue;
      if (g_str_equal (type, "Battery"))
        is_discharging |= g_str_equal (status, "Discharging");
      else if (g_str_equal (type, "Mains") || g_str_has_prefix (type, "USB"))
        has_power |= g_str_equal (online, "1");
    }
  return is_discharging && !has_power;
}
