/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine lets this process have: processors and memory, affinity and control groups
 * respected. Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Processors available to the process, at least 1: the affinity mask as it is, the cgroup's quota,
 * rounded up, as at the first call.
 */
guint genga_cpu_get_n_threads (void);

/* The same without second processors of a core: as many threads as can compute side by side. */
guint genga_cpu_get_n_cores (void);

/* Whether the CPU computes bf16 natively (AVX512-BF16 or AMX): elsewhere it is slower than f32. */
gboolean genga_cpu_has_fast_bf16 (void);

/* The CPU's name as the kernel tells it; free with g_free(). */
char *genga_cpu_dup_name (void);

/*
 * Bytes of memory of the machine or control group, as at the first call, and those still available
 * to us now: free ones, and what our allocator keeps.
 */
guint64 genga_memory_get_total (void);
guint64 genga_memory_get_available (void);

/* The most memory that the process has had so far, bytes; 0 where it is not known. */
guint64 genga_memory_get_peak (void);

/*
 * Tells the C library to keep freed blocks but for large ones, which go back to the kernel:
 * encoders have hundreds of frames of different sizes, between which holes would be kept. Called
 * once by the programs, before threads start.
 */
void genga_memory_tune_allocator (void);

/*
 * From now on it keeps large ones, too: LibTorch's activations otherwise go back to the kernel each
 * time, at twice the run time. Any thread.
 */
void genga_memory_keep_large (void);

/*
 * Tells LibTorch's threads to sleep where they wait for one another. By default they spin,
 * which costs several times the work itself when decoder, encoder or another program wants the same
 * processors. What the environment says goes before. Called once by the programs, before threads
 * start.
 */
void genga_cpu_tune_threads (void);

G_END_DECLS
