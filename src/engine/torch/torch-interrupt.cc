/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/torch-interrupt.h"

namespace genga
{

static thread_local GCancellable *current = nullptr;

Interruptible::Interruptible (GCancellable *cancellable) { current = cancellable; }

Interruptible::~Interruptible () { current = nullptr; }

void
check_interrupted ()
{
  if (current != nullptr && g_cancellable_is_cancelled (current))
    throw Interrupted ();
}

} // namespace genga
