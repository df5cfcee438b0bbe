/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/candidates/candidates-window.h"
#include "app/candidates/candidate-pane.h"
#include "app/candidates/pane-grid.h"
#include "app/compare/compare-input.h"
#include "app/dialogs/dialog.h"
#include "app/models/model-list.h"
#include "core/options-text.h"
#include "models/catalogue.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>

#define FEWEST_PANES 2
#define MOST_PANES 4

struct _GengaCandidatesWindow
{
  AdwWindow parent_instance;

  GengaOptions *made_with;
  GengaOptions *options; /* that get the model that is chosen */
  GSettings *settings;
  char *source;
  GengaPicture *before;
  GengaGrabbedFrame *grabbed; /* NULL: a picture */

  GListModel *models; /* of GengaModelItem; NULL before they are known, or once closed */
  GPtrArray *panes;   /* of GengaCandidatePane, borrowed */
  gboolean is_following;
  gboolean is_closed;

  GengaPaneGrid *grid;
};

G_DEFINE_FINAL_TYPE (GengaCandidatesWindow, genga_candidates_window, ADW_TYPE_WINDOW)

/* ---- the panes ---- */

/* The first that has something to do does it; the others wait. */
static void
let_work (GengaCandidatesWindow *self)
{
  gboolean is_free = TRUE;

  for (guint i = 0; i < self->panes->len; i++)
    {
      GengaCandidatePane *pane = self->panes->pdata[i];
      gboolean works = is_free && !genga_candidate_pane_is_done (pane);

      is_free = is_free && !works;
      genga_candidate_pane_set_held (pane, !works);
    }
}

/* Where one is moved or enlarged, all are. */
static void
on_viewport_changed (GengaCompareViewport *leader, GengaCandidatesWindow *self)
{
  if (self->is_following)
    return;
  self->is_following = TRUE;
  for (guint i = 0; i < self->panes->len; i++)
    {
      GengaCompareViewport *viewport = genga_candidate_pane_get_viewport (self->panes->pdata[i]);

      if (viewport != leader)
        genga_compare_viewport_follow (viewport, leader);
    }
  self->is_following = FALSE;
}

static void
remember (GengaCandidatesWindow *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->panes->len; i++)
    g_strv_builder_add (builder, genga_candidate_pane_get_value (self->panes->pdata[i]));
  g_auto (GStrv) values = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "compared-models", (const char *const *)values);
}

static void
on_chosen (GengaCandidatePane *pane, const char *value, GengaCandidatesWindow *self)
{
  remember (self);
  genga_options_set_string (self->options, GENGA_OPTION_MODEL, value);
  gtk_window_close (GTK_WINDOW (self));
}

static void
update_panes (GengaCandidatesWindow *self)
{
  for (guint i = 0; i < self->panes->len; i++)
    genga_candidate_pane_set_removable (self->panes->pdata[i], self->panes->len > FEWEST_PANES);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "models.add-pane",
                                 self->models != NULL && self->panes->len < MOST_PANES);
  let_work (self);
}

static void
on_removed (GengaCandidatePane *pane, GengaCandidatesWindow *self)
{
  g_ptr_array_remove (self->panes, pane);
  g_signal_handlers_disconnect_by_data (pane, self);
  g_signal_handlers_disconnect_by_data (genga_candidate_pane_get_viewport (pane), self);
  gtk_widget_unparent (GTK_WIDGET (pane));
  update_panes (self);
}

static void
add_pane (GengaCandidatesWindow *self, guint position)
{
  const GengaComparisonSubject subject = { self->source, self->before, self->grabbed };
  GtkWidget *pane = genga_candidate_pane_new (&subject, self->made_with, self->models, position);
  GengaCompareViewport *viewport = genga_candidate_pane_get_viewport (GENGA_CANDIDATE_PANE (pane));

  genga_pane_grid_append (self->grid, pane);
  if (self->panes->len > 0)
    genga_compare_viewport_follow (viewport,
                                   genga_candidate_pane_get_viewport (self->panes->pdata[0]));
  g_ptr_array_add (self->panes, pane);
  g_signal_connect_object (pane, "changed", G_CALLBACK (let_work), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pane, "chosen", G_CALLBACK (on_chosen), self, 0);
  g_signal_connect_object (pane, "removed", G_CALLBACK (on_removed), self, 0);
  g_signal_connect_object (viewport, "changed", G_CALLBACK (on_viewport_changed), self, 0);
  update_panes (self);
}

/* ---- which models ---- */

static gboolean
is_shown (GengaCandidatesWindow *self, const char *value)
{
  for (guint i = 0; i < self->panes->len; i++)
    {
      const char *shown = genga_candidate_pane_get_value (self->panes->pdata[i]);

      if (g_str_equal (shown, value) ||
          (g_str_equal (shown, GENGA_MODEL_AUTO) && g_str_equal (value, GENGA_CATALOGUE_STANDARD)))
        return TRUE;
    }
  return FALSE;
}

/* FALSE: it is not there, or shown already. */
static gboolean
add_model (GengaCandidatesWindow *self, const char *value)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->models); i++)
    {
      g_autoptr (GengaModelItem) item = g_list_model_get_item (self->models, i);

      if (!g_str_equal (genga_model_item_get_value (item), value))
        continue;
      if (is_shown (self, value))
        return FALSE;
      add_pane (self, i);
      return TRUE;
    }
  return FALSE;
}

