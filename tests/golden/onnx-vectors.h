/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shared ONNX files: what ONNX Runtime makes of the good ones, and what is wrong with the
 * others. */
#pragma once

#include "net.h"

G_BEGIN_DECLS

/*
 * Runs all good files of the shared folder that the back end supports; a message names the other
 * ones. Returns how many were run, and G_MAXUINT where the shared data is not there.
 */
guint golden_check_onnx (const GengaBackend *backend);

/*
 * Refuses all bad files with a sentence, in little memory; those that may be good as well are
 * tried. FALSE where the shared data is not there.
 */
gboolean golden_refuse_onnx (void);

G_END_DECLS
