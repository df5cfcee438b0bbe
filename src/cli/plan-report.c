/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/plan-report.h"
#include "cli/json-print.h"
#include "core/text.h"
#include "job/plan/plan-words.h"

#include <glib/gi18n-lib.h>

/* ---- for people ---- */

void
genga_plan_report_print (const GengaPlan *plan, const char *source)
{
  g_autofree char *name = genga_text_dup_path (source);
  g_autofree char *target = genga_text_dup_path (plan->target);
  g_autoptr (GPtrArray) words = genga_plan_dup_words (plan, target);

  g_print ("%s\n", name);
  for (guint i = 0; i < words->len; i++)
    {
      const GengaPlanWords *line = words->pdata[i];

      /* Translators: what something is, and its value. */
      g_print (_ ("  %s: %s\n"), line->title, line->text);
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
      if (genga_plan_has_quality (plan))
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
add_tracks (JsonBuilder *builder, const GengaPlan *plan)
{
  static const char *const fates[] = {
    [GENGA_TRACK_KEPT] = "kept",
    [GENGA_TRACK_CONVERTED] = "converted",
    [GENGA_TRACK_LEFT_OUT] = "left-out",
    [GENGA_TRACK_NOT_WANTED] = "not-wanted",
  };

  json_builder_set_member_name (builder, "tracks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < plan->tracks->len; i++)
    {
      const GengaTrack *track = &g_array_index (plan->tracks, GengaTrack, i);

      json_builder_begin_object (builder);
      genga_json_add_string (builder, "kind", genga_track_kind_get_name (track->kind));
      genga_json_add_int (builder, "number", track->number);
      genga_json_add_string (builder, "fate", fates[track->fate]);
      genga_json_add_string (builder, "codec", track->codec);
      if (track->becomes[0] != '\0')
        genga_json_add_string (builder, "becomes", track->becomes);
      if (track->language[0] != '\0')
        genga_json_add_string (builder, "language", track->language);
      if (track->title[0] != '\0')
        genga_json_add_string (builder, "title", track->title);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
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
  if (plan->tracks != NULL)
    add_tracks (builder, plan);
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
