/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Eight checks of whether this machine upscales rightly: the device opens, is as it should be, and
 * runs a small network with the results of the reference engine.
 *
 * A check that has no meaning here is not applicable and says why; it never counts as passed.
 *
 * Thread rule: any thread, which is blocked for some seconds; the listener is called on it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_SELF_TEST_N_CHECKS 8

typedef enum
{
  GENGA_CHECK_PASSED,
  GENGA_CHECK_FAILED,
  GENGA_CHECK_NOT_APPLICABLE,
} GengaCheckOutcome;

typedef struct
{
  const char *id;   /* "cpu-settings", for programs */
  const char *name; /* translated, for people */
  GengaCheckOutcome outcome;
  double seconds;
  const char *text; /* what was found, or why; one line, translated; borrowed during the call */
} GengaCheck;

typedef struct
{
  /* Before a check; its number counts from 1. */
  void (*start) (guint number, const char *name, gpointer user_data);
  void (*end) (const GengaCheck *check, gpointer user_data);
} GengaSelfTestListener;

/*
 * Runs all checks on what `device` means ("auto" or an id). A check that fails is no error; the
 * only one is G_IO_ERROR_CANCELLED.
 */
gboolean genga_self_test_run (const char *device,
                              const GengaSelfTestListener *listener,
                              gpointer user_data,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
