/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/report-line.h"
#include "cli/terminal.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FALLBACK_COLUMNS 80
#define SHORTEST_NAME 8
/* Pictures whose lines do not stay on a screen, and failures that are told again after them. */
#define MANY 20
#define MAX_FAILURES 50
#define CLEAR_TO_END "\033[K"

typedef struct
{
  GengaReport base;
  gboolean is_live;
  gboolean tells_finished;
  gboolean ends_with_null;
  gboolean is_line_shown;
  GHashTable *notices; /* each sentence once */
  GPtrArray *failures; /* the first ones, for the summary */
} LineReport;

static int
get_terminal_columns (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return FALLBACK_COLUMNS;
}

static void
clear_line (LineReport *self)
{
  if (self->is_line_shown)
    g_printerr ("\r" CLEAR_TO_END);
  self->is_line_shown = FALSE;
}

static void G_GNUC_PRINTF (2, 3) say (LineReport *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);

  clear_line (self);
  g_printerr ("%s\n", text);
}

/* " · frame 31/288 · 3.1 fps", " · tile 3/12" */
static void
append_place (GString *text, const GengaProgressState *sample)
{
  if (sample->has_frames)
    {
      g_string_append (text, " · ");
      if (sample->frames_total > 0)
        g_string_append_printf (text, _ ("frame %u/%u"), (guint)sample->frames_done,
                                (guint)sample->frames_total);
      else
        g_string_append_printf (text, _ ("frame %u"), (guint)sample->frames_done);
      if (sample->frames_per_second > 0)
        {
          g_string_append (text, " · ");
          g_string_append_printf (text, _ ("%.1f fps"), sample->frames_per_second);
        }
    }
  else if (sample->tiles_total > 1)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("tile %u/%u"),
                              MIN (sample->tiles_done + 1, sample->tiles_total),
                              sample->tiles_total);
    }
}

/* " · tile 3/12 · 31 % · 12 s left" */
static char *
dup_state (const GengaProgressState *sample)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_place (text, sample);
  g_string_append (text, " · ");
  g_string_append_printf (text, _ ("%d %%"), (int)(100 * sample->fraction));
  if (sample->seconds_left >= 0)
    {
      g_autofree char *left = genga_terminal_dup_duration (sample->seconds_left);
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("%s left"), left);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
line_report_progress (GengaReport *base, guint index, GengaJob *job)
{
  LineReport *self = (LineReport *)base;
  GengaProgressState sample;

  if (!self->is_live)
    return;

  genga_progress_poll (genga_job_get_progress (job), &sample);
  g_autofree char *position = g_strdup_printf ("[%u/%u] ", index + 1, base->n_total);
  g_autofree char *state = dup_state (&sample);
  g_autofree char *name = genga_text_dup_name (genga_job_get_source (job));
  int room = get_terminal_columns () - 1 - genga_terminal_get_columns (position) -
             genga_terminal_get_columns (state);
  g_autofree char *fitting = genga_terminal_dup_shortened (name, MAX (room, SHORTEST_NAME));

  g_printerr ("\r%s%s%s" CLEAR_TO_END, position, fitting, state);
  self->is_line_shown = TRUE;
}

static void
line_report_started (GengaReport *base, guint index, GengaJob *job)
{
  line_report_progress (base, index, job);
}

static void
line_report_notice (GengaReport *base, GengaJob *job, const char *text)
{
  LineReport *self = (LineReport *)base;
  g_autofree char *line = genga_text_dup_line (text);

  if (!g_hash_table_add (self->notices, g_strdup (line)))
    return;
  if (job == NULL || base->n_total == 1)
    {
      say (self, "%s", line);
      return;
    }
  g_autofree char *name = genga_text_dup_name (genga_job_get_source (job));
  say (self, "%s: %s", name, line);
}

