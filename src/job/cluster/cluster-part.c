/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-part.h"
#include "core/error.h"
#include "core/fault.h"
#include "job/cluster/cluster-json.h"
#include "job/cluster/cluster-machine.h"
#include "job/cluster/segment-manifest.h"
#include "media/print-forms.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define JOINED_NAME "joined.json"
#define JOINED_MAX ((gsize)4096)
#define SEGMENT ".seg"
#define MANIFEST ".json"

struct _GengaClusterPart
{
  GengaVideoPart base;
  GengaClusterFolder *folder;
  const GengaClusterPlan *plan;

  /* ---- of a recorder ---- */
  GengaClusterPlan *record;
  gboolean has_recorded;
  char *device, *model;

  /* ---- of joining ---- */
  GPtrArray *manifests; /* of GengaSegmentManifest with frames */
  GPtrArray *segments;  /* of them, borrowed */
  GPtrArray *paths;
  char *joined;
  const GengaSegmentManifest *damaged; /* of `manifests`; NULL: none that is known */
};

/* ---- what has to be the same ---- */

static gboolean
check (GengaVideoPart *part, const GengaVideoPartFacts *facts, GError **error)
{
  const GengaClusterPlan *plan = ((GengaClusterPart *)part)->plan;

  if (!g_str_equal (facts->coding, plan->coding))
    return genga_cluster_machine_refuse (_ ("the encoder"), facts->coding, plan->coding, error);
  if (genga_print_forms_match (facts->settings, plan->settings))
    return TRUE;
  return genga_cluster_machine_refuse (_ ("the source or the model"), facts->settings,
                                       plan->settings, error);
}

static gboolean
record (GengaVideoPart *part, const GengaVideoPartFacts *facts, GError **error)
{
  GengaClusterPart *self = (GengaClusterPart *)part;
  GengaClusterPlan *plan = self->record;

  g_free (plan->settings);
  g_free (plan->coding);
  plan->settings = g_strdup (facts->settings);
  plan->coding = g_strdup (facts->coding);
  plan->n_threads = facts->n_threads;
  plan->untiled = facts->untiled;
  plan->seconds = facts->seconds;
  plan->n_segments = (guint)facts->n_marks;
  g_free (plan->target);
  plan->target = g_canonicalize_filename (facts->plan->target, NULL);
  g_free (self->device);
  g_free (self->model);
  self->device = g_strdup (genga_plan_has_network (facts->plan) ? facts->plan->device.id : "");
  self->model = g_strdup (facts->plan->model_path);
  self->has_recorded = TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "recorded");
  return FALSE;
}

/* ---- segments ---- */

static char *
dup_path (GengaVideoPart *part, gint64 mark)
{
  GengaClusterFolder *folder = ((GengaClusterPart *)part)->folder;
  g_autofree char *name = g_strdup_printf (GENGA_CLUSTER_SEGMENTS "/.%06" G_GINT64_FORMAT "-%s-%d",
                                           mark, g_get_host_name (), (int)getpid ());

  return genga_cluster_folder_dup_path (folder, name);
}

/* The manifest comes last, and makes the segment count. */
static gboolean
add (GengaVideoPart *part,
     gint64 mark,
     const char *path,
     const GengaJournalEntry *entry,
     GError **error)
{
  GengaClusterFolder *folder = ((GengaClusterPart *)part)->folder;
  g_autofree char *segment = genga_cluster_dup_name (GENGA_CLUSTER_SEGMENTS, mark, SEGMENT);
  g_autofree char *manifest = genga_cluster_dup_name (GENGA_CLUSTER_SEGMENTS, mark, MANIFEST);
  gsize size;
  g_autofree char *data = genga_segment_manifest_format (mark, entry, &size);

  if (path != NULL && !genga_cluster_folder_name (folder, path, segment, error))
    return FALSE;
  genga_fault ("stop-part");
  genga_fault ("kill-part-named");
  if (!genga_cluster_folder_write (folder, manifest, data, size, error))
    return FALSE;
  genga_fault ("kill-part-added");
  return TRUE;
}

/* ---- joining ---- */

static GengaSegmentManifest *
load_manifest (GengaClusterFolder *folder, guint number, GError **error)
{
  g_autofree char *name = genga_cluster_dup_name (GENGA_CLUSTER_SEGMENTS, number, MANIFEST);
  gsize size;
  g_autofree char *data =
      genga_cluster_folder_read (folder, name, GENGA_SEGMENT_MANIFEST_MAX, &size, error);
  g_autoptr (GengaSegmentManifest) manifest = NULL;
  const char *bad = NULL;

  if (data == NULL && error != NULL && *error != NULL)
    return NULL;
  if (data != NULL)
    manifest = genga_segment_manifest_parse (data, size, &bad);
  if (manifest != NULL && manifest->number == number)
    return g_steal_pointer (&manifest);
  if (data != NULL)
    genga_cluster_folder_remove (folder, name);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
               data != NULL
                   ? _ ("Segment %u is damaged (%s). Make it again with “genga-cli cluster "
                        "retry”.")
                   : _ ("Segment %u is missing. Make it with “genga-cli cluster retry”."),
               number, bad != NULL ? bad : "number");
  return NULL;
}

