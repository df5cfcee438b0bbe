/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net.h"
#include "weights/load.h"
#include "nets/net-build.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>

const GengaBackend *
test_backend_open (const char *path, GError **error)
{
  gpointer handle = dlopen (path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  GengaBackendGetFunc get = NULL;
  const GengaBackend *backend;

  if (handle != NULL)
    *(gpointer *)&get = dlsym (handle, GENGA_BACKEND_ENTRY);
  if (get == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", dlerror ());
      return NULL;
    }
  backend = get (error);
  if (backend != NULL)
    g_assert_cmpuint (backend->abi, ==, GENGA_BACKEND_ABI);
  return backend;
}

TestMap *
test_map_new (int height, int width, int channels)
{
  TestMap *self = g_new0 (TestMap, 1);

  self->height = height;
  self->width = width;
  self->channels = channels;
  self->data = g_new0 (float, (gsize)height *width *channels);
  return self;
}

void
test_map_free (TestMap *self)
{
  g_free (self->data);
  g_free (self);
}

TestMap *
test_map_load (const char *path, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, &error);
  const GengaTensor *tensor;
  g_autofree float *planes = NULL;
  TestMap *self;
  gsize n;

  g_assert_no_error (error);
  tensor = genga_state_dict_lookup (dict, name);
  if (tensor == NULL)
    return NULL;
  g_assert_cmpuint (tensor->rank, ==, 4);
  g_assert_cmpint (tensor->shape[0], ==, 1);
  planes = g_new (float, genga_tensor_get_n_elements (tensor));
  genga_tensor_copy_f32 (tensor, planes);

  self = test_map_new (tensor->shape[2], tensor->shape[3], tensor->shape[1]);
  n = (gsize)self->height * self->width;
  for (int c = 0; c < self->channels; c++)
    for (gsize i = 0; i < n; i++)
      self->data[i * self->channels + c] = planes[c * n + i];
  return self;
}

TestMap *
test_map_new_picture (int height, int width, int channels)
{
  TestMap *self = test_map_new (height, width, channels);
  float *at = self->data;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < channels; c++)
        *at++ = (x / 7 + y / 5) % 3 == c ? 0.9f : 0.5f + 0.4f * sinf (0.1f * x + 0.07f * y + c);
  return self;
}

static gsize
get_n_values (const TestMap *self)
{
  return (gsize)self->height * self->width * self->channels;
}

void
test_map_clamp (TestMap *self)
{
  for (gsize i = 0; i < get_n_values (self); i++)
    self->data[i] = CLAMP (self->data[i], 0.f, 1.f);
}

static void
assert_same_size (const TestMap *a, const TestMap *b)
{
  g_assert_cmpint (a->height, ==, b->height);
  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->channels, ==, b->channels);
}

double
test_map_get_max_difference (const TestMap *a, const TestMap *b)
{
  double worst = 0;

  assert_same_size (a, b);
  for (gsize i = 0; i < get_n_values (a); i++)
    {
      double difference = fabs ((double)a->data[i] - b->data[i]);

      worst = isnan (difference) ? INFINITY : MAX (worst, difference);
    }
  return worst;
}

void
test_map_assert_close (const TestMap *self, const TestMap *expected, double rtol, double atol)
{
  double worst = -INFINITY;

  assert_same_size (self, expected);
  for (gsize i = 0; i < get_n_values (self); i++)
    {
      double is = self->data[i];
      double should = expected->data[i];
      double excess = fabs (is - should) - (atol + rtol * fabs (should));

      g_assert_true (isfinite (is));
      worst = MAX (worst, excess);
    }
  g_test_message ("largest difference %g", test_map_get_max_difference (self, expected));
  g_assert_cmpfloat (worst, <=, 0);
}

double
test_map_get_psnr (const TestMap *self, const TestMap *expected)
{
  double sum = 0;

  assert_same_size (self, expected);
  for (gsize i = 0; i < get_n_values (self); i++)
    sum += pow ((double)self->data[i] - expected->data[i], 2);
  return 10 * log10 (get_n_values (self) / sum);
}

