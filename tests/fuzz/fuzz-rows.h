/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of SQLite files with rows that somebody else may have written: a number of columns, each a
 * kind (NULL, number, fraction, text, bytes) and a value.
 */
#pragma once

#include "fuzz-scratch.h"

#include <sqlite3.h>

/*
 * Binds values from the input to all parameters of `sql`, and runs it. What the table refuses is
 * left out.
 */
void fuzz_insert_row (sqlite3 *db, const char *sql, FuzzInput *input);
