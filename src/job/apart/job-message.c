/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/job-message.h"
#include "core/options-save.h"

#include <math.h>
#include <string.h>

#define MAX_NOTICES 1000
#define MAX_NOTICE_BYTES 4096

#define PROGRESS "(duubttdtdd)"
#define TILES "a(msta(iiiiiitt)i)"

const GVariantType *
genga_message_get_type (GengaMessage message)
{
  static const char *const types[GENGA_N_MESSAGES] = {
    [GENGA_MESSAGE_SETUP] = "(aayaayaayaayaay)",
    [GENGA_MESSAGE_RUN] = "(ua{sv}" TILES ")",
    [GENGA_MESSAGE_PAUSE] = "(ub)",
    [GENGA_MESSAGE_CANCEL] = "u",
    [GENGA_MESSAGE_STARTED] = "u",
    [GENGA_MESSAGE_STATE] = "(u" PROGRESS "ayas)",
    [GENGA_MESSAGE_ENDED] = "(umaym(sis)ma{sv}" TILES ")",
  };

  return G_VARIANT_TYPE (types[message]);
}

/* ---- what a process may do ---- */

GVariant *
genga_job_setup_to_message (const GengaJobSetup *self)
{
  return g_variant_new ("(^aay^aay^aay^aay^aay)", self->sources, self->folders, self->outputs,
                        self->models, self->taken);
}

void
genga_job_setup_from_message (GengaJobSetup *self, GVariant *message)
{
  g_variant_get (message, "(^aay^aay^aay^aay^aay)", &self->sources, &self->folders, &self->outputs,
                 &self->models, &self->taken);
}

void
genga_job_setup_clear (GengaJobSetup *self)
{
  g_clear_pointer (&self->sources, g_strfreev);
  g_clear_pointer (&self->folders, g_strfreev);
  g_clear_pointer (&self->outputs, g_strfreev);
  g_clear_pointer (&self->models, g_strfreev);
  g_clear_pointer (&self->taken, g_strfreev);
}

/* ---- a job ---- */

static void
add_path (GVariantDict *dict, const char *name, const char *path)
{
  if (path != NULL)
    g_variant_dict_insert (dict, name, "^ay", path);
}

GVariant *
genga_job_to_message (guint32 number, GengaJob *job, GVariant *tiles)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  const GengaTargetHints *hints = genga_job_get_hints (job);
  g_autofree char *options = genga_options_save_set (genga_job_get_options (job));

  add_path (&dict, "source", genga_job_get_source (job));
  add_path (&dict, "target", genga_job_get_requested_target (job));
  add_path (&dict, "name", hints->name);
  add_path (&dict, "subfolder", hints->subfolder);
  g_variant_dict_insert (&dict, "index", "u", hints->index);
  g_variant_dict_insert (&dict, "date", "x", hints->date);
  g_variant_dict_insert (&dict, "options", "s", options);
  g_variant_dict_insert (&dict, "waits", "b", genga_job_get_waits_for_disk_space (job));
  g_variant_dict_insert (&dict, "memory", "b", genga_job_get_memory (job) != NULL);
  g_variant_dict_insert (&dict, "opened", "b", genga_job_has_open_func (job));
  return g_variant_new ("(u@a{sv}@" TILES ")", number, g_variant_dict_end (&dict), tiles);
}

static const char *
get_path (GVariantDict *dict, const char *name)
{
  const char *path = NULL;

  g_variant_dict_lookup (dict, name, "^&ay", &path);
  return path;
}

static GengaJob *
make_job (GVariantDict *dict)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  const char *source = get_path (dict, "source");
  const char *text = NULL;
  gboolean waits = TRUE, has_memory = FALSE;
  GengaTargetHints hints = { 0 };
  GengaJob *job;

  if (source == NULL || !g_variant_dict_lookup (dict, "options", "&s", &text) ||
      !genga_options_restore (options, text))
    return NULL;
  hints.name = (char *)get_path (dict, "name");
  hints.subfolder = (char *)get_path (dict, "subfolder");
  g_variant_dict_lookup (dict, "index", "u", &hints.index);
  g_variant_dict_lookup (dict, "date", "x", &hints.date);
  g_variant_dict_lookup (dict, "waits", "b", &waits);
  g_variant_dict_lookup (dict, "memory", "b", &has_memory);
  job = genga_job_new (source, get_path (dict, "target"), options);
  genga_job_set_hints (job, &hints);
  genga_job_set_waits_for_disk_space (job, waits);
  if (has_memory)
    {
      g_autoptr (GengaMemoryFrame) memory = genga_memory_frame_new ();

      genga_job_set_memory (job, memory);
    }
  return job;
}

gboolean
genga_job_message_has_source (GVariant *message)
{
  g_autoptr (GVariant) asv = g_variant_get_child_value (message, 1);
  gboolean is_opened = FALSE;

  g_variant_lookup (asv, "opened", "b", &is_opened);
  return is_opened;
}