static void
take_manifest (GengaClusterPart *self, GengaSegmentManifest *take_manifest)
{
  GengaJournalEntry *entry = take_manifest->entry;
  g_autofree char *name =
      genga_cluster_dup_name (GENGA_CLUSTER_SEGMENTS, take_manifest->number, SEGMENT);

  if (entry == NULL)
    {
      genga_segment_manifest_free (take_manifest);
      return;
    }
  g_ptr_array_add (self->manifests, take_manifest);
  g_ptr_array_add (self->segments, entry->segment);
  g_ptr_array_add (self->paths, genga_cluster_folder_dup_path (self->folder, name));
  self->base.n_frames += entry->segment->n_frames;
  self->base.n_damaged += entry->n_damaged;
}

/* Frames of a constant rate have their numbers for times, without gaps. */
static gboolean
are_numbered (GPtrArray *manifests)
{
  gint64 n = 0;

  for (guint i = 0; i < manifests->len; i++)
    {
      const GengaVideoSegment *segment =
          ((const GengaSegmentManifest *)manifests->pdata[i])->entry->segment;

      if (segment->pts[0] != n)
        return FALSE;
      n += (gint64)segment->n_frames;
    }
  return TRUE;
}

/* Each segment ends where the next one begins, as its task saw it. */
static gboolean
check_order (GengaClusterPart *self, GError **error)
{
  if (are_numbered (self->manifests))
    return TRUE;
  for (guint i = 0; i + 1 < self->manifests->len; i++)
    {
      const GengaSegmentManifest *one = self->manifests->pdata[i];
      const GengaSegmentManifest *next = self->manifests->pdata[i + 1];

      if (one->entry->next_print != NULL && one->entry->next_pts == next->entry->segment->pts[0])
        continue;
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
                   _ ("Segments %u and %u do not meet: the source has changed. Submit a new job."),
                   (guint)one->number, (guint)next->number);
      return FALSE;
    }
  return TRUE;
}

/* Those that the source did not promise follow on it, as far as there are any. */
static gboolean
load_manifests (GengaClusterPart *self, GError **error)
{
  const guint n = self->plan->n_segments;

  for (guint i = 0; i < GENGA_CLUSTER_MAX_TASKS; i++)
    {
      GengaSegmentManifest *manifest;
      GError *reason = NULL;

      if (i >= n)
        {
          g_autofree char *name = genga_cluster_dup_name (GENGA_CLUSTER_SEGMENTS, i, MANIFEST);

          if (!genga_cluster_folder_has (self->folder, name))
            break;
        }
      manifest = load_manifest (self->folder, i, &reason);
      if (manifest == NULL)
        {
          g_propagate_error (error, reason);
          return FALSE;
        }
      take_manifest (self, manifest);
    }
  return check_order (self, error);
}

static void
set_damaged (GengaVideoPart *part, guint index)
{
  GengaClusterPart *self = (GengaClusterPart *)part;
  const GengaSegmentManifest *manifest = self->manifests->pdata[index];
  g_autofree char *name =
      genga_cluster_dup_name (GENGA_CLUSTER_SEGMENTS, manifest->number, MANIFEST);

  genga_cluster_folder_remove (self->folder, name);
  self->damaged = manifest;
}

GError *
genga_cluster_part_explain (GengaClusterPart *self, GError *take_error)
{
  GError *error;

  if (self->damaged == NULL)
    return take_error;
  g_error_free (take_error);
  error = g_error_new (GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       _ ("Segment %u is damaged (%s). Make it again with “genga-cli cluster "
                          "retry”."),
                       (guint)self->damaged->number, "sum");
  return error;
}

/* What the names of all files begin with that a result's segments are joined in. */
static char *
dup_joined_prefix (const char *target)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA1, target, -1);

  return g_strdup_printf (".genga-joined-%s-", sum);
}

/* Hidden, beside the result, so that a rename gives it the name; of this process alone. */
static char *
dup_joined (const char *target)
{
  g_autofree char *parent = g_path_get_dirname (target);
  g_autofree char *prefix = dup_joined_prefix (target);
  g_autofree char *name = g_strdup_printf ("%s%s-%d", prefix, g_get_host_name (), (int)getpid ());

  return g_build_filename (parent, name, NULL);
}

