/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/candidates/candidate-pane.h"
#include "app/candidates/candidate-view.h"
#include "app/models/model-factory.h"
#include "app/preview/live-pieces.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>

/* A view that moves is followed once it rests. */
#define REST_MS 120

struct _GengaCandidatePane
{
  AdwBin parent_instance;

  GengaPreview *preview;
  GengaOptions *options; /* with the model of this pane */
  char *source;
  GengaPicture *before;
  GengaGrabbedFrame *grabbed; /* NULL: a picture */
  guint resting;              /* the timeout, or 0 */
  gboolean is_held;
  gboolean is_done;

  GtkDropDown *models;
  GengaCandidateView *view;
  GtkWidget *spinner;
  GtkLabel *sentence;
  GtkLabel *time;
  GtkWidget *use;
  GtkWidget *remove;
};

G_DEFINE_FINAL_TYPE (GengaCandidatePane, genga_candidate_pane, ADW_TYPE_BIN)

enum
{
  CHANGED,
  CHOSEN,
  REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const GengaSourceInfo *
get_info (GengaCandidatePane *self)
{
  return self->grabbed != NULL ? &self->grabbed->info : NULL;
}

static void
show_status (GengaCandidatePane *self)
{
  const char *sentence = genga_preview_get_message (self->preview);
  gboolean is_busy = genga_preview_is_busy (self->preview);

  gtk_widget_set_visible (self->spinner, is_busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_busy);
  gtk_label_set_label (self->sentence, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), sentence != NULL);
}

/* The same part at other times may take no time, since it is there. */
static void
show_time (GengaCandidatePane *self, double seconds)
{
  g_autofree char *text = NULL;

  if (seconds <= 0)
    return;
  /* TRANSLATORS: how fast a model is: seconds for a megapixel of the source. */
  text = g_strdup_printf (_ ("%.*f s per megapixel"),
                          seconds < 1    ? 2
                          : seconds < 10 ? 1
                                         : 0,
                          seconds);
  gtk_label_set_label (self->time, text);
}

static void
begin_anew (GengaCandidatePane *self)
{
  self->is_done = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_busy (GengaCandidatePane *self)
{
  show_status (self);
  if (self->is_held || self->is_done || genga_preview_is_busy (self->preview))
    return;
  self->is_done = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_patch (GengaPreview *preview, const GengaPreviewPatch *patch, GengaCandidatePane *self)
{
  GengaCompareViewport *viewport = genga_candidate_view_get_viewport (self->view);

  if (!genga_live_pieces_add (viewport, patch, get_info (self)))
    return;
  show_time (self, patch->seconds_per_megapixel);
}

static gboolean
on_rest (gpointer data)
{
  GengaCandidatePane *self = data;
  GengaPreviewView view =
      genga_live_pieces_get_view (genga_candidate_view_get_viewport (self->view), get_info (self));

  self->resting = 0;
  genga_preview_set_view (self->preview, &view);
  begin_anew (self);
  return G_SOURCE_REMOVE;
}

static void
on_visible_changed (GengaCandidatePane *self)
{
  g_clear_handle_id (&self->resting, g_source_remove);
  self->resting = g_timeout_add (REST_MS, on_rest, self);
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* Of the button in the list of models, too, which GTK 4.8 leaves without one. */
static void
show_names (GengaCandidatePane *self, GengaModelItem *item)
{
  g_autofree char *title = NULL, *use = NULL, *remove = NULL, *tooltip = NULL;

  g_object_get (item, "title", &title, NULL);
  /* TRANSLATORS: %s is a model's name. */
  use = g_strdup_printf (_ ("Use %s"), title);
  /* TRANSLATORS: a pane of several, each with the result of a model; %s is the model's name. */
  remove = g_strdup_printf (_ ("Leave Out %s"), title);
  tooltip = genga_model_item_dup_tooltip (item);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->models), tooltip);
  set_name (gtk_widget_get_first_child (GTK_WIDGET (self->models)), title);
  set_name (self->use, use);
  set_name (self->remove, remove);
  set_name (GTK_WIDGET (self->view), title);
}

/* The pieces of the model before go with the first one of this. */
static void
on_selected (GengaCandidatePane *self)
{
  GengaModelItem *item = gtk_drop_down_get_selected_item (self->models);
  GengaCompareViewport *viewport = genga_candidate_view_get_viewport (self->view);

  if (item == NULL)
    return;
  show_names (self, item);
  gtk_label_set_label (self->time, "");
  genga_options_set_string (self->options, GENGA_OPTION_MODEL, genga_model_item_get_value (item));
  genga_live_pieces_prepare (viewport, self->before, get_info (self), self->options);
  genga_preview_set_options (self->preview, self->options);
  begin_anew (self);
}

static void
on_use (GengaCandidatePane *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, genga_candidate_pane_get_value (self));
}

