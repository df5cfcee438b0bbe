/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/platform.h"

#include <cstring>
#include <fstream>
#include <malloc.h>
#include <sstream>
#include <unistd.h>

namespace genga::platform
{

const char *const name = "torch";

/* What follows "<key>\t: " in the kernel's description of the first processor. */
static std::string
get_cpu_field (const std::string &key)
{
  std::ifstream file ("/proc/cpuinfo");
  std::string line;

  while (std::getline (file, line))
    {
      size_t colon = line.find (": ");

      if (colon != std::string::npos && line.compare (0, key.size (), key) == 0)
        return line.substr (colon + 2);
    }
  return "";
}

static bool
has_flag (const std::string &flags, const std::string &flag)
{
  std::istringstream stream (flags);
  std::string word;

  while (stream >> word)
    if (word == flag)
      return true;
  return false;
}

static bool
has_fast_bf16 ()
{
  std::string flags = get_cpu_field ("flags");

  return has_flag (flags, "avx512_bf16") || has_flag (flags, "amx_bf16");
}

char *
dup_versions () noexcept
{
  return g_strdup ("");
}

guint
list_devices (GengaDeviceInfo *devices, guint max)
{
  if (max == 0)
    return 0;

  std::string model = get_cpu_field ("model name");
  GengaDeviceInfo *info = &devices[0];

  memset (info, 0, sizeof *info);
  g_strlcpy (info->id, "torch:cpu", sizeof info->id);
  g_strlcpy (info->name, model.empty () ? "CPU" : model.c_str (), sizeof info->name);
  info->total_bytes = (guint64)sysconf (_SC_PHYS_PAGES) * sysconf (_SC_PAGESIZE);
  info->free_bytes = (guint64)sysconf (_SC_AVPHYS_PAGES) * sysconf (_SC_PAGESIZE);
  info->is_cpu = TRUE;
  info->fast_fp16 = FALSE;
  info->fast_bf16 = has_fast_bf16 ();
  return 1;
}

at::Device
parse_device (const std::string &id)
{
  if (id != "torch:cpu")
    throw DeviceError (id);
  return at::Device (at::kCPU);
}

/* LibTorch's convolutions for such processors unfold their input. */
static constexpr double UNFOLDING_FACTOR = 7;

double
get_memory_factor (at::ScalarType type)
{
  return type == at::kFloat || has_fast_bf16 () ? 1 : UNFOLDING_FACTOR;
}

void
trim ()
{
  malloc_trim (0);
}

/* Tensors come out of the process's own heap, which keeps no account of them. */
void
get_memory_stats (const char *, GengaMemoryStats *stats)
{
  *stats = GengaMemoryStats{};
}

struct Guard::Inside
{
};

Guard::Guard (at::Device) {}

Guard::~Guard () = default;

} // namespace genga::platform
