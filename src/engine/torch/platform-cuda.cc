/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/platform.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

namespace genga::platform
{

namespace allocator = c10::cuda::CUDACachingAllocator;

const char *const name = "torch";

/* What the allocator counts over all of its pools. */
static constexpr size_t AGGREGATE = 0;

static void
describe (int ordinal, GengaDeviceInfo *info)
{
  cudaDeviceProp properties;
  c10::cuda::CUDAGuard guard ((c10::DeviceIndex)ordinal);
  size_t free_bytes = 0;
  size_t total_bytes = 0;

  C10_CUDA_CHECK (cudaGetDeviceProperties (&properties, ordinal));
  C10_CUDA_CHECK (cudaMemGetInfo (&free_bytes, &total_bytes));

  memset (info, 0, sizeof *info);
  g_snprintf (info->id, sizeof info->id, "torch:cuda:%d", ordinal);
  g_strlcpy (info->name, properties.name, sizeof info->name);
  info->total_bytes = total_bytes;
  info->free_bytes = free_bytes;
  info->is_cpu = FALSE;
  /* Tensor cores: for f16 since Volta, for bf16 since Ampere. */
  info->fast_fp16 = properties.major >= 7;
  info->fast_bf16 = properties.major >= 8;
}

/* CUDA has 13010 for 13.1. */
char *
dup_versions () noexcept
{
  int runtime = 0;
  int driver = 0;

  if (cudaRuntimeGetVersion (&runtime) != cudaSuccess ||
      cudaDriverGetVersion (&driver) != cudaSuccess)
    return g_strdup ("");
  return g_strdup_printf (", CUDA %d.%d, driver for CUDA %d.%d", runtime / 1000,
                          runtime % 1000 / 10, driver / 1000, driver % 1000 / 10);
}

guint
list_devices (GengaDeviceInfo *devices, guint max)
{
  guint n = std::min<guint> (c10::cuda::device_count (), max);

  for (guint i = 0; i < n; i++)
    describe ((int)i, &devices[i]);
  return n;
}

at::Device
parse_device (const std::string &id)
{
  static const std::string prefix = "torch:";

  if (id.compare (0, prefix.size (), prefix) != 0)
    throw DeviceError (id);

  at::Device device (id.substr (prefix.size ()));

  if (!device.is_cuda ())
    throw DeviceError (id);
  if (!device.has_index ())
    device.set_index (0);
  if (device.index () >= c10::cuda::device_count ())
    throw DeviceError (id);
  return device;
}

double
get_memory_factor (at::ScalarType)
{
  return 1;
}

void
trim ()
{
  allocator::emptyCache ();
}

void
get_memory_stats (const char *device_id, GengaMemoryStats *stats)
{
  auto counted = allocator::getDeviceStats (parse_device (device_id).index ());

  stats->allocated_bytes = counted.allocated_bytes[AGGREGATE].current;
  stats->reserved_bytes = counted.reserved_bytes[AGGREGATE].current;
  stats->peak_bytes = counted.allocated_bytes[AGGREGATE].peak;
}

/*
 * All our work on a device goes to one stream of its own: the allocator keeps freed blocks per
 * stream.
 */
static c10::cuda::CUDAStream
get_stream (c10::DeviceIndex index)
{
  static std::mutex mutex;
  static std::map<c10::DeviceIndex, c10::cuda::CUDAStream> streams;
  std::lock_guard<std::mutex> lock (mutex);
  auto found = streams.find (index);

  if (found == streams.end ())
    found = streams.emplace (index, c10::cuda::getStreamFromPool (false, index)).first;
  return found->second;
}

struct Guard::Inside
{
  c10::cuda::CUDAGuard device;
  c10::cuda::CUDAStreamGuard stream;

  explicit Inside (at::Device on) : device (on), stream (get_stream (on.index ())) {}
};

Guard::Guard (at::Device device) : inside_ (std::make_unique<Inside> (device)) {}

Guard::~Guard () = default;

} // namespace genga::platform
