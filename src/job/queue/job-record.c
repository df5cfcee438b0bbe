/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/job-record.h"
#include "core/error.h"
#include "job/apart/error-record.h"
#include "job/job-private.h"
#include "core/options-save.h"

#include <glib/gi18n-lib.h>

#define INT(member)                                                                                \
  {                                                                                                \
#    member, G_STRUCT_OFFSET(GengaJobFacts, member), G_TYPE_INT, 0                                 \
  }
#define REAL(member)                                                                               \
  {                                                                                                \
#    member, G_STRUCT_OFFSET(GengaJobFacts, member), G_TYPE_DOUBLE, 0                              \
  }
#define TEXT(member)                                                                               \
  {                                                                                                \
#    member, G_STRUCT_OFFSET(GengaJobFacts, member), G_TYPE_STRING,                                \
        sizeof((GengaJobFacts *)NULL)->member                                                      \
  }

static const struct
{
  const char *name;
  gsize offset;
  GType type;
  gsize size;
} fields[] = {
  INT (source_width),    INT (source_height),  INT (target_width),  INT (target_height),
  TEXT (model),          TEXT (precision),     TEXT (device),       INT (tile),
  INT (overlap),         REAL (read_seconds),  REAL (work_seconds), REAL (network_seconds),
  REAL (network_pixels), REAL (write_seconds),
};

static void
add_facts (GVariantDict *dict, const GengaJobFacts *facts)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      gconstpointer member = G_STRUCT_MEMBER_P (facts, fields[i].offset);

      if (fields[i].type == G_TYPE_INT)
        g_variant_dict_insert (dict, fields[i].name, "i", *(const int *)member);
      else if (fields[i].type == G_TYPE_DOUBLE)
        g_variant_dict_insert (dict, fields[i].name, "d", *(const double *)member);
      else
        g_variant_dict_insert_value (dict, fields[i].name,
                                     g_variant_new_take_string (g_utf8_make_valid (member, -1)));
    }
}

static void
read_facts (GVariantDict *dict, GengaJobFacts *facts)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      gpointer member = G_STRUCT_MEMBER_P (facts, fields[i].offset);
      const char *text;

      if (fields[i].type == G_TYPE_INT)
        g_variant_dict_lookup (dict, fields[i].name, "i", member);
      else if (fields[i].type == G_TYPE_DOUBLE)
        g_variant_dict_lookup (dict, fields[i].name, "d", member);
      else if (g_variant_dict_lookup (dict, fields[i].name, "&s", &text))
        g_strlcpy (member, text, fields[i].size);
    }
}

static void
add_hints (GVariantDict *dict, const GengaTargetHints *hints)
{
  if (hints->name != NULL)
    g_variant_dict_insert (dict, "name", "^ay", hints->name);
  if (hints->subfolder != NULL)
    g_variant_dict_insert (dict, "subfolder", "^ay", hints->subfolder);
  if (hints->index > 0)
    g_variant_dict_insert (dict, "index", "u", hints->index);
  if (hints->date > 0)
    g_variant_dict_insert (dict, "date", "x", hints->date);
}

/* A stored subfolder leads nowhere but down. */
static gboolean
is_below (const char *subfolder)
{
  g_auto (GStrv) parts = g_strsplit (subfolder, "/", -1);

  return *subfolder != '/' && !g_strv_contains ((const char *const *)parts, "..");
}

static void
read_hints (GVariantDict *dict, GengaJob *job)
{
  GengaTargetHints hints = { 0 };
  const char *name = NULL, *subfolder = NULL;

  if (g_variant_dict_lookup (dict, "name", "^&ay", &name))
    hints.name = (char *)name;
  if (g_variant_dict_lookup (dict, "subfolder", "^&ay", &subfolder) && is_below (subfolder))
    hints.subfolder = (char *)subfolder;
  g_variant_dict_lookup (dict, "index", "u", &hints.index);
  g_variant_dict_lookup (dict, "date", "x", &hints.date);
  genga_job_set_hints (job, &hints);
}

