/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job knows, beside its options, of where its result goes. Plain data. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *name;           /* of a list; NULL: none */
  char *subfolder;      /* that the result goes into below the output folder; NULL: none */
  guint index;          /* of the job in its run, from 1; 0: not known yet */
  gint64 date;          /* of the run, in seconds since 1970; 0: not known yet */
  gboolean is_nameless; /* nothing appears under the name: it need not be possible */
} GengaTargetHints;

/* Copies over what `self` has. */
void genga_target_hints_set (GengaTargetHints *self, const GengaTargetHints *from);
void genga_target_hints_clear (GengaTargetHints *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaTargetHints, genga_target_hints_clear)

G_END_DECLS
