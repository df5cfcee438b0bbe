/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A range of rows or columns. */
typedef struct
{
  int begin, end;
} GengaCpuRange;