static GVariant *
dup_told (GengaJob *job)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  const GError *error = genga_job_get_error (job);
  GPtrArray *notices = genga_job_get_notices (job);
  GVariantBuilder builder;
  GengaJobFacts facts;

  genga_job_get_facts (job, &facts);
  add_facts (&dict, &facts);
  if (error != NULL)
    g_variant_dict_insert_value (&dict, "error", genga_error_record_new (error));
  add_hints (&dict, genga_job_get_hints (job));
  if (genga_job_has_own_options (job))
    g_variant_dict_insert (&dict, "own-options", "b", TRUE);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < notices->len; i++)
    g_variant_builder_add (&builder, "s", notices->pdata[i]);
  g_variant_dict_insert_value (&dict, "notices", g_variant_builder_end (&builder));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

GengaJobStoreRow *
genga_job_to_row (GengaJob *job, gint64 id, const char *options)
{
  GengaJobStoreRow *row = g_new0 (GengaJobStoreRow, 1);
  GengaJobState state = genga_job_get_state (job);

  row->id = id;
  row->source = g_strdup (genga_job_get_source (job));
  row->target = g_strdup (genga_job_get_requested_target (job));
  row->options = g_strdup (options);
  row->state = g_strdup (genga_choice_get_nick (GENGA_TYPE_JOB_STATE, state));
  if (state != GENGA_JOB_QUEUED || genga_job_get_name (job) != NULL ||
      genga_job_get_hints (job)->subfolder != NULL || genga_job_has_own_options (job))
    row->told = dup_told (job);
  return row;
}

static GError *
read_error (GVariantDict *dict)
{
  g_autoptr (GVariant) record =
      g_variant_dict_lookup_value (dict, "error", G_VARIANT_TYPE (GENGA_ERROR_RECORD_TYPE));

  return record != NULL ? genga_error_record_dup (record)
                        : g_error_new_literal (GENGA_ERROR, GENGA_ERROR_INTERNAL,
                                               _ ("The reason was not recorded."));
}

static void
restore (GengaJob *job, const GengaJobStoreRow *row, gboolean has_all_options)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (row->told);
  g_autoptr (GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);
  g_autofree const char **texts = NULL;
  GengaJobFacts facts = { 0 };
  GengaJobState state = GENGA_JOB_QUEUED;
  gboolean has_own_options = FALSE;

  if (g_strcmp0 (row->state, "failed") == 0)
    state = GENGA_JOB_FAILED;
  else if (g_strcmp0 (row->state, "cancelled") == 0 || g_strcmp0 (row->state, "running") == 0)
    state = GENGA_JOB_CANCELLED;

  read_facts (&dict, &facts);
  read_hints (&dict, job);
  g_variant_dict_lookup (&dict, "own-options", "b", &has_own_options);
  genga_job_set_has_own_options (job, has_own_options);
  if (g_variant_dict_lookup (&dict, "notices", "^a&s", &texts))
    {
      for (guint i = 0; texts[i] != NULL; i++)
        g_ptr_array_add (notices, g_strdup (texts[i]));
    }
  if (!has_all_options)
    g_ptr_array_add (notices, g_strdup (_ ("Some options of this file could not be read; they have "
                                           "their default values.")));
  if (g_strcmp0 (row->state, "running") == 0)
    g_ptr_array_add (notices, g_strdup (_ ("Genga was closed before this file was done.")));
  genga_job_restore (job, state, state == GENGA_JOB_FAILED ? read_error (&dict) : NULL, notices,
                     &facts);
}

GengaJob *
genga_job_new_from_row (const GengaJobStoreRow *row)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  gboolean has_all_options;

  if (row->source == NULL)
    return NULL;
  has_all_options = row->options != NULL && genga_options_restore (options, row->options);
  GengaJob *job = genga_job_new (row->source, row->target, options);
  restore (job, row, has_all_options);
  return job;
}
