/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/plan-report.h"
#include "cli/json-print.h"
#include "core/text.h"

#include <glib/gi18n-lib.h>

/* ---- for people ---- */

static void G_GNUC_PRINTF (2, 3) print_fact (const char *title, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *value = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  /* Translators: what something is, and its value. */
  g_print (_ ("  %s: %s\n"), title, value);
}

/* Whether it says something of the result. */
static gboolean
has_quality (const GengaPlan *plan)
{
  return plan->save.format != GENGA_FORMAT_PNG && plan->save.format != GENGA_FORMAT_TIFF &&
         (plan->save.format == GENGA_FORMAT_JPEG || !plan->save.webp_lossless ||
          plan->save.webp_near_lossless);
}

static void
print_result (const GengaPlan *plan)
{
  g_autofree char *target = genga_text_dup_path (plan->target);
  const char *format = genga_choice_get_nick (GENGA_TYPE_FORMAT, plan->save.format);

  switch (plan->sink)
    {
    case GENGA_PLAN_VIDEO:
      print_fact (_ ("Result"), "%s (%s, %s)", target,
                  genga_choice_get_nick (GENGA_TYPE_CONTAINER, plan->write.container),
                  genga_choice_get_nick (GENGA_TYPE_CODEC, plan->write.codec));
      break;
    case GENGA_PLAN_ANIMATION:
      print_fact (_ ("Result"), "%s (%s)", target,
                  genga_choice_get_nick (GENGA_TYPE_CONTAINER, plan->animation.container));
      break;
    case GENGA_PLAN_FRAMES:
      print_fact (_ ("Result"), "%s%s (%s)", target, G_DIR_SEPARATOR_S,
                  genga_choice_get_nick (GENGA_TYPE_FRAMES, plan->frames));
      break;
    case GENGA_PLAN_PICTURE:
    default:
      print_fact (_ ("Result"), _ ("%s (%s, %d bits per channel)"), target, format,
                  plan->save.bit_depth);
      if (has_quality (plan))
        print_fact (_ ("Quality"), "%d", plan->save.quality);
    }
}

static void
print_network (const GengaPlan *plan)
{
  const GengaPlanPass *first = &plan->passes[0];

  print_fact (_ ("Model"), "%s", plan->model_name);
  if (!genga_plan_has_network (plan))
    return;
  print_fact (_ ("Passes"), _ ("%u, each %d×"), plan->n_passes, plan->native_scale);
  if (plan->result.width != plan->source.width * plan->factor ||
      plan->result.height != plan->source.height * plan->factor)
    print_fact (_ ("Then"), _ ("resized from %d × %d (Lanczos)"), plan->source.width * plan->factor,
                plan->source.height * plan->factor);
  if (genga_plan_get_strength (plan) < 1)
    print_fact (_ ("Strength"), _ ("%g %%, the rest is a plain enlargement"),
                100 * genga_plan_get_strength (plan));
  if (first->n_tiles == 1)
    print_fact (_ ("Tiles"), "%s", _ ("the whole frame at once"));
  else
    print_fact (_ ("Tiles"), _ ("%u of %d × %d pixels, overlap at least %d"), first->n_tiles,
                first->tile_width, first->tile_height, first->overlap);
  print_fact (_ ("Device"), "%s, %s", plan->device.id,
              genga_choice_get_nick (GENGA_TYPE_PRECISION, plan->precision));
  if (plan->devices.n > 1)
    {
      g_autofree char *devices = genga_device_list_dup_text (&plan->devices);

      print_fact (_ ("Devices that share the work"), "%s", devices);
    }
  if (plan->device_reason != NULL)
    print_fact (_ ("Why this device"), "%s", plan->device_reason);
}

/* What of the source is not in the result, as far as its header tells. */
static void
print_dropped (const GengaPlan *plan)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  if (plan->kept.n_audio < plan->n_audio)
    g_ptr_array_add (parts, (gpointer)_ ("audio"));
  if (plan->kept.n_subtitles < plan->n_subtitles)
    g_ptr_array_add (parts, (gpointer)_ ("subtitles"));
  if (plan->kept.n_attachments < plan->n_attachments)
    g_ptr_array_add (parts, (gpointer)_ ("attachments"));
  if (plan->n_chapters > 0 && plan->kept.n_chapters == 0)
    g_ptr_array_add (parts, (gpointer)_ ("chapters"));
  if (parts->len == 0)
    return;
  g_ptr_array_add (parts, NULL);
  g_autofree char *list = g_strjoinv (", ", (char **)parts->pdata);
  print_fact (_ ("Left out"), "%s", list);
}

