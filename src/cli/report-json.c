/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/report-json.h"
#include "cli/json-print.h"
#include "core/error.h"
#include "job/export/frame-stats.h"

typedef struct
{
  GengaReport base;
  JsonArray *failures;
} JsonReport;

static JsonBuilder *
begin_event (const char *name)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  genga_json_add_string (builder, "event", name);
  return builder;
}

static void
end_event (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  genga_json_print (builder, FALSE);
}

static JsonBuilder *
begin_picture_event (GengaReport *self, const char *name, guint index, const char *source)
{
  JsonBuilder *builder = begin_event (name);

  genga_json_add_int (builder, "index", index + 1);
  genga_json_add_int (builder, "total", self->n_total);
  genga_json_add_path (builder, "source", source);
  return builder;
}

static void
json_report_started (GengaReport *self, guint index, GengaJob *job)
{
  end_event (begin_picture_event (self, "started", index, genga_job_get_source (job)));
}

static void
json_report_progress (GengaReport *self, guint index, GengaJob *job)
{
  JsonBuilder *builder = begin_picture_event (self, "progress", index, genga_job_get_source (job));
  GengaProgressState sample;

  genga_progress_poll (genga_job_get_progress (job), &sample);
  genga_json_add_double (builder, "fraction", sample.fraction);
  genga_json_add_int (builder, "tiles_done", sample.tiles_done);
  genga_json_add_int (builder, "tiles_total", sample.tiles_total);
  if (sample.has_frames)
    {
      genga_json_add_int (builder, "frames_done", sample.frames_done);
      genga_json_add_int (builder, "frames_total", sample.frames_total);
      genga_json_add_double (builder, "frames_per_second", sample.frames_per_second);
    }
  if (sample.seconds_left >= 0)
    genga_json_add_double (builder, "seconds_left", sample.seconds_left);
  end_event (builder);
}

static void
json_report_notice (GengaReport *self, GengaJob *job, const char *text)
{
  JsonBuilder *builder = begin_event ("notice");

  if (job != NULL)
    genga_json_add_path (builder, "source", genga_job_get_source (job));
  genga_json_add_string (builder, "message", text);
  end_event (builder);
}

/* The stages of a video run beside each other, so their times do not add up. */
static void
add_statistics (JsonBuilder *builder, const GengaJobFacts *facts, double total)
{
  json_builder_set_member_name (builder, "statistics");
  json_builder_begin_object (builder);
  genga_json_add_double (builder, "extraction_time", facts->read_seconds);
  genga_json_add_double (builder, "detection_time", facts->compare_seconds);
  genga_json_add_double (builder, "upscale_time", facts->work_seconds);
  genga_json_add_double (builder, "save_time", facts->write_seconds);
  genga_json_add_double (builder, "total_time", total);
  genga_json_add_int (builder, "total_frames", facts->frames);
  genga_json_add_int (builder, "unique_frames", facts->frames - facts->frames_copied);
  genga_json_add_int (builder, "duplicate_frames", facts->frames_copied);
  genga_json_add_int (builder, "repeated_frames", facts->frames_repeated);
  genga_json_add_int (builder, "partly_computed_frames", facts->frames_partly);
  genga_json_add_double (builder, "duplicate_percentage",
                         genga_frame_stats_get_duplicate_percentage (facts));
  genga_json_add_double (builder, "fps", total > 0 ? facts->frames / total : 0);
  json_builder_end_object (builder);
}

static void
json_report_done (GengaReport *self, guint index, GengaJob *job)
{
  JsonBuilder *builder = begin_picture_event (self, "done", index, genga_job_get_source (job));
  GengaProgressState sample;
  GengaJobFacts facts;

  genga_job_get_facts (job, &facts);
  genga_progress_poll (genga_job_get_progress (job), &sample);
  genga_json_add_path (builder, "target", genga_job_get_target (job));
  if (sample.has_frames)
    {
      genga_json_add_int (builder, "frames", sample.frames_done);
      genga_json_add_double (builder, "frames_per_second", sample.frames_per_second);
    }
  genga_json_add_int (builder, "source_width", facts.source_width);
  genga_json_add_int (builder, "source_height", facts.source_height);
  genga_json_add_int (builder, "target_width", facts.target_width);
  genga_json_add_int (builder, "target_height", facts.target_height);
  genga_json_add_string (builder, "model", facts.model);
  genga_json_add_string (builder, "precision", facts.precision);
  genga_json_add_string (builder, "device", facts.device);
  genga_json_add_string (builder, "device_reason",
                         *facts.device_reason != '\0' ? facts.device_reason : NULL);
  genga_json_add_int (builder, "tile", facts.tile);
  genga_json_add_int (builder, "overlap", facts.overlap);
  genga_json_add_int (builder, "tiles", facts.tiles);
  genga_json_add_int (builder, "tiles_reused", facts.tiles_reused);
  genga_json_add_int (builder, "tiles_partly", facts.tiles_partly);
  genga_json_add_int (builder, "pixels", facts.pixels);
  genga_json_add_int (builder, "pixels_computed", facts.pixels_computed);
  genga_json_add_int (builder, "peak_memory", facts.peak_bytes);

  json_builder_set_member_name (builder, "seconds");
  json_builder_begin_object (builder);
  genga_json_add_double (builder, "read", facts.read_seconds);
  genga_json_add_double (builder, "work", facts.work_seconds);
  genga_json_add_double (builder, "network", facts.network_seconds);
  genga_json_add_double (builder, "write", facts.write_seconds);
  genga_json_add_double (builder, "read_converting", facts.read_convert_seconds);
  genga_json_add_double (builder, "write_converting", facts.write_convert_seconds);
  genga_json_add_double (builder, "compare", facts.compare_seconds);
  genga_json_add_double (builder, "read_waiting", facts.waiting_seconds[GENGA_STAGE_READ]);
  genga_json_add_double (builder, "work_waiting", facts.waiting_seconds[GENGA_STAGE_WORK]);
  genga_json_add_double (builder, "write_waiting", facts.waiting_seconds[GENGA_STAGE_WRITE]);
  json_builder_end_object (builder);
  if (sample.has_frames)
    add_statistics (builder, &facts, sample.seconds_run);
  end_event (builder);
}