/* "genga-standard, bf16, cpu, tiles of 512": what is known of it */
static char *
dup_means (const GengaJobFacts *facts)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *parts[] = { facts->model, facts->precision, facts->device };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (*parts[i] != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", parts[i]);
    }
  if (facts->tile > 0 && facts->tile < MAX (facts->source_width, facts->source_height))
    {
      g_string_append (text, text->len > 0 ? ", " : "");
      g_string_append_printf (text, _ ("tiles of %d"), facts->tile);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The stages of a video run beside each other, those of a picture one after the other. */
static double
get_seconds (GengaJob *job, const GengaJobFacts *facts)
{
  GengaProgressState sample;

  genga_progress_poll (genga_job_get_progress (job), &sample);
  return sample.has_frames ? sample.seconds_run
                           : facts->read_seconds + facts->work_seconds + facts->write_seconds;
}

/* A video's second line: what was saved, where the time went. */
static void
say_statistics (LineReport *self, GengaJob *job, const GengaJobFacts *facts)
{
  GengaProgressState sample;
  g_autofree char *memory = g_format_size (facts->peak_bytes);
  g_autofree char *saved = NULL;

  genga_progress_poll (genga_job_get_progress (job), &sample);
  if (!sample.has_frames || facts->frames == 0)
    return;
  if (facts->pixels > 0)
    saved = g_strdup_printf (
        _ ("%u frames, %u duplicates, %u partly reused; the network computed %.1f %% of their "
           "pixels"),
        (guint)facts->frames, (guint)facts->frames_copied, (guint)facts->frames_partly,
        100. * facts->pixels_computed / facts->pixels);
  else
    saved = g_strdup_printf (_ ("%u frames"), (guint)facts->frames);
  /* Translators: what was saved; seconds of three stages beside each other, and of making frames
     what the next stage gets, in the first and the last; the rate; memory. */
  say (self,
       _ ("    %s; decoding %.1f s, computing %.1f s, encoding %.1f s, with %.1f s of conversion; "
          "%.2f fps; %s of memory"),
       saved, facts->read_seconds, facts->work_seconds, facts->write_seconds,
       facts->read_convert_seconds + facts->write_convert_seconds,
       sample.seconds_run > 0 ? facts->frames / sample.seconds_run : 0, memory);
}

static void
line_report_done (GengaReport *base, guint index, GengaJob *job)
{
  LineReport *self = (LineReport *)base;
  GengaJobFacts facts;

  if (self->tells_finished)
    {
      genga_job_get_facts (job, &facts);
      g_autofree char *name = genga_text_dup_name (genga_job_get_source (job));
      g_autofree char *means = dup_means (&facts);
      /* Translators: name, sizes in pixels, seconds, how (model, precision, device). */
      say (self, _ ("[%u/%u] %s: %d × %d → %d × %d in %.1f s (%s)"), index + 1, base->n_total, name,
           facts.source_width, facts.source_height, facts.target_width, facts.target_height,
           get_seconds (job, &facts), means);
      say_statistics (self, job, &facts);
    }
  clear_line (self);
  genga_terminal_print_path (genga_job_get_target (job), self->ends_with_null);
}

static void
line_report_failed (GengaReport *base, guint index, const char *source, const GError *error)
{
  LineReport *self = (LineReport *)base;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_autofree char *line = genga_text_dup_line (error->message);
  g_autofree char *name = genga_text_dup_name (source);
  gboolean is_named = base->n_total == 1 || strstr (line, name) != NULL;
  g_autofree char *text = is_named ? g_strdup (line) : g_strdup_printf ("%s: %s", name, line);
  say (self, "genga-cli: %s", text);
  if (self->failures->len < MAX_FAILURES)
    g_ptr_array_add (self->failures, g_steal_pointer (&text));
}

static void
line_report_skipped (GengaReport *base, const char *path, const char *reason)
{
  g_autofree char *name = genga_text_dup_path (path);
  g_autofree char *line = genga_text_dup_line (reason);

  say ((LineReport *)base, _ ("Skipped “%s”: %s"), name, line);
}

static void
line_report_pause (GengaReport *base)
{
  clear_line ((LineReport *)base);
}

static void
line_report_stopping (GengaReport *base)
{
  say ((LineReport *)base, "%s",
       _ ("Stopping after the current tile. Press Ctrl+C again to quit at once."));
}

/* What went wrong, once more, where other lines have come in between. */
static void
say_failures (LineReport *self)
{
  for (guint i = 0; i < self->failures->len && self->base.n_total > MANY; i++)
    say (self, "  %s", (const char *)self->failures->pdata[i]);
}

static void
line_report_summary (GengaReport *base, const GengaReportSummary *summary)
{
  LineReport *self = (LineReport *)base;
  g_autofree char *duration = genga_terminal_dup_duration (summary->seconds);

  clear_line (self);
  if (summary->n_cancelled > 0)
    say (self, _ ("Cancelled: %u of %u done."), summary->n_done, summary->n_total);
  else if (summary->n_total > 1 && summary->n_existing > 0)
    say (self, _ ("%u of %u done, %u skipped, %u failed in %s."), summary->n_done, summary->n_total,
         summary->n_existing, summary->n_failed, duration);
  else if (summary->n_failed > 0 && summary->n_total > 1)
    say (self, _ ("%u of %u done, %u failed in %s."), summary->n_done, summary->n_total,
         summary->n_failed, duration);
  else if (self->tells_finished && summary->n_total > 1)
    say (self, _ ("%u of %u done in %s."), summary->n_done, summary->n_total, duration);
  say_failures (self);
}

static void
line_report_free (GengaReport *base)
{
  LineReport *self = (LineReport *)base;

  clear_line (self);
  g_hash_table_unref (self->notices);
  g_ptr_array_unref (self->failures);
  g_free (self);
}

GengaReport *
genga_report_line_new (gboolean is_live, gboolean tells_finished, gboolean ends_with_null)
{
  static const GengaReportClass klass = {
    .started = line_report_started,
    .progress = line_report_progress,
    .notice = line_report_notice,
    .done = line_report_done,
    .failed = line_report_failed,
    .skipped = line_report_skipped,
    .pause = line_report_pause,
    .stopping = line_report_stopping,
    .summary = line_report_summary,
    .free = line_report_free,
  };
  LineReport *self = g_new0 (LineReport, 1);

  self->base.klass = &klass;
  self->is_live = is_live;
  self->tells_finished = tells_finished;
  self->ends_with_null = ends_with_null;
  self->notices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->failures = g_ptr_array_new_with_free_func (g_free);
  return &self->base;
}
