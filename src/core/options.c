/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/options.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

struct _GengaOptions
{
  GObject parent_instance;

  GValue values[GENGA_N_OPTIONS];
  gboolean is_set[GENGA_N_OPTIONS];
  gboolean frozen;
};

G_DEFINE_FINAL_TYPE (GengaOptions, genga_options, G_TYPE_OBJECT)

static GParamSpec *pspecs[GENGA_N_OPTIONS + 1];

/* How the table says what an option takes. */
#define INT(low, high, usual) NUMBER (GENGA_OPTION_TYPE_INT, low, high, usual)
#define DOUBLE(low, high, usual) NUMBER (GENGA_OPTION_TYPE_DOUBLE, low, high, usual)
#define NUMBER(kind, low, high, usual)                                                             \
  .type = (kind), .minimum = (low), .maximum = (high), .value = (usual)
#define BYTES .type = GENGA_OPTION_TYPE_BYTES
#define TEXT(usual) .type = GENGA_OPTION_TYPE_TEXT, .text = (usual)
#define SWITCH(usual) .type = GENGA_OPTION_TYPE_SWITCH, .value = (usual)
#define CHOICE(kinds, usual) .type = GENGA_OPTION_TYPE_CHOICE, .choices = kinds, .value = (usual)
#define WINDOW(low, high, by) .soft_minimum = (low), .soft_maximum = (high), .step = (by)
#define POLITE                                                                                     \
  .place = GENGA_OPTION_ELSEWHERE, .facts = GENGA_OPTION_IS_LOCAL | GENGA_OPTION_IS_POLITE
#define CHANGES_MOTION                                                                             \
  .place = GENGA_OPTION_BEHIND, .facts = GENGA_OPTION_CHANGES_SEGMENTS,                            \
  .results = GENGA_OPTION_FOR_MOTION
#define CHOOSES_PART                                                                               \
  .facts = GENGA_OPTION_CHANGES_SEGMENTS | GENGA_OPTION_IS_LOCAL | GENGA_OPTION_IS_PASSING,        \
  .results = GENGA_OPTION_FOR_MOTION

#define OPTION(id, in_group, called, takes, words, tells, ...)                                     \
  [GENGA_OPTION_##id] = { .group = GENGA_OPTION_GROUP_##in_group,                                  \
                          .name = (called),                                                        \
                          takes,                                                                   \
                          .nick = (words),                                                         \
                          .blurb = (tells),                                                        \
                          __VA_ARGS__ },

static const GengaOptionInfo infos[GENGA_N_OPTIONS] = {
#include "core/option-table.h"
};

static GParamSpec *
new_pspec (const GengaOptionInfo *info)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  switch (info->type)
    {
    case GENGA_OPTION_TYPE_INT:
      return g_param_spec_int (info->name, info->nick, info->blurb, info->minimum, info->maximum,
                               info->value, flags);
    case GENGA_OPTION_TYPE_BYTES:
      return g_param_spec_uint64 (info->name, info->nick, info->blurb, 0, G_MAXUINT64, info->value,
                                  flags);
    case GENGA_OPTION_TYPE_DOUBLE:
      return g_param_spec_double (info->name, info->nick, info->blurb, info->minimum, info->maximum,
                                  info->value, flags);
    case GENGA_OPTION_TYPE_TEXT:
      return g_param_spec_string (info->name, info->nick, info->blurb, info->text, flags);
    case GENGA_OPTION_TYPE_SWITCH:
      return g_param_spec_boolean (info->name, info->nick, info->blurb, info->value != 0, flags);
    case GENGA_OPTION_TYPE_CHOICE:
      return g_param_spec_enum (info->name, info->nick, info->blurb, info->choices (), info->value,
                                flags);
    default:
      g_return_val_if_reached (NULL);
    }
}

/* Property ids start at 1, options at 0. */
static void
genga_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&GENGA_OPTIONS (object)->values[id - 1], value);
}

/* Each of the two options that say whether results are replaced follows the other. */
static void
follow (GengaOptions *self, GengaOption option)
{
  gboolean replaces = genga_options_get_int (self, GENGA_OPTION_EXISTING) == GENGA_EXISTING_REPLACE;
  gboolean overwrites = genga_options_get_boolean (self, GENGA_OPTION_OVERWRITE);

  if (replaces == overwrites)
    return;
  if (option == GENGA_OPTION_EXISTING)
    g_object_set (self, "overwrite", replaces, NULL);
  else if (option == GENGA_OPTION_OVERWRITE)
    g_object_set (self, "existing", overwrites ? GENGA_EXISTING_REPLACE : GENGA_EXISTING_ASK, NULL);
}