static const char *
get_error_name (const GError *error)
{
  static const char *const names[] = {
    [GENGA_ERROR_USAGE] = "usage",
    [GENGA_ERROR_INPUT] = "input",
    [GENGA_ERROR_MODEL] = "model",
    [GENGA_ERROR_OUTPUT] = "output",
    [GENGA_ERROR_OUT_OF_MEMORY] = "out-of-memory",
    [GENGA_ERROR_UNAVAILABLE] = "unavailable",
    [GENGA_ERROR_DEVICE_LOST] = "device-lost",
    [GENGA_ERROR_INTERNAL] = "internal",
    [GENGA_ERROR_INCOMPLETE] = "incomplete",
    [GENGA_ERROR_EXISTS] = "exists",
  };

  if (error->domain != GENGA_ERROR || error->code < 0 || error->code >= (int)G_N_ELEMENTS (names))
    return "other";
  return names[error->code];
}

/* For the summary. */
static void
keep_failure (JsonReport *self, const char *source, const GError *error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  genga_json_add_path (builder, "source", source);
  genga_json_add_string (builder, "error", get_error_name (error));
  genga_json_add_string (builder, "message", error->message);
  json_builder_end_object (builder);
  json_array_add_element (self->failures, json_builder_get_root (builder));
}

static void
json_report_failed (GengaReport *self, guint index, const char *source, const GError *error)
{
  gboolean is_cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  JsonBuilder *builder =
      begin_picture_event (self, is_cancelled ? "cancelled" : "failed", index, source);

  if (!is_cancelled)
    {
      genga_json_add_string (builder, "error", get_error_name (error));
      genga_json_add_int (builder, "exit_code", genga_error_get_exit_code (error));
      genga_json_add_string (builder, "message", error->message);
      keep_failure ((JsonReport *)self, source, error);
    }
  end_event (builder);
}

static void
json_report_skipped (GengaReport *self, const char *path, const char *reason)
{
  JsonBuilder *builder = begin_event ("skipped");

  genga_json_add_path (builder, "source", path);
  genga_json_add_string (builder, "message", reason);
  end_event (builder);
}

static void
json_report_stopping (GengaReport *self)
{
  end_event (begin_event ("stopping"));
}

static void
json_report_summary (GengaReport *self, const GengaReportSummary *summary)
{
  JsonBuilder *builder = begin_event ("summary");

  genga_json_add_int (builder, "total", summary->n_total);
  genga_json_add_int (builder, "done", summary->n_done);
  genga_json_add_int (builder, "failed", summary->n_failed);
  genga_json_add_int (builder, "cancelled", summary->n_cancelled);
  genga_json_add_int (builder, "skipped", summary->n_skipped);
  json_builder_set_member_name (builder, "failures");
  json_builder_add_value (
      builder, json_node_init_array (json_node_alloc (), ((JsonReport *)self)->failures));
  genga_json_add_double (builder, "seconds", summary->seconds);
  end_event (builder);
}

static void
json_report_free (GengaReport *self)
{
  json_array_unref (((JsonReport *)self)->failures);
  g_free (self);
}

GengaReport *
genga_report_json_new (void)
{
  static const GengaReportClass klass = {
    .started = json_report_started,
    .progress = json_report_progress,
    .notice = json_report_notice,
    .done = json_report_done,
    .failed = json_report_failed,
    .skipped = json_report_skipped,
    .stopping = json_report_stopping,
    .summary = json_report_summary,
    .free = json_report_free,
  };
  JsonReport *self = g_new0 (JsonReport, 1);

  self->base.klass = &klass;
  self->failures = json_array_new ();
  return &self->base;
}
