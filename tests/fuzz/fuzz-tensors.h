/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the targets that read model files share. */
#pragma once

#include "weights/state-dict.h"

/* Reads every element of every tensor (the corners of very large ones), so that a sanitizer sees
 * whether they lie where they should. */
void fuzz_read_tensors (GengaStateDict *dict);
