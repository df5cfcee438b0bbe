/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch-reader.h"

#include "core/error.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef enum
{
  ROLE_PARAMETER,
  ROLE_BUFFER,
  ROLE_DERIVED,
} Role;

void
genga_arch_reader_init (GengaArchReader *self, GengaStateDict *dict, const char *file)
{
  *self = (GengaArchReader){
    .dict = dict,
    .file = file,
    .known = g_hash_table_new (NULL, NULL),
  };
}

void
genga_arch_reader_clear (GengaArchReader *self)
{
  g_hash_table_unref (self->known);
  g_clear_error (&self->error);
}

gboolean
genga_arch_has_failed (GengaArchReader *self)
{
  return self->error != NULL;
}

const char *
genga_arch_key (GengaArchReader *self, const char *format, ...)
{
  va_list args;

  if (self->error != NULL)
    return "";
  va_start (args, format);
  g_vsnprintf (self->key, sizeof self->key, format, args);
  va_end (args);
  return self->key;
}

gboolean
genga_arch_has (GengaArchReader *self, const char *key)
{
  return genga_state_dict_lookup (self->dict, key) != NULL;
}

static char *
format_shape (guint rank, const gint64 *shape)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < rank; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", shape[i]);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static char *
format_dims (guint rank, const int *dims)
{
  gint64 shape[GENGA_TENSOR_MAX_RANK];

  for (guint i = 0; i < rank; i++)
    shape[i] = dims[i];
  return format_shape (rank, shape);
}

static void
fail_missing (GengaArchReader *self, const char *key)
{
  g_set_error (&self->error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* Translators: the file, the network's name (“Compact”), a key like
                  “body.0.weight”. */
               _ ("%s: Not a %s model: missing key “%s”."), self->file, self->family, key);
}

void
genga_arch_fail_shape (GengaArchReader *self, const char *key)
{
  const GengaTensor *tensor = genga_state_dict_lookup (self->dict, key);
  g_autofree char *shape = NULL;

  if (self->error != NULL)
    return;
  shape = format_shape (tensor->rank, tensor->shape);
  g_set_error (&self->error, GENGA_ERROR, GENGA_ERROR_MODEL,
               _ ("%s: Not a %s model: key “%s” has the invalid shape %s."), self->file,
               self->family, key, shape);
}

void
genga_arch_fail_variant (GengaArchReader *self, const char *format, ...)
{
  g_autofree char *detail = NULL;
  va_list args;

  if (self->error != NULL)
    return;
  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (&self->error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* Translators: the file, the network's name, a technical detail. */
               _ ("%s: %s model of a variant that is not supported yet (%s)."), self->file,
               self->family, detail);
}

int
genga_arch_get_dim (GengaArchReader *self, const char *key, guint rank, guint axis)
{
  const GengaTensor *tensor;

  if (self->error != NULL)
    return 1;
  tensor = genga_state_dict_lookup (self->dict, key);
  if (tensor == NULL)
    fail_missing (self, key);
  else if (tensor->rank != rank || tensor->shape[axis] < 1 ||
           tensor->shape[axis] > GENGA_ARCH_MAX_DIM)
    genga_arch_fail_shape (self, key);
  else
    return (int)tensor->shape[axis];
  return 1;
}

int
genga_arch_get_sequence_length (GengaArchReader *self, const char *prefix)
{
  gsize length = strlen (prefix);
  int n = 0;

  if (self->error != NULL)
    return 1;
  for (guint i = 0; i < genga_state_dict_get_n_tensors (self->dict); i++)
    {
      const char *name = genga_state_dict_get_tensor (self->dict, i)->name;
      int index = 0;

      if (strncmp (name, prefix, length) != 0 || name[length] != '.')
        continue;
      name += length + 1;
      if (!g_ascii_isdigit (*name))
        continue;
      while (g_ascii_isdigit (*name) && index < GENGA_ARCH_MAX_DIM)
        index = 10 * index + (*name++ - '0');
      if ((*name == '.' || *name == '\0') && index < GENGA_ARCH_MAX_DIM)
        n = MAX (n, index + 1);
    }
  return n;
}

int
genga_arch_square_root (int n)
{
  for (int root = 1; root * root <= n; root++)
    {
      if (root * root == n)
        return root;
    }
  return 0;
}

void
genga_arch_split_shuffle (
    GengaArchReader *self, const char *key, int n, int in_channels, int *scale, int *channels)
{
  const int candidates[] = { in_channels, 3, 4, 1 };

  *scale = 1;
  *channels = 1;
  if (self->error != NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      int root = n % candidates[i] == 0 ? genga_arch_square_root (n / candidates[i]) : 0;

      if (root == 0)
        continue;
      *scale = root;
      *channels = candidates[i];
      return;
    }
  genga_arch_fail_shape (self, key);
}

