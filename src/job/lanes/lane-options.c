/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/lanes/lane-options.h"
#include "core/cpu.h"
#include "engine/device-facts.h"

static gboolean
is_cpu (const char *id)
{
  GengaDeviceInfo info;

  genga_device_info_guess (&info, id);
  return info.is_cpu;
}

GengaOptions *
genga_lane_options_new (GengaOptions *options, const GengaDeviceList *devices, guint index)
{
  GengaOptions *self = genga_options_copy (options);
  const int asked = genga_options_get_int (options, GENGA_OPTION_THREADS);
  const int n_threads = asked > 0 ? asked : (int)genga_cpu_get_n_cores ();
  int n_cpus = 0;

  for (guint i = 0; i < devices->n; i++)
    n_cpus += is_cpu (devices->ids[i]);
  genga_options_set_string (self, GENGA_OPTION_DEVICE, devices->ids[index]);
  genga_options_set_int (self, GENGA_OPTION_WORKERS, 1);
  if (n_cpus > 1)
    genga_options_set_int (self, GENGA_OPTION_THREADS, MAX (1, n_threads / n_cpus));
  genga_options_freeze (self);
  return self;
}
