/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/loaded-library.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#define ALIGNED(n) (((n) + 3u) & ~(gsize)3u)

typedef struct
{
  const char *const *prefixes;
  GPtrArray *found;
} Search;

/* A segment of notes; FALSE where none of them is a build id. */
static gboolean
add_id (GString *text, const guint8 *data, gsize size)
{
  while (size >= sizeof (ElfW (Nhdr)))
    {
      const ElfW (Nhdr) *note = (const void *)data;
      const gsize name = ALIGNED (note->n_namesz), length = sizeof *note + name;

      if (length + ALIGNED (note->n_descsz) > size)
        return FALSE;
      if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof ELF_NOTE_GNU &&
          memcmp (data + sizeof *note, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0)
        {
          for (guint i = 0; i < note->n_descsz; i++)
            g_string_append_printf (text, "%s%02x", i == 0 ? " " : "", data[length + i]);
          return TRUE;
        }
      data += length + ALIGNED (note->n_descsz);
      size -= length + ALIGNED (note->n_descsz);
    }
  return FALSE;
}

static gboolean
is_wanted (const Search *search, const char *name)
{
  for (guint i = 0; search->prefixes[i] != NULL; i++)
    if (g_str_has_prefix (name, search->prefixes[i]))
      return TRUE;
  return FALSE;
}

static int
look_at (struct dl_phdr_info *info, size_t size, void *data)
{
  Search *search = data;
  g_autofree char *name = g_path_get_basename (info->dlpi_name);
  GString *text;

  if (!is_wanted (search, name))
    return 0;
  text = g_string_new (name);
  for (guint i = 0; i < info->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *header = &info->dlpi_phdr[i];

      if (header->p_type == PT_NOTE &&
          add_id (text, (const guint8 *)(info->dlpi_addr + header->p_vaddr), header->p_memsz))
        break;
    }
  g_ptr_array_add (search->found, g_string_free (text, FALSE));
  return 0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char **
genga_loaded_library_list (const char *const *prefixes)
{
  Search search = { .prefixes = prefixes, .found = g_ptr_array_new () };

  dl_iterate_phdr (look_at, &search);
  g_ptr_array_sort (search.found, compare);
  g_ptr_array_add (search.found, NULL);
  return (char **)g_ptr_array_free (search.found, FALSE);
}
