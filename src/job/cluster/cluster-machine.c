/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-machine.h"
#include "config.h"
#include "core/error.h"
#include "core/loaded-library.h"
#include "engine/engine.h"
#include "media/media.h"
#include "media/video.h"

#include <glib/gi18n-lib.h>

/* Encoders and decoders that FFmpeg only calls have versions of their own, which it does not tell;
 * and so may builds of it be patched. */
static const char *const coders[] = {
  "libavcodec.so", "libx264.so",  "libx265.so", "libSvtAv1Enc.so", "libaom.so",
  "libvpx.so",     "libdav1d.so", "libzimg.so", "libswscale.so",   NULL,
};

#define BETWEEN "; "

static char *
dup_libraries (const GengaMedia *media, const GengaVideo *video)
{
  g_auto (GStrv) builds = genga_loaded_library_list (coders);
  g_autofree char *text = g_strjoinv (BETWEEN, builds);

  return g_strjoin (BETWEEN, media->get_version (), video != NULL ? video->get_version () : "",
                    text, NULL);
}

/* The first that is not the same. */
static gboolean
refuse_library (const char *here, const char *planned, GError **error)
{
  g_auto (GStrv) ours = g_strsplit (here, BETWEEN, -1);
  g_auto (GStrv) wanted = g_strsplit (planned, BETWEEN, -1);
  guint i = 0;

  while (ours[i] != NULL && wanted[i] != NULL && g_str_equal (ours[i], wanted[i]))
    i++;
  return genga_cluster_machine_refuse (_ ("the set of libraries"), ours[i] != NULL ? ours[i] : "",
                                       wanted[i] != NULL ? wanted[i] : "", error);
}

gboolean
genga_cluster_machine_read (GengaClusterMachine *self, const char *device, GError **error)
{
  const GengaMedia *media = genga_media_get (error);
  const GengaVideo *video = media != NULL ? genga_video_get (NULL) : NULL;
  g_autoptr (GengaEngine) engine = NULL;

  if (media == NULL)
    return FALSE;
  if (*device != '\0' && (engine = genga_engine_open (device, error)) == NULL)
    return FALSE;
  self->genga = g_strdup (GENGA_VERSION);
  self->device = g_strdup (device);
  self->engine = g_strdup (engine != NULL ? genga_engine_get_version (engine) : "");
  self->libraries = dup_libraries (media, video);
  return TRUE;
}

void
genga_cluster_machine_adapt (const GengaClusterPlan *plan)
{
  if (g_str_equal (plan->machine.device, "cpu"))
    g_setenv ("GENGA_KERNELS", plan->machine.engine, TRUE);
}

gboolean
genga_cluster_machine_refuse (const char *what,
                              const char *here,
                              const char *planned,
                              GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               /* TRANSLATORS: a computer's name, what differs, and both values of it. */
               _ ("%s refuses this task, because its result would not fit the others: %s is “%s” "
                  "here and “%s” in the plan. Let the task run elsewhere, or submit a new job."),
               g_get_host_name (), what, here, planned);
  return FALSE;
}

gboolean
genga_cluster_machine_check (const GengaClusterPlan *plan, GError **error)
{
  const GengaClusterMachine *planned = &plan->machine;
  GengaClusterMachine here = { 0 };
  gboolean ok = genga_cluster_machine_read (&here, planned->device, error);

  if (ok && !g_str_equal (here.genga, planned->genga))
    ok = genga_cluster_machine_refuse (_ ("Genga's version"), here.genga, planned->genga, error);
  else if (ok && !g_str_equal (here.engine, planned->engine))
    ok = genga_cluster_machine_refuse (_ ("the engine"), here.engine, planned->engine, error);
  else if (ok && !g_str_equal (here.libraries, planned->libraries))
    ok = refuse_library (here.libraries, planned->libraries, error);
  genga_cluster_machine_clear (&here);
  return ok;
}
