/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This computer, as far as bytes depend on it. Thread rule: any thread; blocks. */
#pragma once

#include "job/cluster/cluster-plan.h"

G_BEGIN_DECLS

/*
 * Fills `*self` (genga_cluster_machine_clear()) for a device, which is opened; "" where no network
 * runs. Errors: GENGA_ERROR_UNAVAILABLE.
 */
gboolean genga_cluster_machine_read (GengaClusterMachine *self, const char *device, GError **error);

/*
 * Takes what can be chosen as the plan has it: the kernel set of a CPU, which may be an older one
 * than this CPU runs. Before anything was computed in this process; any thread but beside others.
 */
void genga_cluster_machine_adapt (const GengaClusterPlan *plan);

/*
 * Whether this computer can make the plan's bytes. Errors: GENGA_ERROR_UNAVAILABLE with what is
 * another here.
 */
gboolean genga_cluster_machine_check (const GengaClusterPlan *plan, GError **error);

/* What genga_cluster_machine_check() and others say of a thing that differs; FALSE. */
gboolean genga_cluster_machine_refuse (const char *what,
                                       const char *here,
                                       const char *planned,
                                       GError **error);

G_END_DECLS
