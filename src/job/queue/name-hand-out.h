/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of a list for the jobs that want them. Thread rule: main context only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Gives names to those of the array `waiting` of GengaJob whose options ask for names of a list, in
 * their order: such as no job of `all` has. One of them whose name another job has got meanwhile
 * gets a new one. Errors: GENGA_ERROR_USAGE where a list is wrong or too short.
 */
gboolean genga_name_hand_out (GPtrArray *all, GPtrArray *waiting, GError **error);

G_END_DECLS
