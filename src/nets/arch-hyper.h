/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hyper-parameters in Python's notation. For src/nets only. */
#pragma once

#include "nets/spec-data.h"

G_BEGIN_DECLS

void genga_hyper_int (GengaHyperFunc func, gpointer user_data, const char *name, int value);
void genga_hyper_bool (GengaHyperFunc func, gpointer user_data, const char *name, gboolean value);
void genga_hyper_real (GengaHyperFunc func, gpointer user_data, const char *name, double value);
void genga_hyper_list (
    GengaHyperFunc func, gpointer user_data, const char *name, const int *values, int n);
/* The shortest decimal that reads back as `value`, with a point or an exponent. */
char *genga_hyper_format_real (double value);

G_END_DECLS