static gboolean
is_floating_point (GengaDType dtype)
{
  return dtype == GENGA_DTYPE_F64 || dtype == GENGA_DTYPE_F32 || dtype == GENGA_DTYPE_F16 ||
         dtype == GENGA_DTYPE_BF16;
}

static gboolean
has_shape (const GengaTensor *tensor, guint rank, const int *dims)
{
  if (tensor->rank != rank)
    return FALSE;
  for (guint i = 0; i < rank; i++)
    {
      if (tensor->shape[i] != dims[i])
        return FALSE;
    }
  return TRUE;
}

static void
check_tensor (GengaArchReader *self, Role role, const char *key, guint rank, const int *dims)
{
  const GengaTensor *tensor;

  if (self->error != NULL)
    return;
  tensor = genga_state_dict_lookup (self->dict, key);
  if (tensor == NULL)
    {
      if (role != ROLE_DERIVED)
        fail_missing (self, key);
      return;
    }
  if (!has_shape (tensor, rank, dims))
    {
      g_autofree char *shape = format_shape (tensor->rank, tensor->shape);
      g_autofree char *expected = format_dims (rank, dims);

      g_set_error (&self->error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   /* Translators: the shapes look like “[64, 3, 3, 3]”. */
                   _ ("%s: Not a %s model: key “%s” has shape %s, expected %s."), self->file,
                   self->family, key, shape, expected);
      return;
    }
  if (role != ROLE_DERIVED && !is_floating_point (tensor->dtype))
    {
      genga_arch_fail_variant (self, "key %s is of type %s", key,
                               genga_dtype_get_name (tensor->dtype));
      return;
    }
  g_hash_table_add (self->known, (gpointer)tensor);
  if (role == ROLE_PARAMETER)
    self->n_parameters += genga_tensor_get_n_elements (tensor);
}

void
genga_arch_expect (GengaArchReader *self, const char *key, guint rank, const int *dims)
{
  check_tensor (self, ROLE_PARAMETER, key, rank, dims);
}

void
genga_arch_expect_buffer (GengaArchReader *self, const char *key, guint rank, const int *dims)
{
  check_tensor (self, ROLE_BUFFER, key, rank, dims);
}

void
genga_arch_allow (GengaArchReader *self, const char *key, guint rank, const int *dims)
{
  check_tensor (self, ROLE_DERIVED, key, rank, dims);
}

void
genga_arch_ignore (GengaArchReader *self, const char *key)
{
  const GengaTensor *tensor = genga_state_dict_lookup (self->dict, key);

  if (tensor != NULL)
    g_hash_table_add (self->known, (gpointer)tensor);
}

static void
expect_layer (
    GengaArchReader *self, const char *prefix, int out, guint weight_rank, const int *weight_dims)
{
  char key[GENGA_ARCH_KEY_SIZE + 8];

  if (self->error != NULL)
    return;
  g_snprintf (key, sizeof key, "%s.weight", prefix);
  genga_arch_expect (self, key, weight_rank, weight_dims);
  g_snprintf (key, sizeof key, "%s.bias", prefix);
  genga_arch_expect (self, key, GENGA_DIMS (out));
}

void
genga_arch_expect_conv (GengaArchReader *self, const char *prefix, int out, int in, int kernel)
{
  expect_layer (self, prefix, out, GENGA_DIMS (out, in, kernel, kernel));
}

void
genga_arch_expect_deconv (GengaArchReader *self, const char *prefix, int out, int in, int kernel)
{
  expect_layer (self, prefix, out, GENGA_DIMS (in, out, kernel, kernel));
}

void
genga_arch_expect_linear (GengaArchReader *self, const char *prefix, int out, int in)
{
  expect_layer (self, prefix, out, GENGA_DIMS (out, in));
}

void
genga_arch_expect_norm (GengaArchReader *self, const char *prefix, int dim)
{
  expect_layer (self, prefix, dim, GENGA_DIMS (dim));
}

/* What training tools leave behind in any network: a counter, a profiler's notes. */
static gboolean
is_left_by_tools (const char *name)
{
  static const char *const last_parts[] = { "num_batches_tracked", "total_ops", "total_params" };
  const char *dot = strrchr (name, '.');
  const char *last = dot != NULL ? dot + 1 : name;

  for (guint i = 0; i < G_N_ELEMENTS (last_parts); i++)
    {
      if (strcmp (last, last_parts[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
genga_arch_finish (GengaArchReader *self, GError **error)
{
  guint n = genga_state_dict_get_n_tensors (self->dict);

  for (guint i = 0; i < n && self->error == NULL; i++)
    {
      const GengaTensor *tensor = genga_state_dict_get_tensor (self->dict, i);
      g_autofree char *quoted = NULL;

      if (g_hash_table_contains (self->known, tensor) || is_left_by_tools (tensor->name))
        continue;
      quoted = genga_weights_quote (tensor->name, strlen (tensor->name));
      g_set_error (&self->error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   _ ("%s: Not a %s model: unexpected key “%s”."), self->file, self->family,
                   quoted);
    }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