GengaJob *
genga_job_from_message (GVariant *message, guint32 *number, GVariant **tiles)
{
  g_autoptr (GVariant) asv = g_variant_get_child_value (message, 1);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (asv);

  g_variant_get_child (message, 0, "u", number);
  *tiles = g_variant_get_child_value (message, 2);
  return make_job (&dict);
}

/* ---- how far it is ---- */

static GVariant *
get_notices (GengaJob *job, guint first)
{
  GPtrArray *notices = genga_job_get_notices (job);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = first; i < notices->len; i++)
    g_variant_builder_add_value (
        &builder, g_variant_new_take_string (g_utf8_make_valid (notices->pdata[i], -1)));
  return g_variant_builder_end (&builder);
}

/* Both sides are of one build, so facts are bytes. */
GVariant *
genga_job_state_to_message (guint32 number, GengaJob *job, guint first_notice)
{
  GengaProgressState p;
  GengaJobFacts facts;

  genga_progress_poll (genga_job_get_progress (job), &p);
  genga_job_get_facts (job, &facts);
  return g_variant_new ("(u@" PROGRESS "@ay@as)", number,
                        g_variant_new (PROGRESS, p.fraction, p.tiles_done, p.tiles_total,
                                       p.has_frames, p.frames_done, p.frames_total,
                                       p.frames_per_second, p.bytes_written, p.seconds_run,
                                       p.seconds_left),
                        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, &facts, sizeof facts, 1),
                        get_notices (job, first_notice));
}

guint32
genga_job_state_get_number (GVariant *message)
{
  guint32 number;

  g_variant_get_child (message, 0, "u", &number);
  return number;
}

static double
clamp (double value, double low, double high)
{
  return isnan (value) ? low : CLAMP (value, low, high);
}

static void
read_progress (GVariant *value, GengaProgressState *p)
{
  g_variant_get (value, PROGRESS, &p->fraction, &p->tiles_done, &p->tiles_total, &p->has_frames,
                 &p->frames_done, &p->frames_total, &p->frames_per_second, &p->bytes_written,
                 &p->seconds_run, &p->seconds_left);
  p->fraction = clamp (p->fraction, 0, 1);
  p->frames_per_second = clamp (p->frames_per_second, 0, G_MAXINT);
  p->seconds_run = clamp (p->seconds_run, 0, G_MAXINT);
  p->seconds_left = clamp (p->seconds_left, -1, G_MAXINT);
}

static void
end_text (char *text, gsize size)
{
  text[size - 1] = '\0';
  if (!g_utf8_validate (text, -1, NULL))
    text[0] = '\0';
}

static gboolean
read_facts (GVariant *value, GengaJobFacts *facts)
{
  gsize size;
  gconstpointer bytes = g_variant_get_fixed_array (value, &size, 1);

  if (size != sizeof *facts)
    return FALSE;
  memcpy (facts, bytes, size);
  facts->has_frames = facts->has_frames != 0;
  facts->compare_seconds = clamp (facts->compare_seconds, 0, G_MAXINT);
  facts->read_seconds = clamp (facts->read_seconds, 0, G_MAXINT);
  facts->work_seconds = clamp (facts->work_seconds, 0, G_MAXINT);
  facts->network_seconds = clamp (facts->network_seconds, 0, G_MAXINT);
  facts->network_pixels = clamp (facts->network_pixels, 0, (double)G_MAXINT64);
  facts->write_seconds = clamp (facts->write_seconds, 0, G_MAXINT);
  facts->read_convert_seconds = clamp (facts->read_convert_seconds, 0, G_MAXINT);
  facts->write_convert_seconds = clamp (facts->write_convert_seconds, 0, G_MAXINT);
  end_text (facts->model, sizeof facts->model);
  end_text (facts->precision, sizeof facts->precision);
  end_text (facts->device, sizeof facts->device);
  end_text (facts->device_reason, sizeof facts->device_reason);
  return TRUE;
}

/* One that is sound has some ten. */
static gboolean
has_room_for (GengaJob *job, guint n)
{
  return genga_job_get_notices (job)->len + n < MAX_NOTICES;
}

void
genga_job_state_apply (GVariant *message, GengaJob *job)
{
  g_autoptr (GVariant) progress = g_variant_get_child_value (message, 1);
  g_autoptr (GVariant) bytes = g_variant_get_child_value (message, 2);
  g_autofree const char **notices = NULL;
  GengaProgressState state;
  GengaJobFacts facts;

  read_progress (progress, &state);
  genga_progress_show (genga_job_get_progress (job), &state);
  if (read_facts (bytes, &facts))
    genga_job_set_facts (job, &facts);
  g_variant_get_child (message, 3, "^a&s", &notices);
  for (guint i = 0; notices[i] != NULL && has_room_for (job, i); i++)
    genga_progress_notice (genga_job_get_progress (job), "%.*s", MAX_NOTICE_BYTES, notices[i]);
  genga_job_poll (job);
}