/* What a renamed file keeps on all computers. */
static gboolean
get_identity (const char *path, gint64 *inode, gint64 *size)
{
  GStatBuf info;

  if (g_lstat (path, &info) != 0)
    return FALSE;
  *inode = (gint64)(info.st_ino & G_MAXINT64);
  *size = info.st_size;
  return TRUE;
}

static gboolean
set_joined (GengaVideoPart *part, const char *path, GError **error)
{
  GengaClusterPart *self = (GengaClusterPart *)part;
  JsonBuilder *builder = json_builder_new ();
  gint64 inode = 0, size = 0;
  gsize length;

  get_identity (path, &inode, &size);
  json_builder_begin_object (builder);
  genga_cluster_write_int (builder, "inode", inode);
  genga_cluster_write_int (builder, "size", size);
  json_builder_end_object (builder);
  g_autofree char *data = genga_cluster_write_end (builder, &length);
  return genga_cluster_folder_write (self->folder, JOINED_NAME, data, length, error);
}

gboolean
genga_cluster_part_is_joined (GengaClusterFolder *folder, const GengaClusterPlan *plan)
{
  g_auto (GengaClusterReader) reader = { 0 };
  gsize length = 0;
  g_autofree char *data =
      genga_cluster_folder_read (folder, JOINED_NAME, JOINED_MAX, &length, NULL);
  gint64 inode, size;

  return data != NULL && genga_cluster_reader_init (&reader, data, length) &&
         get_identity (plan->target, &inode, &size) &&
         genga_cluster_read_int (&reader, "inode", 1, G_MAXINT64) == inode &&
         genga_cluster_read_int (&reader, "size", 1, G_MAXINT64) == size && reader.bad == NULL;
}

void
genga_cluster_part_tidy (GengaClusterFolder *folder, const GengaClusterPlan *plan)
{
  g_autofree char *parent = g_path_get_dirname (plan->target);
  g_autofree char *prefix = dup_joined_prefix (plan->target);
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);

      if (g_str_has_prefix (name, prefix))
        g_unlink (path);
    }
  genga_cluster_folder_empty (folder, GENGA_CLUSTER_SEGMENTS);
}

/* ---- making ---- */

static const GengaVideoPartClass part_class = {
  .check = check,
  .dup_path = dup_path,
  .add = add,
  .set_damaged = set_damaged,
  .set_joined = set_joined,
};

GengaClusterPart *
genga_cluster_part_new_recorder (GengaClusterPlan *plan)
{
  static const GengaVideoPartClass klass = { .check = record, .dup_path = dup_path, .add = add };
  GengaClusterPart *self = g_new0 (GengaClusterPart, 1);

  self->base.klass = &klass;
  self->base.untiled = -1;
  self->record = plan;
  return self;
}

gboolean
genga_cluster_part_has_recorded (GengaClusterPart *self, char **device, char **model)
{
  if (!self->has_recorded)
    return FALSE;
  *device = g_strdup (self->device);
  *model = g_strdup (self->model);
  return TRUE;
}

GengaClusterPart *
genga_cluster_part_new (GengaClusterFolder *folder,
                        const GengaClusterPlan *plan,
                        guint first,
                        guint end)
{
  GengaClusterPart *self = g_new0 (GengaClusterPart, 1);

  self->base = (GengaVideoPart){
    .klass = &part_class,
    .first = first,
    .n_marks = plan->n_segments,
    .last = end == plan->n_segments ? G_MAXINT64 : (gint64)end - 1,
    .seconds = plan->seconds,
    .n_threads = plan->n_threads,
    .untiled = (int)plan->untiled,
  };
  self->folder = folder;
  self->plan = plan;
  return self;
}

GengaClusterPart *
genga_cluster_part_new_joining (GengaClusterFolder *folder,
                                const GengaClusterPlan *plan,
                                GError **error)
{
  g_autoptr (GengaClusterPart) self = genga_cluster_part_new (folder, plan, 0, plan->n_segments);

  self->manifests = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_segment_manifest_free);
  self->segments = g_ptr_array_new ();
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->joined = dup_joined (plan->target);
  if (!load_manifests (self, error))
    return NULL;
  g_ptr_array_add (self->segments, NULL);
  g_ptr_array_add (self->paths, NULL);
  self->base.segments = (GengaVideoSegment **)self->segments->pdata;
  self->base.paths = (const char *const *)self->paths->pdata;
  self->base.n_segments = self->segments->len - 1;
  self->base.joined = self->joined;
  return g_steal_pointer (&self);
}

GengaVideoPart *
genga_cluster_part_get (GengaClusterPart *self)
{
  return &self->base;
}

void
genga_cluster_part_free (GengaClusterPart *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->manifests, g_ptr_array_unref);
  g_clear_pointer (&self->segments, g_ptr_array_unref);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_free (self->device);
  g_free (self->model);
  if (self->joined != NULL)
    g_unlink (self->joined); /* where joining failed */
  g_free (self->joined);
  g_free (self);
}
