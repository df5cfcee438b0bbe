/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/serve/serve-arguments.h"
#include "cli/command-line.h"
#include "cli/serve/serve-model.h"
#include "core/options-text.h"
#include "job/server/server-card.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DEFAULT_IMAGES 8
#define MOST_IMAGES 1000
#define DEFAULT_PIXELS (64 << 20)
#define DEFAULT_QUALITY 90
#define DEFAULT_LETTER "E"

/* What is typed, before it means something. */
typedef struct
{
  char *engine;
  char *letter;
  char *gpu;
  int noise;
} Typed;

static void
typed_clear (Typed *self)
{
  g_free (self->engine);
  g_free (self->letter);
  g_free (self->gpu);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

/* Of every option that says what becomes of a picture, none that says where it goes. */
static guint
list_rows (GengaOption *rows)
{
  guint n = 0;

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      const GengaOptionInfo *info = genga_option_get_info (option);
      const gboolean is_place =
          option >= GENGA_OPTION_OUTPUT_DIR && option <= GENGA_OPTION_OVERWRITE;

      if (info->group != GENGA_OPTION_GROUP_VIDEO && !is_place)
        rows[n++] = option;
    }
  return n;
}

static int
parse (GengaServeArguments *self, Typed *typed, const GengaCommand *command, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "stdio", 0, 0, G_OPTION_ARG_NONE, &self->uses_stdio,
      N_ ("Serve the program that has started this one, over standard input and output."), NULL },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &self->socket,
      N_ ("Serve the programs of the same user that connect to this Unix socket."), N_ ("PATH") },
    { "once", 0, 0, G_OPTION_ARG_NONE, &self->is_once,
      N_ ("Read one picture from standard input, write its result to standard output, and end."),
      NULL },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &typed->engine,
      N_ ("Choose the model as other servers do: “realcugan” by --quality-letter or --noise, "
          "“realesrgan” by --scale. With --model, only what requests should name."),
      N_ ("ENGINE") },
    { "quality-letter", 0, 0, G_OPTION_ARG_STRING, &typed->letter,
      N_ ("How much noise Real-CUGAN takes away: F none, E little, Q more, H most. Default: E."),
      N_ ("LETTER") },
    { "noise", 0, 0, G_OPTION_ARG_INT, &typed->noise,
      N_ ("The same as a level from 0 to 3; -1 leaves it to the letter. Default: -1."),
      N_ ("LEVEL") },
    { "gpu-id", 0, 0, G_OPTION_ARG_STRING, &typed->gpu,
      N_ ("The device by number: “auto”, -1 for the CPU, or a graphics card from 0, of CUDA's "
          "where "
          "it has some, else of Vulkan's. Default: --device."),
      N_ ("NUMBER") },
    { "max-batch-items", 0, 0, G_OPTION_ARG_INT, &self->max_images,
      N_ ("Images that a request may have, 1 to 1000. Default: 8."), N_ ("NUMBER") },
    { "max-pixels", 0, 0, G_OPTION_ARG_INT64, &self->max_pixels,
      N_ ("Pixels that an image may have once it is decoded. Default: 67108864."), N_ ("NUMBER") },
    { "request-timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout_seconds,
      N_ ("Give a request up after this time; 0 never does. Default: 0."), N_ ("SECONDS") },
    { "log-protocol", 0, 0, G_OPTION_ARG_NONE, &self->logs_messages,
      N_ ("Tell of every message on standard error."), NULL },
    { "profiling", 0, 0, G_OPTION_ARG_NONE, &self->logs_requests,
      N_ ("Print a line for every request on standard error, and a summary at the end."), NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &self->is_verbose,
      N_ ("Print every notice on standard error, not each only once."), NULL },
    { 0 },
  };
  GengaOption rows[GENGA_N_OPTIONS];
  const GengaCommandLine line = {
    .entries = entries,
    .n_rows = list_rows (rows),
    .rows = rows,
    .options = self->options,
    .has_models_dir = TRUE,
    .is_confined = TRUE,
  };

  return genga_command_line_parse (command, &line, argc, argv);
}

static int
check_limits (const GengaServeArguments *self, const GengaCommand *command)
{
  if (self->max_images < 1 || self->max_images > MOST_IMAGES)
    return genga_command_usage (command, _ ("--%s: %d is not valid; choose %d to %d."),
                                "max-batch-items", self->max_images, 1, MOST_IMAGES);
  if (self->max_pixels < 1)
    return genga_command_usage (command, _ ("--%s: the number has to be at least %d."),
                                "max-pixels", 1);
  if (self->timeout_seconds < 0)
    return genga_command_usage (command, _ ("--%s: the number has to be at least %d."),
                                "request-timeout", 0);
  return -1;
}