static void
print_costs (const GengaPlan *plan)
{
  g_autofree char *memory = g_format_size (plan->memory_bytes);
  g_autofree char *disk = g_format_size (plan->disk_bytes);
  g_autofree char *least = g_format_size (plan->disk_least);
  g_autofree char *most = g_format_size (plan->disk_most);

  print_fact (_ ("Memory"), _ ("about %s"), memory);
  if (plan->disk_least < plan->disk_most)
    print_fact (_ ("Disk"), _ ("between %s and %s"), least, most);
  else
    print_fact (_ ("Disk"), _ ("about %s"), disk);
  if (plan->seconds >= 0)
    print_fact (_ ("Time"), _ ("about %.0f s"), plan->seconds);
  else
    print_fact (_ ("Time"), "%s", _ ("not known yet"));
}

void
genga_plan_report_print (const GengaPlan *plan, const char *source)
{
  g_autofree char *name = genga_text_dup_path (source);

  g_print ("%s\n", name);
  print_result (plan);
  print_fact (_ ("Size"), _ ("%d × %d to %d × %d"), plan->frame.width, plan->frame.height,
              plan->result.width, plan->result.height);
  if (plan->source.width != plan->frame.width || plan->source.height != plan->frame.height)
    print_fact (_ ("Reduced first"), _ ("to %d × %d"), plan->source.width, plan->source.height);
  if (plan->counts_frames)
    print_fact (_ ("Frames"), _ ("about %.0f"), plan->n_frames);
  if (plan->rotation != 0)
    print_fact (_ ("Rotation"), _ ("%d degrees"), plan->rotation);
  print_network (plan);
  print_dropped (plan);
  print_costs (plan);
  for (guint i = 0; i < plan->notices->len; i++)
    {
      g_autofree char *line = genga_text_dup_line (plan->notices->pdata[i]);
      print_fact (_ ("Note"), "%s", line);
    }
}

/* ---- for programs ---- */

