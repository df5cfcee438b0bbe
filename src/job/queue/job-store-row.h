/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job as the queue's store keeps it. Plain data. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A row of the queue; `id`, from 1, gives the order. */
typedef struct
{
  gint64 id;
  char *source;   /* as the file system has it */
  char *target;   /* NULL: derived */
  char *options;  /* as genga_options_save() writes them */
  char *state;    /* the nick of a GengaJobState */
  GVariant *told; /* a{sv}: why it failed, notices, facts; or NULL */
} GengaJobStoreRow;

void genga_job_store_row_free (GengaJobStoreRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJobStoreRow, genga_job_store_row_free)

G_END_DECLS
