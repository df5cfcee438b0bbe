/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind "genga-cli models": the catalogue of models that can be had. */
#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

extern const GengaCommand genga_command_models_search;
extern const GengaCommand genga_command_models_download;
extern const GengaCommand genga_command_models_remove;
extern const GengaCommand genga_command_models_verify;

G_END_DECLS
