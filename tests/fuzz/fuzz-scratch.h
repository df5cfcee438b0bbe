/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where targets put what they read: files of memory, and one folder of each process, which goes
 * when it ends. And a way to take numbers and texts from the bytes that libFuzzer makes.
 */
#pragma once

#include <glib.h>

/* A descriptor of a file with these bytes, to be closed; its position is at the beginning. */
int fuzz_open_bytes (gconstpointer data, gsize size);

/* The path by which a descriptor can be opened once more; free with g_free(). */
char *fuzz_dup_fd_path (int fd);

/* The folder; borrowed. Nothing else is in it than what the target has put there. */
const char *fuzz_get_folder (void);

/* A file in it, or in the folder that a target has made in it; its path, free with g_free(). */
char *fuzz_write_file (const char *name, gconstpointer data, gsize size);

/* Bytes that are taken from the front; what is missing is 0. */
typedef struct
{
  const guint8 *data;
  gsize size;
} FuzzInput;

guint8 fuzz_take_byte (FuzzInput *self);
gint64 fuzz_take_number (FuzzInput *self); /* of 8 bytes */
/* As many bytes as the next byte says; borrowed from the input. */
const guint8 *fuzz_take_bytes (FuzzInput *self, gsize *size);
