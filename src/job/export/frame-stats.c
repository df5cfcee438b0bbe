/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/frame-stats.h"
#include "core/cpu.h"
#include "core/error.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAPPING_NAME "frame_mapping.json"

void
genga_frame_stats_take (GengaJobFacts *facts, GengaStep *upscale)
{
  GengaUpscaleReuse reuse;

  facts->peak_bytes = genga_memory_get_peak ();
  facts->frames_copied = facts->frames_repeated;
  if (upscale == NULL)
    return;
  genga_upscale_step_get_reuse (upscale, &reuse);
  facts->network_seconds = genga_upscale_step_get_network_seconds (upscale);
  facts->compare_seconds = reuse.tiles.compare_us / 1e6;
  facts->frames_copied = reuse.n_frames_copied;
  facts->frames_partly = reuse.n_frames_partly;
  facts->tiles = reuse.tiles.n_tiles;
  facts->tiles_reused = reuse.tiles.n_tiles_reused;
  facts->tiles_partly = reuse.tiles.n_tiles_partly;
  facts->pixels = reuse.tiles.n_pixels;
  facts->pixels_computed = reuse.tiles.n_pixels_computed;
}

void
genga_frame_stats_add_difference (GengaJobFacts *sum,
                                  const GengaJobFacts *now,
                                  const GengaJobFacts *before)
{
#define ADD(field) sum->field += now->field - before->field
  ADD (frames);
  ADD (frames_repeated);
  ADD (frames_copied);
  ADD (frames_partly);
  ADD (tiles);
  ADD (tiles_reused);
  ADD (tiles_partly);
  ADD (pixels);
  ADD (pixels_computed);
  ADD (compare_seconds);
  ADD (read_seconds);
  ADD (work_seconds);
  ADD (network_seconds);
  ADD (network_pixels);
  ADD (write_seconds);
#undef ADD
  sum->peak_bytes = MAX (sum->peak_bytes, now->peak_bytes);
}

double
genga_frame_stats_get_duplicate_percentage (const GengaJobFacts *facts)
{
  return facts->frames > 0 ? 100. * facts->frames_copied / facts->frames : 0;
}

/* ---- the frame mapping ---- */

char *
genga_frame_stats_dup_mapping_path (const char *target)
{
  const char *name = strrchr (target, G_DIR_SEPARATOR);
  const char *dot = strrchr (name != NULL ? name : target, '.');

  if (g_file_test (target, G_FILE_TEST_IS_DIR))
    return g_build_filename (target, MAPPING_NAME, NULL);
  g_autofree char *stem = dot != NULL ? g_strndup (target, dot - target) : g_strdup (target);
  return g_strconcat (stem, "_" MAPPING_NAME, NULL);
}

static void
append_name (GString *text, guint64 number)
{
  g_string_append_printf (text, "\"frame_%05" G_GUINT64_FORMAT ".png\"", number);
}

static void
append_partly (GString *text, const GArray *origins)
{
  const char *separator = "";

  g_string_append (text, "  \"partly_computed\": [");
  for (guint i = 0; i < origins->len; i++)
    if (g_array_index (origins, GengaReuseOrigin, i).is_partly)
      {
        g_string_append (text, separator);
        append_name (text, i);
        separator = ", ";
      }
  g_string_append (text, "]\n}\n");
}

gboolean
genga_frame_stats_write_mapping (const char *path, const GArray *origins, GError **error)
{
  g_autoptr (GString) text = g_string_new ("{\n");
  g_autoptr (GError) reason = NULL;
  char percentage[G_ASCII_DTOSTR_BUF_SIZE];
  guint n_unique = 0;

  for (guint i = 0; i < origins->len; i++)
    n_unique += g_array_index (origins, GengaReuseOrigin, i).frames_back == 0;
  g_ascii_formatd (percentage, sizeof percentage, "%.1f",
                   100. * (origins->len - n_unique) / MAX (1, origins->len));
  g_string_append_printf (text,
                          "  \"total_frames\": %u,\n  \"unique_frames\": %u,\n"
                          "  \"duplicate_percentage\": %s,\n  \"frame_mapping\": {",
                          origins->len, n_unique, percentage);
  for (guint i = 0; i < origins->len; i++)
    {
      g_string_append (text, i > 0 ? ",\n    " : "\n    ");
      append_name (text, i);
      g_string_append (text, ": ");
      append_name (text, i - g_array_index (origins, GengaReuseOrigin, i).frames_back);
    }
  g_string_append (text, "\n  },\n");
  append_partly (text, origins);

  if (g_file_set_contents (path, text->str, text->len, &reason))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write the frame mapping: %s"),
               reason->message);
  return FALSE;
}
