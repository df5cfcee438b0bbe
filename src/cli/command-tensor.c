/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli tensor: a network's numbers, to compare Genga with other implementations. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/model-lookup.h"
#include "job/apart/sandbox.h"
#include "cli/terminal.h"
#include "job/tensor-run.h"

#include <glib/gi18n-lib.h>

static gboolean
run (char **files, gboolean is_raw, GengaOptions *options, GError **error)
{
  g_autoptr (GengaCatalogueEntry) entry = genga_model_lookup (files[0], error);

  return entry != NULL &&
         genga_tensor_run (entry->path, files[1], files[2], is_raw, options, error);
}

static int
run_tensor (const GengaCommand *self, int argc, char **argv)
{
  static const GengaOption rows[] = {
    GENGA_OPTION_PRECISION,
    GENGA_OPTION_DEVICE,
    GENGA_OPTION_THREADS,
    GENGA_OPTION_OVERWRITE,
  };
  gboolean is_raw = FALSE;
  g_auto (GStrv) files = NULL;
  const GOptionEntry entries[] = {
    { "raw", 0, 0, G_OPTION_ARG_NONE, &is_raw,
      N_ ("Leave the output as the network gives it, without clamping it to 0 … 1."), NULL },
    { 0 },
  };
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  GengaCommandLine line = {
    .entries = entries,
    .rows = rows,
    .n_rows = G_N_ELEMENTS (rows),
    .options = options,
    .has_models_dir = TRUE,
    .is_confined = TRUE,
    .arguments = &files,
    .n_arguments = 3,
  };

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  genga_sandbox_enter (&(GengaSandboxNeeds){ .sources = (char *[]){ files[1], NULL },
                                             .outputs = (char *[]){ files[2], NULL },
                                             .models = (char *[]){ files[0], NULL } });
  if (!run (files, is_raw, options, &error))
    return genga_command_fail (error);
  genga_terminal_print_path (files[2], FALSE);
  return 0;
}

const GengaCommand genga_command_tensor = {
  .name = "tensor",
  .synopsis = N_ ("[OPTION…] MODEL IN.safetensors OUT.safetensors"),
  .summary = N_ ("Run a network on a tensor, to compare Genga with other implementations."),
  .description = N_ (
      "Reads the tensor “input” (1 × channels × height × width, RGB from 0 to 1) and writes "
      "the network's output as the tensor “output” in 32-bit floating point. The input is padded "
      "as the network needs, and the output cropped. The picture is never cut into tiles.\n"
      "\n"
      "Example:\n"
      "  genga-cli tensor --precision fp32 --raw genga-standard in.safetensors out.safetensors"),
  .run = run_tensor,
};
