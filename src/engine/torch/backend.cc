/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The border: GengaBackend's functions, across which nothing is thrown or printed. */
#define G_LOG_DOMAIN "genga-torch"

#include "core/error.h"
#include "engine/torch/interpreter.h"
#include "engine/torch/platform.h"
#include "engine/torch/step-memory.h"
#include "engine/torch/torch-interrupt.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

struct _GengaBackendModel
{
  at::Device device = at::kCPU;
  int n_threads = 0;
  double bytes_per_pixel = 0;
  std::unique_ptr<genga::Interpreter> network;
};

namespace
{

using genga::Tensor;

/* The quark of core/error.h by its name: modules link nothing of Genga's. */
GQuark
get_error_quark ()
{
  return g_quark_from_static_string ("genga-error-quark");
}

/* LibTorch's warnings go to the log instead of standard error. */
class LogWarnings final : public c10::WarningHandler
{
public:
  void
  process (const c10::Warning &warning) override
  {
    g_debug ("LibTorch: %s", warning.msg ().c_str ());
  }
};

/* The state of a thread while it is inside LibTorch. */
class Inside
{
public:
  Inside () : warnings_guard_ (&warnings_) {}

private:
  c10::InferenceMode inference_;
  LogWarnings warnings_;
  c10::WarningUtils::WarningHandlerGuard warnings_guard_;
};

/* How LibTorch's CPU side says that memory is short: it has no class of its own for that. */
bool
is_out_of_memory (const char *what)
{
  static const char *const signs[] = {
    "can't allocate memory",     /* the allocator */
    "not enough memory",         /* the same */
    "calculation overflowed",    /* sizes that 64 bits do not hold */
    "could not create a memory", /* oneDNN's scratch */
    "bad_alloc",
  };

  for (const char *sign : signs)
    if (strstr (what, sign) != nullptr)
      return true;
  /* oneDNN's generator of code; more words would mean that it has no code for a layer. */
  return strcmp (what, "could not create a primitive") == 0;
}

/* The first line: the rest is where in LibTorch it happened. */
std::string
get_first_line (const char *what)
{
  const char *end = strchrnul (what, '\n');

  return std::string (what, end);
}

void
set_out_of_memory (GError **error)
{
  g_set_error_literal (error, get_error_quark (), GENGA_ERROR_OUT_OF_MEMORY,
                       _ ("Not enough memory for the network."));
}

void
set_internal (GError **error, const char *what)
{
  g_set_error (error, get_error_quark (), GENGA_ERROR_INTERNAL,
               _ ("LibTorch can't run the network: %s"), get_first_line (what).c_str ());
}

/* Runs `function`; what it throws becomes `error` and FALSE. */
template <typename Function>
gboolean
guarded (GError **error, Function function) noexcept
{
  try
    {
      Inside inside;

      function ();
      return TRUE;
    }
  catch (const c10::OutOfMemoryError &)
    {
      set_out_of_memory (error);
    }
#if GENGA_HAVE_ACCELERATOR_ERROR
  catch (const c10::AcceleratorError &thrown)
    {
      g_set_error (error, get_error_quark (), GENGA_ERROR_DEVICE_LOST,
                   _ ("The graphics device stopped working (%s). Please start Genga again."),
                   get_first_line (thrown.what_without_backtrace ()).c_str ());
    }
#endif
  catch (const c10::Error &thrown)
    {
      if (is_out_of_memory (thrown.what_without_backtrace ()))
        set_out_of_memory (error);
      else
        set_internal (error, thrown.what_without_backtrace ());
    }
  catch (const genga::ModelError &thrown)
    {
      g_set_error (error, get_error_quark (), GENGA_ERROR_MODEL,
                   _ ("Can't build the network from this model file: %s."), thrown.what ());
    }
  catch (const genga::Interrupted &)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The work was stopped."));
    }
  catch (const genga::platform::DeviceError &thrown)
    {
      g_set_error (error, get_error_quark (), GENGA_ERROR_UNAVAILABLE, _ ("Unknown device “%s”."),
                   thrown.what ());
    }
  catch (const std::bad_alloc &)
    {
      set_out_of_memory (error);
    }
  catch (const std::exception &thrown)
    {
      if (is_out_of_memory (thrown.what ()))
        set_out_of_memory (error);
      else
        set_internal (error, thrown.what ());
    }
  catch (...)
    {
      set_internal (error, "unknown exception");
    }
  return FALSE;
}

/* The number of threads is kept per thread that calls: setting it is cheap where it is unchanged.
 */
void
set_n_threads (int n_threads)
{
  thread_local int current = -1;

  if (current != n_threads)
    at::set_num_threads (n_threads);
  current = n_threads;
}

at::ScalarType
get_type (GengaPrecision precision)
{
  switch (precision)
    {
    case GENGA_PRECISION_FP16:
      return at::kHalf;
    case GENGA_PRECISION_BF16:
      return at::kBFloat16;
    case GENGA_PRECISION_FP32:
    case GENGA_PRECISION_AUTO:
    case GENGA_PRECISION_NONE:
      break;
    }
  return at::kFloat;
}

