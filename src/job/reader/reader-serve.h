/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that reads files for the window, as it sees itself: confined to them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Answers calls (job/reader/reader-message.h) that come over `fd`, which it takes, until the other
 * side goes. Thread rule: the main thread, while it is the only one.
 */
void genga_reader_serve (int fd);

G_END_DECLS
