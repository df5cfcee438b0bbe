/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli self-test: whether this machine upscales rightly. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/interrupt.h"
#include "cli/json-print.h"
#include "job/self-test.h"

#include <glib/gi18n-lib.h>

#define EXIT_SOME_FAILED 1
#define EXIT_CANCELLED 130

/* Filled in by the thread that tests, read by the main thread behind it. */
typedef struct
{
  const char *device;
  GCancellable *cancellable;
  JsonBuilder *builder; /* in its list of checks; NULL: lines for people */
  guint n_failed;
  gboolean was_cancelled;
} Run;

static const char *
get_outcome_word (GengaCheckOutcome outcome)
{
  static const char *const words[] = {
    [GENGA_CHECK_PASSED] = N_ ("passed"),
    [GENGA_CHECK_FAILED] = N_ ("failed"),
    [GENGA_CHECK_NOT_APPLICABLE] = N_ ("not applicable"),
  };

  return words[outcome];
}

static void
on_start (guint number, const char *name, gpointer user_data)
{
  /* TRANSLATORS: number of a check, of how many, and what it is about. */
  g_printerr (_ ("Check %u of %u: %s\n"), number, GENGA_SELF_TEST_N_CHECKS, name);
}

static void
on_end (const GengaCheck *check, gpointer user_data)
{
  Run *self = user_data;

  self->n_failed += check->outcome == GENGA_CHECK_FAILED;
  if (self->builder == NULL)
    {
      /* TRANSLATORS: a check, “passed”, seconds, and what was found. */
      g_print (_ ("%s: %s (%.2f s): %s\n"), check->name, _ (get_outcome_word (check->outcome)),
               check->seconds, check->text);
      return;
    }
  json_builder_begin_object (self->builder);
  genga_json_add_string (self->builder, "check", check->id);
  genga_json_add_string (self->builder, "result", get_outcome_word (check->outcome));
  genga_json_add_double (self->builder, "seconds", check->seconds);
  genga_json_add_string (self->builder, "text", check->text);
  json_builder_end_object (self->builder);
}

static gpointer
run_checks (gpointer data)
{
  static const GengaSelfTestListener listener = { on_start, on_end };
  Run *self = data;

  self->was_cancelled =
      !genga_self_test_run (self->device, &listener, self, self->cancellable, NULL);
  return NULL;
}

static void
run_to_end (Run *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  self->cancellable = cancellable;
  genga_interrupt_run ("genga-self-test", run_checks, self, cancellable);
  /* Also where the signal came too late to stop anything. */
  self->was_cancelled |= genga_interrupt_is_requested ();
}

static int
run_self_test (const GengaCommand *self, int argc, char **argv)
{
  static const GengaOption rows[] = { GENGA_OPTION_DEVICE };
  gboolean wants_json = FALSE;
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (JsonBuilder) builder = NULL;
  GengaCommandLine line = {
    .rows = rows,
    .n_rows = G_N_ELEMENTS (rows),
    .options = options,
    .has_models_dir = TRUE,
    .wants_json = &wants_json,
  };
  Run run = { 0 };

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  run.device = genga_options_get_string (options, GENGA_OPTION_DEVICE);
  if (wants_json)
    {
      run.builder = builder = json_builder_new ();
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "checks");
      json_builder_begin_array (builder);
    }
  run_to_end (&run);
  if (run.was_cancelled)
    return EXIT_CANCELLED;
  if (wants_json)
    {
      json_builder_end_array (builder);
      genga_json_add_int (builder, "failed", run.n_failed);
      json_builder_end_object (builder);
      genga_json_print (g_steal_pointer (&builder), TRUE);
    }
  return run.n_failed > 0 ? EXIT_SOME_FAILED : 0;
}

const GengaCommand genga_command_self_test = {
  .name = "self-test",
  .synopsis = N_ ("[--json] [--device DEVICE]"),
  .summary = N_ ("Check that this machine upscales rightly: eight checks in some seconds."),
  .description =
      N_ ("Opens the device, looks at its settings and runs a small network on it, whose result is "
          "compared with that of the reference engine. What has no meaning on this machine is "
          "“not applicable” and says why. The exit code is 0 if nothing failed, else 1.\n"
          "\n"
          "Example:\n"
          "  genga-cli self-test --device cpu"),
  .run = run_self_test,
};
