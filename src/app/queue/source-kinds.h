/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaSourceKinds: what kinds of sources a queue holds. A confined process reads their first
 * bytes; the jobs keep the answers.
 *
 * Properties: `has-pictures`, `has-videos`; `formats`: those of results that follow their sources'
 * names, a bit (1 << GengaFormat) each. An empty queue is one of pictures, of every format.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_TYPE_SOURCE_KINDS (genga_source_kinds_get_type ())
G_DECLARE_FINAL_TYPE (GengaSourceKinds, genga_source_kinds, GENGA, SOURCE_KINDS, GObject)

/* `jobs` is a list of GengaJob, which is watched. */
GengaSourceKinds *genga_source_kinds_new (GListModel *jobs);

G_END_DECLS
