/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target over the files given as arguments, and over all files of the folders among
 * them: a regression test over the corpus where there is no libFuzzer.
 */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

/* A buffer of exactly the file's size, so that a sanitizer sees the first byte behind it. */
static guint
run_file (const char *path)
{
  g_autofree char *contents = NULL;
  g_autofree guint8 *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  if (!g_file_get_contents (path, &contents, &size, &error))
    g_error ("%s", error->message);
  data = g_malloc (MAX (size, 1));
  memcpy (data, contents, size);
  LLVMFuzzerTestOneInput (data, size);
  return 1;
}

static guint
run_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  if (folder == NULL)
    return run_file (path);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      n += run_file (child);
    }
  return n;
}

int
main (int argc, char *argv[])
{
  guint n = 0;

  for (int i = 1; i < argc; i++)
    n += run_folder (argv[i]);
  printf ("1..1\n%s 1 %u files\n", n > 0 ? "ok" : "not ok", n);
  return n > 0 ? 0 : 1;
}