/* One way to serve; a service manager's socket, which is not known yet, is another. */
static int
check_ways (const GengaServeArguments *self, const GengaCommand *command)
{
  if (self->uses_stdio + self->is_once + (self->socket != NULL) > 1)
    return genga_command_usage (command, "%s",
                                _ ("Only one of --stdio, --socket and --once can be given."));
  return -1;
}

static int
take_gpu (GengaServeArguments *self, const Typed *typed, const GengaCommand *command)
{
  g_autofree char *device = NULL;
  gint64 number;

  if (typed->gpu == NULL)
    return -1;
  if (genga_options_is_set (self->options, GENGA_OPTION_DEVICE))
    return genga_command_usage (command, "%s", _ ("--gpu-id and --device can't be combined."));
  if (g_str_equal (typed->gpu, "auto"))
    return -1;
  if (!g_ascii_string_to_signed (typed->gpu, 10, -1, G_MAXINT16, &number, NULL))
    return genga_command_usage (
        command, _ ("--gpu-id: “%s” is not valid; choose “auto”, -1, or a number from 0."),
        typed->gpu);
  self->has_gpu = TRUE;
  self->gpu = number;
  device = number < 0 ? g_strdup ("cpu") : genga_server_dup_card (self->gpu);
  genga_options_set_string (self->options, GENGA_OPTION_DEVICE, device);
  return -1;
}

static char *
find_model (const GengaServeArguments *self, const Typed *typed, GError **error)
{
  const char *letter = typed->letter != NULL ? typed->letter : DEFAULT_LETTER;

  return self->engine == GENGA_SERVER_REALCUGAN
             ? genga_serve_model_find_cugan (letter, typed->noise, error)
             : genga_serve_model_find_esrgan (
                   genga_options_get_int (self->options, GENGA_OPTION_SCALE), error);
}

static int
take_engine (GengaServeArguments *self, const Typed *typed, const GengaCommand *command)
{
  const gboolean has_model = genga_options_is_set (self->options, GENGA_OPTION_MODEL);
  g_autoptr (GError) error = NULL;
  g_autofree char *model = NULL;

  if (typed->engine == NULL && (typed->letter != NULL || typed->noise >= 0))
    return genga_command_usage (command, "%s",
                                _ ("--quality-letter and --noise belong to “--engine realcugan”."));
  self->has_engine = typed->engine != NULL;
  if (!self->has_engine)
    return -1;
  while (self->engine < GENGA_SERVER_N_ENGINES &&
         !g_str_equal (typed->engine, genga_server_engine_get_name (self->engine)))
    self->engine++;
  if (self->engine == GENGA_SERVER_N_ENGINES)
    return genga_command_usage (
        command, _ ("--engine: “%s” is not valid; choose “realcugan” or “realesrgan”."),
        typed->engine);
  if (has_model)
    return -1;
  model = find_model (self, typed, &error);
  if (model == NULL)
    return genga_command_fail (error);
  genga_options_set_string (self->options, GENGA_OPTION_MODEL, model);
  return -1;
}

/* Small files, as programs that ask servers expect. */
static int
take_defaults (GengaServeArguments *self, const GengaCommand *command)
{
  g_autoptr (GError) error = NULL;

  if (!genga_options_is_set (self->options, GENGA_OPTION_FORMAT))
    genga_options_set_int (self->options, GENGA_OPTION_FORMAT, GENGA_FORMAT_WEBP);
  if (!genga_options_is_set (self->options, GENGA_OPTION_QUALITY))
    genga_options_set_int (self->options, GENGA_OPTION_QUALITY, DEFAULT_QUALITY);
  return genga_options_validate (self->options, &error)
             ? -1
             : genga_command_usage (command, "%s", error->message);
}

int
genga_serve_arguments_parse (GengaServeArguments *self,
                             const GengaCommand *command,
                             int argc,
                             char **argv)
{
  g_auto (Typed) typed = { .noise = -1 };
  int code;

  *self = (GengaServeArguments){
    .options = genga_options_new (),
    .max_images = DEFAULT_IMAGES,
    .max_pixels = DEFAULT_PIXELS,
  };
  code = parse (self, &typed, command, argc, argv);
  if (code < 0)
    code = check_limits (self, command);
  if (code < 0)
    code = check_ways (self, command);
  if (code < 0 && (typed.noise < -1 || typed.noise > 3))
    code = genga_command_usage (command, _ ("--%s: %d is not valid; choose %d to %d."), "noise",
                                typed.noise, -1, 3);
  if (code < 0)
    code = take_gpu (self, &typed, command);
  if (code < 0)
    code = take_engine (self, &typed, command);
  return code < 0 ? take_defaults (self, command) : code;
}

void
genga_serve_arguments_clear (GengaServeArguments *self)
{
  g_free (self->socket);
  g_clear_object (&self->options);
}