static void
genga_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaOptions *self = GENGA_OPTIONS (object);

  g_return_if_fail (!self->frozen);

  self->is_set[id - 1] = TRUE;
  if (g_param_values_cmp (pspec, &self->values[id - 1], value) == 0)
    return;
  g_value_copy (value, &self->values[id - 1]);
  follow (self, id - 1);
  g_object_notify_by_pspec (object, pspec);
}

static void
genga_options_finalize (GObject *object)
{
  GengaOptions *self = GENGA_OPTIONS (object);

  for (guint i = 0; i < GENGA_N_OPTIONS; i++)
    g_value_unset (&self->values[i]);

  G_OBJECT_CLASS (genga_options_parent_class)->finalize (object);
}

static void
genga_options_class_init (GengaOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = genga_options_get_property;
  object_class->set_property = genga_options_set_property;
  object_class->finalize = genga_options_finalize;

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    pspecs[option + 1] = new_pspec (&infos[option]);
  g_object_class_install_properties (object_class, GENGA_N_OPTIONS + 1, pspecs);
}

static void
genga_options_init (GengaOptions *self)
{
  for (guint i = 0; i < GENGA_N_OPTIONS; i++)
    {
      GParamSpec *pspec = pspecs[i + 1];
      g_value_init (&self->values[i], pspec->value_type);
      g_param_value_set_default (pspec, &self->values[i]);
    }
}

const GengaOptionInfo *
genga_option_get_info (GengaOption option)
{
  return &infos[option];
}

GParamSpec *
genga_option_get_pspec (GengaOption option)
{
  g_type_ensure (GENGA_TYPE_OPTIONS);
  g_autoptr (GTypeClass) klass = g_type_class_ref (GENGA_TYPE_OPTIONS);

  return pspecs[option + 1];
}

gboolean
genga_option_has_fact (GengaOption option, GengaOptionFacts fact)
{
  return (infos[option].facts & fact) != 0;
}

gboolean
genga_option_find (const char *name, GengaOption *found)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      *found = option;
      if (g_str_equal (genga_option_get_info (option)->name, name))
        return TRUE;
    }
  return FALSE;
}

GengaOptions *
genga_options_new (void)
{
  return g_object_new (GENGA_TYPE_OPTIONS, NULL);
}

GengaOptions *
genga_options_copy (GengaOptions *self)
{
  GengaOptions *copy = genga_options_new ();

  for (guint i = 0; i < GENGA_N_OPTIONS; i++)
    {
      g_value_copy (&self->values[i], &copy->values[i]);
      copy->is_set[i] = self->is_set[i];
    }
  return copy;
}

void
genga_options_freeze (GengaOptions *self)
{
  self->frozen = TRUE;
}

gboolean
genga_options_is_frozen (GengaOptions *self)
{
  return self->frozen;
}

void
genga_options_take_over (GengaOptions *self, GengaOption option, GengaOptions *from)
{
  g_object_set_property (G_OBJECT (self), infos[option].name, &from->values[option]);
}

int
genga_options_get_int (GengaOptions *self, GengaOption option)
{
  const GValue *value = &self->values[option];

  return G_VALUE_HOLDS_ENUM (value) ? g_value_get_enum (value) : g_value_get_int (value);
}

guint64
genga_options_get_uint64 (GengaOptions *self, GengaOption option)
{
  return g_value_get_uint64 (&self->values[option]);
}

double
genga_options_get_double (GengaOptions *self, GengaOption option)
{
  return g_value_get_double (&self->values[option]);
}

gboolean
genga_options_get_boolean (GengaOptions *self, GengaOption option)
{
  return g_value_get_boolean (&self->values[option]);
}

const char *
genga_options_get_string (GengaOptions *self, GengaOption option)
{
  return g_value_get_string (&self->values[option]);
}

gboolean
genga_options_is_set (GengaOptions *self, GengaOption option)
{
  return self->is_set[option];
}

gboolean
genga_options_is_default (GengaOptions *self, GengaOption option)
{
  return g_param_value_defaults (pspecs[option + 1], &self->values[option]);
}

gboolean
genga_options_is_same (GengaOptions *self, GengaOption option, GengaOptions *other)
{
  return g_param_values_cmp (pspecs[option + 1], &self->values[option], &other->values[option]) ==
         0;
}

void
genga_options_set_int (GengaOptions *self, GengaOption option, int value)
{
  g_object_set (self, infos[option].name, value, NULL);
}

void
genga_options_set_string (GengaOptions *self, GengaOption option, const char *value)
{
  g_object_set (self, infos[option].name, value, NULL);
}
