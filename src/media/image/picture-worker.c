/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-picture-worker: encodes one picture for another process (media/image/worker.h). */
#include "media/media.h"

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  const GengaMedia *media = genga_media_get (&error);

  return media != NULL ? media->serve () : 1;
}
