/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga: the window. */
#define G_LOG_DOMAIN "genga-app"

#include "app/application.h"
#include "app/dialogs/diagnostics-window.h"
#include "resources.h"
#include "core/cpu.h"
#include "core/module.h"
#include "job/reader/model-apart.h"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>

int
main (int argc, char **argv)
{
  genga_memory_tune_allocator ();
  genga_cpu_tune_threads ();
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);

  setlocale (LC_ALL, "");
  g_autofree char *locale_dir = genga_module_find_dir ("po", GENGA_LOCALE_DIR);
  bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Genga"));
  genga_app_register_resource ();
  genga_model_apart_begin ();

  g_autoptr (GengaApplication) application = genga_application_new ();
  int status = g_application_run (G_APPLICATION (application), argc, argv);
  genga_diagnostics_window_shut_down ();
  return status;
}