/* One that stands for no other, and that no pane has. */
static void
add_other (GengaCandidatesWindow *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->models); i++)
    {
      g_autoptr (GengaModelItem) item = g_list_model_get_item (self->models, i);
      const char *value = genga_model_item_get_value (item);

      if (!g_str_equal (value, GENGA_MODEL_AUTO) && !g_str_equal (value, GENGA_MODEL_MATCH) &&
          add_model (self, value))
        return;
    }
}

/* The one in use beside those of the last time. */
static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaCandidatesWindow) self = user_data;
  g_autoptr (GListModel) models = genga_model_list_load_finish (result, NULL);
  g_auto (GStrv) earlier = NULL;

  if (self->is_closed)
    return;
  self->models = g_steal_pointer (&models);
  earlier = g_settings_get_strv (self->settings, "compared-models");
  add_model (self, genga_options_get_string (self->made_with, GENGA_OPTION_MODEL));
  for (guint i = 0; earlier[i] != NULL && self->panes->len < MOST_PANES; i++)
    add_model (self, earlier[i]);
  while (self->panes->len < FEWEST_PANES)
    add_other (self);
}

static void
load_models (GengaCandidatesWindow *self)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();

  genga_model_list_load_async ((const char *const *)folders,
                               genga_options_get_string (self->made_with, GENGA_OPTION_MODEL),
                               on_loaded, g_object_ref (self));
}

/* ---- the window ---- */

static void
on_add_pane (GtkWidget *widget, const char *name, GVariant *parameter)
{
  add_other (GENGA_CANDIDATES_WINDOW (widget));
}

/* By one pane; the others follow. */
static void
on_zoom (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaCandidatesWindow *self = GENGA_CANDIDATES_WINDOW (widget);
  GengaCompareViewport *viewport;
  double zoom;

  if (self->panes->len == 0)
    return;
  viewport = genga_candidate_pane_get_viewport (self->panes->pdata[0]);
  zoom = genga_compare_viewport_get_scene (viewport)->zoom;
  if (g_str_equal (name, "view.zoom-fit"))
    genga_compare_viewport_zoom_to_fit (viewport);
  else
    genga_compare_viewport_zoom (viewport, g_str_equal (name, "view.zoom-actual")   ? 1
                                           : g_str_equal (name, "view.zoom-double") ? 2
                                           : g_str_equal (name, "view.zoom-in")
                                               ? zoom * GENGA_COMPARE_ZOOM_STEP
                                               : zoom / GENGA_COMPARE_ZOOM_STEP);
}

/* Its panes wait for their threads, which end between two layers. */
static void
genga_candidates_window_dispose (GObject *object)
{
  GengaCandidatesWindow *self = GENGA_CANDIDATES_WINDOW (object);

  self->is_closed = TRUE;
  if (self->panes != NULL)
    g_ptr_array_set_size (self->panes, 0);
  g_clear_object (&self->made_with);
  g_clear_object (&self->options);
  g_clear_object (&self->settings);
  g_clear_object (&self->before);
  g_clear_object (&self->models);
  g_clear_pointer (&self->grabbed, genga_grabbed_frame_unref);
  g_clear_pointer (&self->source, g_free);

  G_OBJECT_CLASS (genga_candidates_window_parent_class)->dispose (object);
}

static void
genga_candidates_window_finalize (GObject *object)
{
  g_ptr_array_unref (GENGA_CANDIDATES_WINDOW (object)->panes);

  G_OBJECT_CLASS (genga_candidates_window_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  const struct
  {
    const char *name;
    guint keys[3];
  } zooms[] = {
    { "view.zoom-in", { GDK_KEY_plus, GDK_KEY_KP_Add, GDK_KEY_equal } },
    { "view.zoom-out", { GDK_KEY_minus, GDK_KEY_KP_Subtract } },
    { "view.zoom-fit", { GDK_KEY_0, GDK_KEY_KP_0 } },
    { "view.zoom-actual", { GDK_KEY_1, GDK_KEY_KP_1 } },
    { "view.zoom-double", { GDK_KEY_2, GDK_KEY_KP_2 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      gtk_widget_class_install_action (klass, zooms[i].name, NULL, on_zoom);
      for (guint j = 0; j < G_N_ELEMENTS (zooms[i].keys) && zooms[i].keys[j] != 0; j++)
        gtk_widget_class_add_binding_action (klass, zooms[i].keys[j], 0, zooms[i].name, NULL);
    }
  gtk_widget_class_install_action (klass, "models.add-pane", NULL, on_add_pane);
}

static void
genga_candidates_window_class_init (GengaCandidatesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_candidates_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_candidates_window_finalize;
  g_type_ensure (GENGA_TYPE_PANE_GRID);
  install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/candidates-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaCandidatesWindow, grid);
}

static void
genga_candidates_window_init (GengaCandidatesWindow *self)
{
  self->panes = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "models.add-pane", FALSE);
}

GtkWidget *
genga_candidates_window_new (GtkWindow *parent,
                             const GengaComparisonSubject *subject,
                             GengaOptions *made_with,
                             GengaOptions *options,
                             GSettings *settings)
{
  GengaCandidatesWindow *self = g_object_new (GENGA_TYPE_CANDIDATES_WINDOW, NULL);

  self->made_with = genga_options_copy (made_with);
  self->options = g_object_ref (options);
  self->settings = g_object_ref (settings);
  self->source = g_strdup (subject->source);
  self->before = g_object_ref (subject->before);
  self->grabbed = subject->grabbed != NULL ? genga_grabbed_frame_ref (subject->grabbed) : NULL;
  genga_dialog_set_parent (GTK_WINDOW (self), parent);
  load_models (self);
  return GTK_WIDGET (self);
}
