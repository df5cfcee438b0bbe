/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/reuse-question.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* What the widget remembers: the choice before, plus one. */
#define KEY "genga-reuse-before"

static void
on_answer (AdwMessageDialog *dialog, const char *answer, GtkWidget *widget)
{
  GengaOptions *options = g_object_get_data (G_OBJECT (dialog), "genga-options");
  gpointer before = g_object_get_data (G_OBJECT (widget), KEY);

  if (!g_str_equal (answer, "allow"))
    genga_options_set_int (options, GENGA_OPTION_REUSE, GPOINTER_TO_INT (before) - 1);
}

static void
ask (GengaOptions *options, GtkWidget *widget)
{
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (widget)), _ ("Replace Near-Duplicate Frames?"),
      _ ("Frames that look like the one before are replaced by it. Small changes are lost, and "
         "fine motion may freeze."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "allow",
                                    _ ("Replace"), NULL);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "genga-options", g_object_ref (options),
                          g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), widget, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_reuse (GengaOptions *options, GParamSpec *pspec, GtkWidget *widget)
{
  GengaReuse reuse = genga_options_get_int (options, GENGA_OPTION_REUSE);

  if (reuse != GENGA_REUSE_PERCEPTUAL)
    g_object_set_data (G_OBJECT (widget), KEY, GINT_TO_POINTER (reuse + 1));
  else if (gtk_widget_get_mapped (widget))
    ask (options, widget);
}

void
genga_reuse_question_watch (GengaOptions *options, GtkWidget *widget)
{
  GengaReuse reuse = genga_options_get_int (options, GENGA_OPTION_REUSE);

  /* What was agreed to the last time is not asked for again. */
  if (reuse == GENGA_REUSE_PERCEPTUAL)
    reuse = GENGA_REUSE_EXACT;
  g_object_set_data (G_OBJECT (widget), KEY, GINT_TO_POINTER (reuse + 1));
  g_signal_connect_object (options, "notify::reuse", G_CALLBACK (on_reuse), widget, 0);
}
