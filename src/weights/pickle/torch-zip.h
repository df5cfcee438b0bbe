/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of torch's zip form. For src/weights only. */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/* Fills `dict` from `bytes`, of which it keeps a reference. Errors as in weights-error.h. */
gboolean genga_torch_zip_read (GengaStateDict *dict, GBytes *bytes, GError **error);

G_END_DECLS
