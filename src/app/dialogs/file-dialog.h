/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dialogs that choose files, and showing files in other programs: where GTK's interface depends on
 * its version. Thread rule: main context only.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The files that were chosen (of GFile), or NULL where the dialog was closed. */
typedef void (*GengaFilesFunc) (GListModel *files, gpointer user_data);
/* `owner`, a GObject, is what the callback gets, which comes only while it lives. */
void genga_file_dialog_open (GtkWindow *parent, GengaFilesFunc func, gpointer owner);
void genga_file_dialog_open_models (GtkWindow *parent, GengaFilesFunc func, gpointer owner);
void genga_file_dialog_open_preset (GtkWindow *parent, GengaFilesFunc func, gpointer owner);
void genga_file_dialog_choose_folder (GtkWindow *parent, GengaFilesFunc func, gpointer owner);

/*
 * The one file to save under; `path` is what is proposed. The dialog has asked before a file that
 * exists is chosen.
 */
void
genga_file_dialog_save (GtkWindow *parent, const char *path, GengaFilesFunc func, gpointer owner);

/* The same for a preset. */
void genga_file_dialog_save_preset (GtkWindow *parent,
                                    const char *path,
                                    GengaFilesFunc func,
                                    gpointer owner);

/* Shows the file in the file manager, or at least its folder. */
void genga_file_reveal (GtkWindow *parent, const char *path);
void genga_file_open (GtkWindow *parent, const char *path);

G_END_DECLS