gboolean
test_map_run (const GengaBackend *backend,
              GengaBackendModel *model,
              const TestMap *input,
              TestMap *output,
              GError **error)
{
  GengaView in = genga_view_of_floats (input->data, input->channels, input->width, input->height);
  GengaView out =
      genga_view_of_floats (output->data, output->channels, output->width, output->height);
  GengaRect whole = genga_view_get_rect (&in);

  return backend->run (model, &in, &whole, &out, NULL, error);
}

TestNet *
test_net_try_new (const GengaBackend *backend,
                  const char *path,
                  const char *device,
                  GengaPrecision precision,
                  guint n_threads,
                  GError **error)
{
  g_autoptr (TestNet) self = g_new0 (TestNet, 1);
  g_autoptr (GengaGraph) graph = NULL;
  g_autoptr (GError) failure = NULL;

  self->backend = backend;
  self->dict = genga_state_dict_load (path, &failure);
  g_assert_no_error (failure);
  genga_net_spec_detect (&self->spec, self->dict, path, &failure);
  g_assert_no_error (failure);
  graph = genga_net_build (&self->spec, self->dict, TRUE, &failure);
  g_assert_no_error (failure);

  self->model = backend->model_load (graph, device, precision, n_threads, error);
  return self->model != NULL ? g_steal_pointer (&self) : NULL;
}

const char *
test_net_get_device (const GengaBackend *backend)
{
  static GengaDeviceInfo devices[16];
  guint n = backend->list_devices (devices, G_N_ELEMENTS (devices));

  g_assert_cmpuint (n, >, 0);
  return devices[0].id;
}

TestNet *
test_net_new (const GengaBackend *backend,
              const char *path,
              GengaPrecision precision,
              guint n_threads)
{
  g_autoptr (GError) error = NULL;
  TestNet *self =
      test_net_try_new (backend, path, test_net_get_device (backend), precision, n_threads, &error);

  g_assert_no_error (error);
  return self;
}

void
test_net_free (TestNet *self)
{
  if (self->model != NULL)
    self->backend->model_free (self->model);
  g_clear_pointer (&self->dict, genga_state_dict_unref);
  g_free (self);
}

TestMap *
test_net_try_run (TestNet *self, const TestMap *input, GError **error)
{
  g_autoptr (TestMap) output = test_map_new (
      input->height * self->spec.scale, input->width * self->spec.scale, self->spec.out_channels);

  g_assert_cmpint (input->channels, ==, self->spec.in_channels);
  if (!test_map_run (self->backend, self->model, input, output, error))
    return NULL;
  return g_steal_pointer (&output);
}

static int
get_padded_side (const GengaNetSpec *spec, int side)
{
  side = MAX (side, spec->minimum);
  return (side + spec->multiple_of - 1) / spec->multiple_of * spec->multiple_of;
}

/* Where a padded picture's pixel comes from: reflected once at most, then repeated. */
static int
get_source (int at, int side)
{
  return at < side ? at : MAX (0, 2 * (side - 1) - at);
}

static TestMap *
pad (const TestMap *input, int height, int width)
{
  const int channels = input->channels;
  TestMap *padded = test_map_new (height, width, channels);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        gsize source =
            (gsize)get_source (y, input->height) * input->width + get_source (x, input->width);

        memcpy (padded->data + ((gsize)y * width + x) * channels, input->data + source * channels,
                sizeof (float) * channels);
      }
  return padded;
}

static TestMap *
crop (const TestMap *map, int height, int width)
{
  TestMap *cropped = test_map_new (height, width, map->channels);
  gsize n = (gsize)width * map->channels;

  for (int y = 0; y < height; y++)
    memcpy (cropped->data + y * n, map->data + (gsize)y * map->width * map->channels,
            n * sizeof (float));
  return cropped;
}

TestMap *
test_net_run_padded (TestNet *self, const TestMap *input)
{
  g_autoptr (TestMap) padded = pad (input, get_padded_side (&self->spec, input->height),
                                    get_padded_side (&self->spec, input->width));
  g_autoptr (TestMap) output = test_net_run (self, padded);

  return crop (output, input->height * self->spec.scale, input->width * self->spec.scale);
}

TestMap *
test_net_run (TestNet *self, const TestMap *input)
{
  g_autoptr (GError) error = NULL;
  TestMap *output = test_net_try_run (self, input, &error);

  g_assert_no_error (error);
  return output;
}
