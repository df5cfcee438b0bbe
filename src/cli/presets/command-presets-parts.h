/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands that “genga-cli presets” hands on to: "presets save" and so on. */
#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

extern const GengaCommand genga_command_presets_save;
extern const GengaCommand genga_command_presets_remove;
extern const GengaCommand genga_command_presets_import;
extern const GengaCommand genga_command_presets_export;

G_END_DECLS
