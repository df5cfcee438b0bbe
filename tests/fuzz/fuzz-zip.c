/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weights/zip/zip.h"

static void
read_record (GengaZip *zip, guint index)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *owned = NULL;
  const volatile guint8 *bytes;
  const guint8 *data;
  gsize size;

  g_assert_cmpint (genga_zip_find (zip, genga_zip_get_name (zip, index)), ==, (int)index);
  if (!genga_zip_read (zip, index, &data, &size, &owned, &error))
    {
      g_assert_nonnull (error);
      g_assert_null (owned);
      return;
    }
  g_assert_cmpuint (size, ==, genga_zip_get_size (zip, index));
  bytes = data;
  for (gsize i = 0; i < size; i += 64)
    (void)bytes[i];
  if (size > 0)
    (void)bytes[size - 1];
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaZip) zip = genga_zip_open (data, size, &error);

  g_assert_true ((zip == NULL) == (error != NULL));
  for (guint i = 0; zip != NULL && i < genga_zip_get_n_records (zip); i++)
    read_record (zip, i);
  return 0;
}
