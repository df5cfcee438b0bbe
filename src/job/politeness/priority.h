/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far other programs come first: for processors, and for disks.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/choices.h"

G_BEGIN_DECLS

/*
 * Lowers the priority of all threads of this process, and so of those that they start, and of what
 * starts programs for it (core/confine/launcher.h). What is lower already stays so, since most
 * users may not raise it again.
 */
void genga_priority_lower (int nice, GengaIonice ionice);

G_END_DECLS
