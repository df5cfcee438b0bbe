/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What differs between the two modules: platform-cpu.cc and platform-cuda.cc each define all of
 * this.
 */
#pragma once

#include "engine/backend.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <memory>
#include <stdexcept>
#include <string>

/* Sticky accelerator errors have a class of their own since 2.8. */
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 8
#  define GENGA_HAVE_ACCELERATOR_ERROR 1
#else
#  define GENGA_HAVE_ACCELERATOR_ERROR 0
#endif

namespace genga::platform
{

/* GengaBackend.name. */
extern const char *const name;

/* What follows LibTorch's version in diagnostics (", CUDA 13.0, driver for CUDA 13.1"), or "". Free
 * with g_free(). */
char *dup_versions () noexcept;

guint list_devices (GengaDeviceInfo *devices, guint max);

/* Becomes GENGA_ERROR_UNAVAILABLE at the border. */
class DeviceError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/* The device of an id ("torch:cpu", "torch:cuda:0"); throws DeviceError where it is not one of
 * ours. */
at::Device parse_device (const std::string &id);

/*
 * How much more memory than estimated a network takes in `type` because the device lacks fast
 * operators for it.
 */
double get_memory_factor (at::ScalarType type);

void trim ();
void get_memory_stats (const char *device_id, GengaMemoryStats *stats);

/* The state that a thread needs to work on a device, while the object lives. */
class Guard
{
public:
  explicit Guard (at::Device device);
  ~Guard ();

private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

} // namespace genga::platform
