/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source around one that reads rows: each frame is the rows that one strip of the result is made
 * from (strip-place.h), its time the strip's number. Where there is transparency, the picture is
 * read twice: what is visible of it has to be known before the first strip.
 */
#pragma once

#include "job/plan/plan.h"
#include "media/source.h"
#include "steps/step.h"

G_BEGIN_DECLS

/* Takes `inner`; the rest is borrowed: `step` is that of the strips. Seeking is to a strip. */
GengaSource *genga_strip_source_new (GengaSource *inner,
                                     const GengaPlan *plan,
                                     GengaStep *step,
                                     GengaProgress *progress);

G_END_DECLS
