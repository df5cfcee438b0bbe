/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a network is left before its end: every convolution and linear layer asks whether the
 * thread's run is still wanted.
 */
#pragma once

#include <gio/gio.h>

namespace genga
{

/* Thrown through a network; only the border catches it. */
class Interrupted
{
};

/* Makes `cancellable` (may be NULL) the one that this thread's layers ask, for as long as it lives.
 */
class Interruptible
{
public:
  explicit Interruptible (GCancellable *cancellable);
  ~Interruptible ();
  Interruptible (const Interruptible &) = delete;
  Interruptible &operator= (const Interruptible &) = delete;
};

/* Throws Interrupted when this thread's cancellable is cancelled. */
void check_interrupted ();

} // namespace genga