void
get_caps (const char *, GengaBackendCaps *caps)
{
  *caps = GengaBackendCaps{};
  caps->samples_in = 1u << GENGA_SAMPLE_F32;
  caps->samples_out = 1u << GENGA_SAMPLE_F32;
  caps->grid = 1;
}

gboolean
supports (const GengaGraph *graph, const char *, GengaPrecision, char **reason)
{
  for (guint i = 0; i < graph->n_ops; i++)
    if (!genga::can_run (graph->ops[i]))
      {
        if (reason != nullptr)
          *reason = g_strdup_printf ("operation %u is of an unknown kind", i);
        return FALSE;
      }
  return TRUE;
}

double
get_bytes_per_pixel (const GengaGraph *graph, const GengaBackendModel &model, at::ScalarType type)
{
  const GengaOp *result = genga_graph_get_result (graph);
  double ratio = (double)result->size.num / result->size.den;
  double bytes = genga::get_bytes_per_pixel (model.network->get_steps ()) *
                 genga::platform::get_memory_factor (type);

  /* The device's copies of what lies in the host's memory. */
  if (!model.device.is_cpu ())
    bytes +=
        sizeof (float) * (genga_graph_get_in_channels (graph) + result->channels * ratio * ratio);
  return bytes;
}

GengaBackendModel *
model_load (const GengaGraph *graph,
            const char *device_id,
            GengaPrecision precision,
            guint n_threads,
            GError **error)
{
  std::unique_ptr<GengaBackendModel> model;

  if (!guarded (error, [&] {
        at::ScalarType type = get_type (precision);

        model = std::make_unique<GengaBackendModel> ();
        model->device = genga::platform::parse_device (device_id);
        model->n_threads = (int)(n_threads != 0 ? n_threads : g_get_num_processors ());
        genga::platform::Guard guard (model->device);
        set_n_threads (model->n_threads);
        model->network = std::make_unique<genga::Interpreter> (*graph, model->device, type);
        model->bytes_per_pixel = get_bytes_per_pixel (graph, *model, type);
      }))
    return nullptr;
  return model.release ();
}

void
model_free (GengaBackendModel *model)
{
  guarded (nullptr, [&] { delete model; });
}

/* LibTorch does not answer but ends the process where the bytes of somebody's tensor overflow. */
void
check_size (const GengaBackendModel &model, int height, int width)
{
  double n_values = genga::get_most_values (model.network->get_steps ());

  TORCH_CHECK (height > 0 && width > 0, "the input is empty");
  if ((double)height * width * n_values * sizeof (float) > 0x1p62)
    throw std::bad_alloc ();
}

/* A view of floats seen as a map. */
Tensor
wrap (const GengaView &view)
{
  int64_t row = (int64_t)(view.row_stride / sizeof (float));

  return at::from_blob (view.data, { 1, view.channels, view.height, view.width },
                        { view.height * row, 1, row, view.channels },
                        at::TensorOptions (at::kFloat));
}

void
run_on (const GengaBackendModel &model, const Tensor &input, Tensor &output)
{
  if (model.device.is_cpu ())
    {
      model.network->run (input, output);
      return;
    }
  Tensor result = at::empty (output.sizes (), output.options ().device (model.device),
                             at::MemoryFormat::ChannelsLast);
  model.network->run (input.to (model.device), result);
  output.copy_ (result);
}

gboolean
run (GengaBackendModel *model,
     const GengaView *input,
     const GengaRect *,
     const GengaView *output,
     GCancellable *cancellable,
     GError **error)
{
  gboolean done = guarded (error, [&] {
    genga::platform::Guard guard (model->device);
    genga::Interruptible interruptible (cancellable);
    set_n_threads (model->n_threads);
    check_size (*model, input->height, input->width);
    Tensor in = wrap (*input);
    Tensor out = wrap (*output);
    run_on (*model, in, out);
  });

  /* Only here are the tensors of a run that failed gone. */
  if (!done)
    genga::platform::trim ();
  return done;
}

guint64
get_peak_bytes (GengaBackendModel *model, int width, int height)
{
  return (guint64)(model->bytes_per_pixel * width * height);
}

void
trim ()
{
  guarded (nullptr, [] { genga::platform::trim (); });
}

void
get_memory_stats (const char *device_id, GengaMemoryStats *stats)
{
  *stats = GengaMemoryStats{};
  guarded (nullptr, [&] { genga::platform::get_memory_stats (device_id, stats); });
}

guint
list_devices (GengaDeviceInfo *devices, guint max)
{
  guint n = 0;

  guarded (nullptr, [&] { n = genga::platform::list_devices (devices, max); });
  return n;
}

const char *
get_version ()
{
  static const char *const version = [] {
    g_autofree char *more = genga::platform::dup_versions ();

    return g_strconcat ("LibTorch " TORCH_VERSION, more, NULL);
  }();

  return version;
}

} // namespace

extern "C" __attribute__ ((visibility ("default"))) const GengaBackend *
genga_backend_get (GError **)
{
  static const GengaBackend backend = {
    GENGA_BACKEND_ABI,
    genga::platform::name,
    get_version,
    list_devices,
    get_caps,
    supports,
    model_load,
    model_free,
    run,
    nullptr,
    nullptr,
    nullptr,
    get_peak_bytes,
    trim,
    get_memory_stats,
    nullptr,
  };

  return &backend;
}
