/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-list.h"
#include "core/options.h"
#include "models/model-facts.h"
#include "job/plan/plan-output.h"
#include "models/catalogue-resolve.h"

#include <glib/gi18n-lib.h>

struct _GengaModelItem
{
  GObject parent_instance;

  char *value;
  char *title;
  char *facts;
  char *purpose;
  char *note;
};

G_DEFINE_FINAL_TYPE (GengaModelItem, genga_model_item, G_TYPE_OBJECT)

enum
{
  PROP_TITLE = 1,
  PROP_FACTS,
  PROP_PURPOSE,
  PROP_NOTE,
  N_PROPS
};

typedef struct
{
  char **folders;
  char *wanted;
} Request;

static void
genga_model_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaModelItem *self = GENGA_MODEL_ITEM (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_FACTS:
      g_value_set_string (value, self->facts);
      break;
    case PROP_PURPOSE:
      g_value_set_string (value, self->purpose);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
genga_model_item_finalize (GObject *object)
{
  GengaModelItem *self = GENGA_MODEL_ITEM (object);

  g_free (self->value);
  g_free (self->title);
  g_free (self->facts);
  g_free (self->purpose);
  g_free (self->note);

  G_OBJECT_CLASS (genga_model_item_parent_class)->finalize (object);
}

static void
genga_model_item_class_init (GengaModelItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GParamSpec *properties[N_PROPS] = { NULL };

  object_class->get_property = genga_model_item_get_property;
  object_class->finalize = genga_model_item_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_FACTS] = g_param_spec_string ("facts", NULL, NULL, NULL, flags);
  properties[PROP_PURPOSE] = g_param_spec_string ("purpose", NULL, NULL, NULL, flags);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_model_item_init (GengaModelItem *self)
{
}

const char *
genga_model_item_get_value (GengaModelItem *self)
{
  return self->value;
}

static GengaModelItem *
item_new (const char *value, const char *title, const char *purpose)
{
  GengaModelItem *self = g_object_new (GENGA_TYPE_MODEL_ITEM, NULL);

  self->value = g_strdup (value);
  self->title = g_strdup (title);
  self->purpose = g_strdup (purpose);
  return self;
}

static GengaModelItem *
item_new_for_facts (const char *value, const GengaModelFacts *facts)
{
  const GengaCatalogueEntry *entry = facts->entry;
  GengaModelItem *self = item_new (value, entry->display_name, entry->purpose);

  self->facts = genga_model_facts_dup_summary (facts);
  self->note = g_strdup (entry->licence_note);
  return self;
}

/* For what is in none of the folders: a path, or a name of nothing. */
static GengaModelItem *
item_new_for_name (const char *const *folders, const char *name)
{
  GengaCatalogueEntry *entry = genga_catalogue_resolve (folders, name, NULL);
  g_autoptr (GengaModelFacts) facts = NULL;
  GengaModelItem *self;

  if (entry != NULL)
    {
      facts = genga_model_facts_new (entry);
      return item_new_for_facts (name, facts);
    }
  self = item_new (name, name, NULL);
  self->facts = g_strdup (_ ("Not installed"));
  return self;
}

static void
append (GListStore *store, GengaModelItem *take_item)
{
  g_list_store_append (store, take_item);
  g_object_unref (take_item);
}

static GengaModelItem *
item_new_automatic (void)
{
  /* TRANSLATORS: names of models. */
  g_autofree char *purpose = g_strdup_printf (_ ("%s, or %s for videos on a CPU."),
                                              GENGA_CATALOGUE_STANDARD, GENGA_PLAN_CPU_VIDEO_MODEL);

  return item_new (GENGA_MODEL_AUTO, _ ("Automatic"), purpose);
}

static GengaModelItem *
item_new_match (void)
{
  return item_new (GENGA_MODEL_MATCH, _ ("Match the Source"),
                   _ ("Looks at each source, and takes the installed model that fits it."));
}

static void
append_builtins (GListStore *store)
{
  append (store, item_new ("bicubic", _ ("Bicubic"), _ ("No network: smooth interpolation.")));
  append (store, item_new ("nearest", _ ("Nearest"), _ ("No network: pixels become squares.")));
  append (store, item_new ("none", _ ("None"), _ ("No network: resizing and filters only.")));
}

static gboolean
contains (GListStore *store, const char *value)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (GengaModelItem) item = g_list_model_get_item (G_LIST_MODEL (store), i);
      if (g_str_equal (item->value, value))
        return TRUE;
    }
  return FALSE;
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_strfreev (request->folders);
  g_free (request->wanted);
  g_free (request);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  GListStore *store = g_list_store_new (GENGA_TYPE_MODEL_ITEM);
  g_autoptr (GPtrArray) models =
      genga_model_facts_list ((const char *const *)request->folders, FALSE);

  append (store, item_new_automatic ());
  append (store, item_new_match ());
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *facts = g_ptr_array_index (models, i);

      if (facts->error == NULL || g_str_equal (facts->value, request->wanted))
        append (store, item_new_for_facts (facts->value, facts));
    }
  append_builtins (store);
  if (!contains (store, request->wanted))
    {
      g_autoptr (GengaModelItem) item =
          item_new_for_name ((const char *const *)request->folders, request->wanted);
      g_list_store_insert (store, 0, item);
    }
  g_task_return_pointer (task, store, g_object_unref);
}

void
genga_model_list_load_async (const char *const *folders,
                             const char *wanted,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Request *request = g_new (Request, 1);

  request->folders = g_strdupv ((char **)folders);
  request->wanted = g_strdup (wanted);
  g_task_set_source_tag (task, genga_model_list_load_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, load_in_thread);
}

GListModel *
genga_model_list_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
