/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * genga-picture-worker: encodes one picture for another process (media/image/worker.h). It needs no
 * file but libraries, and writes none.
 */
#include "core/confine/confine.h"
#include "media/media.h"

int
main (int argc, char *argv[])
{
  g_autoptr (GengaConfine) confine = genga_confine_new ();
  g_autoptr (GError) error = NULL;
  const GengaMedia *media;

  genga_confine_enter (confine);
  media = genga_media_get (&error);
  return media != NULL ? media->serve () : 1;
}