static void
add_passes (JsonBuilder *builder, const GengaPlan *plan)
{
  json_builder_set_member_name (builder, "passes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < plan->n_passes; i++)
    {
      const GengaPlanPass *pass = &plan->passes[i];

      json_builder_begin_object (builder);
      genga_json_add_int (builder, "width", pass->width);
      genga_json_add_int (builder, "height", pass->height);
      genga_json_add_int (builder, "tile_width", pass->tile_width);
      genga_json_add_int (builder, "tile_height", pass->tile_height);
      genga_json_add_int (builder, "overlap", pass->overlap);
      genga_json_add_int (builder, "tiles", pass->n_tiles);
      genga_json_add_boolean (builder, "untiled", pass->is_untiled);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_devices (JsonBuilder *builder, const GengaPlan *plan)
{
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < plan->devices.n; i++)
    json_builder_add_string_value (builder, plan->devices.ids[i]);
  json_builder_end_array (builder);
}

static void
add_network (JsonBuilder *builder, const GengaPlan *plan)
{
  genga_json_add_string (builder, "model", plan->model_name);
  genga_json_add_int (builder, "native_scale", plan->native_scale);
  genga_json_add_int (builder, "target_scale", plan->target_scale);
  genga_json_add_int (builder, "factor", plan->factor);
  add_passes (builder, plan);
  genga_json_add_double (builder, "strength", 100 * genga_plan_get_strength (plan));
  if (!genga_plan_has_network (plan))
    return;
  genga_json_add_string (builder, "precision",
                         genga_choice_get_nick (GENGA_TYPE_PRECISION, plan->precision));
  genga_json_add_string (builder, "device", plan->device.id);
  add_devices (builder, plan);
  genga_json_add_boolean (builder, "device_is_known", plan->is_device_known);
  genga_json_add_string (builder, "device_reason", plan->device_reason);
}

static void
add_result (JsonBuilder *builder, const GengaPlan *plan)
{
  genga_json_add_path (builder, "target", plan->target);
  genga_json_add_string (builder, "sink", genga_plan_sink_get_nick (plan->sink));
  genga_json_add_int (builder, "target_width", plan->result.width);
  genga_json_add_int (builder, "target_height", plan->result.height);
  genga_json_add_boolean (builder, "has_alpha", genga_layout_has_alpha (plan->result.layout));
  if (plan->sink == GENGA_PLAN_PICTURE)
    {
      genga_json_add_string (builder, "format",
                             genga_choice_get_nick (GENGA_TYPE_FORMAT, plan->save.format));
      genga_json_add_int (builder, "bit_depth", plan->save.bit_depth);
      if (has_quality (plan))
        genga_json_add_int (builder, "quality", plan->save.quality);
      genga_json_add_int (builder, "strip_rows", plan->strip_rows);
    }
  if (plan->sink == GENGA_PLAN_VIDEO)
    {
      genga_json_add_string (builder, "container",
                             genga_choice_get_nick (GENGA_TYPE_CONTAINER, plan->write.container));
      genga_json_add_string (builder, "codec",
                             genga_choice_get_nick (GENGA_TYPE_CODEC, plan->write.codec));
    }
  if (plan->sink == GENGA_PLAN_ANIMATION)
    genga_json_add_string (builder, "container",
                           genga_choice_get_nick (GENGA_TYPE_CONTAINER, plan->animation.container));
  if (plan->sink == GENGA_PLAN_FRAMES)
    genga_json_add_string (builder, "frames",
                           genga_choice_get_nick (GENGA_TYPE_FRAMES, plan->frames));
}

static void
add_stream (JsonBuilder *builder, const char *name, int n, int n_kept, int n_converted)
{
  if (n == 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  genga_json_add_int (builder, "count", n);
  genga_json_add_int (builder, "kept", n_kept);
  if (n_converted > 0)
    genga_json_add_int (builder, "converted", n_converted);
  json_builder_end_object (builder);
}

static void
add_video (JsonBuilder *builder, const GengaPlan *plan)
{
  genga_json_add_double (builder, "n_frames", plan->n_frames);
  genga_json_add_int (builder, "rotation", plan->rotation);
  genga_json_add_double (builder, "from", plan->from);
  genga_json_add_double (builder, "to", plan->to);
  json_builder_set_member_name (builder, "streams");
  json_builder_begin_object (builder);
  add_stream (builder, "audio", plan->n_audio, plan->kept.n_audio, 0);
  add_stream (builder, "subtitles", plan->n_subtitles, plan->kept.n_subtitles,
              plan->kept.n_converted);
  add_stream (builder, "attachments", plan->n_attachments, plan->kept.n_attachments, 0);
  add_stream (builder, "data", plan->n_data, plan->kept.n_data, 0);
  add_stream (builder, "chapters", plan->n_chapters, plan->kept.n_chapters, 0);
  json_builder_end_object (builder);
}

static void
add_notices (JsonBuilder *builder, const GengaPlan *plan)
{
  json_builder_set_member_name (builder, "notices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < plan->notices->len; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (plan->notices->pdata[i], -1);
      json_builder_add_string_value (builder, valid);
    }
  json_builder_end_array (builder);
}

void
genga_plan_report_add_json (JsonBuilder *builder, const GengaPlan *plan, const char *source)
{
  json_builder_begin_object (builder);
  genga_json_add_path (builder, "source", source);
  genga_json_add_int (builder, "source_width", plan->frame.width);
  genga_json_add_int (builder, "source_height", plan->frame.height);
  genga_json_add_int (builder, "input_width", plan->source.width);
  genga_json_add_int (builder, "input_height", plan->source.height);
  add_result (builder, plan);
  if (plan->counts_frames)
    add_video (builder, plan);
  add_network (builder, plan);
  genga_json_add_int (builder, "memory_bytes", plan->memory_bytes);
  genga_json_add_int (builder, "disk_bytes", plan->disk_bytes);
  if (plan->disk_least < plan->disk_most)
    {
      genga_json_add_int (builder, "disk_bytes_least", plan->disk_least);
      genga_json_add_int (builder, "disk_bytes_most", plan->disk_most);
    }
  genga_json_add_boolean (builder, "is_measured", plan->is_measured);
  json_builder_set_member_name (builder, "seconds");
  if (plan->seconds >= 0)
    json_builder_add_double_value (builder, plan->seconds);
  else
    json_builder_add_null_value (builder);
  add_notices (builder, plan);
  json_builder_end_object (builder);
}