static void
on_remove (GengaCandidatePane *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
genga_candidate_pane_dispose (GObject *object)
{
  GengaCandidatePane *self = GENGA_CANDIDATE_PANE (object);

  g_clear_handle_id (&self->resting, g_source_remove);
  g_clear_object (&self->preview);
  g_clear_object (&self->options);
  g_clear_object (&self->before);
  g_clear_pointer (&self->grabbed, genga_grabbed_frame_unref);
  g_clear_pointer (&self->source, g_free);

  G_OBJECT_CLASS (genga_candidate_pane_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass, "/io/github/genga/Genga/candidate-pane.ui");
  gtk_widget_class_bind_template_child (klass, GengaCandidatePane, models);
  gtk_widget_class_bind_template_child (klass, GengaCandidatePane, view);
  gtk_widget_class_bind_template_child (klass, GengaCandidatePane, spinner);
  gtk_widget_class_bind_template_child (klass, GengaCandidatePane, sentence);
  gtk_widget_class_bind_template_child (klass, GengaCandidatePane, time);
  gtk_widget_class_bind_template_child (klass, GengaCandidatePane, use);
  gtk_widget_class_bind_template_child (klass, GengaCandidatePane, remove);
}

static void
genga_candidate_pane_class_init (GengaCandidatePaneClass *klass)
{
  GType type = GENGA_TYPE_CANDIDATE_PANE;

  G_OBJECT_CLASS (klass)->dispose = genga_candidate_pane_dispose;
  g_type_ensure (GENGA_TYPE_CANDIDATE_VIEW);
  bind_children (GTK_WIDGET_CLASS (klass));
  signals[CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[REMOVED] =
      g_signal_new ("removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
genga_candidate_pane_init (GengaCandidatePane *self)
{
  GengaCompareViewport *viewport;

  gtk_widget_init_template (GTK_WIDGET (self));
  viewport = genga_candidate_view_get_viewport (self->view);
  self->is_held = TRUE;
  self->preview = genga_preview_new (genga_live_pieces_wrap);
  genga_preview_set_held (self->preview, TRUE);
  g_signal_connect_object (self->preview, "patch", G_CALLBACK (on_patch), self, 0);
  g_signal_connect_object (self->preview, "notify", G_CALLBACK (on_busy), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (viewport, "visible-changed", G_CALLBACK (on_visible_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->use, "clicked", G_CALLBACK (on_use), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->remove, "clicked", G_CALLBACK (on_remove), self,
                           G_CONNECT_SWAPPED);
}

static void
set_models (GengaCandidatePane *self, GListModel *models, guint position)
{
  g_autoptr (GtkListItemFactory) factory = genga_model_factory_new ();
  g_autoptr (GtkExpression) name =
      gtk_property_expression_new (GENGA_TYPE_MODEL_ITEM, NULL, "title");

  gtk_drop_down_set_expression (self->models, name);
  gtk_drop_down_set_list_factory (self->models, factory);
  gtk_drop_down_set_model (self->models, models);
  gtk_drop_down_set_selected (self->models, position);
  g_signal_connect_object (self->models, "notify::selected", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
genga_candidate_pane_new (const GengaComparisonSubject *subject,
                          GengaOptions *options,
                          GListModel *models,
                          guint position)
{
  GengaCandidatePane *self = g_object_new (GENGA_TYPE_CANDIDATE_PANE, NULL);
  GengaCompareViewport *viewport = genga_candidate_view_get_viewport (self->view);

  self->options = genga_options_copy (options);
  self->source = g_strdup (subject->source);
  self->before = g_object_ref (subject->before);
  self->grabbed = subject->grabbed != NULL ? genga_grabbed_frame_ref (subject->grabbed) : NULL;
  set_models (self, models, position);
  on_selected (self);
  genga_compare_viewport_set_pictures (viewport, self->before, NULL);
  genga_preview_set_grabbed (self->preview, self->source, self->grabbed);
  return GTK_WIDGET (self);
}

GengaCompareViewport *
genga_candidate_pane_get_viewport (GengaCandidatePane *self)
{
  return genga_candidate_view_get_viewport (self->view);
}

const char *
genga_candidate_pane_get_value (GengaCandidatePane *self)
{
  return genga_options_get_string (self->options, GENGA_OPTION_MODEL);
}

void
genga_candidate_pane_set_held (GengaCandidatePane *self, gboolean is_held)
{
  self->is_held = is_held;
  genga_preview_set_held (self->preview, is_held);
}

gboolean
genga_candidate_pane_is_done (GengaCandidatePane *self)
{
  return self->is_done;
}

void
genga_candidate_pane_set_removable (GengaCandidatePane *self, gboolean is_removable)
{
  gtk_widget_set_visible (self->remove, is_removable);
}
