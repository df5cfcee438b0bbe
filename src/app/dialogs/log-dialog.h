/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window with all that is known of a job, to read and to copy. */
#pragma once

#include "job/job.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_LOG_DIALOG (genga_log_dialog_get_type ())
G_DECLARE_FINAL_TYPE (GengaLogDialog, genga_log_dialog, GENGA, LOG_DIALOG, AdwWindow)

GtkWidget *genga_log_dialog_new (GtkWindow *parent, GengaJob *job);

G_END_DECLS
