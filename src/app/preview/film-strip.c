/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/film-strip.h"
#include "app/compare/picture.h"
#include "job/reader/read-apart.h"

/* Pixels a side at the most. */
#define SIZE 160
/* Videos whose frames are remembered. */
#define MOST_VIDEOS 8

struct _GengaFilmStrip
{
  GObject parent_instance;

  char *path;        /* NULL: there is no video */
  GHashTable *known; /* path to a GPtrArray of GdkTexture, or of NULL */
  GCancellable *reading;
};

G_DEFINE_FINAL_TYPE (GengaFilmStrip, genga_film_strip, G_TYPE_OBJECT)

static guint changed_signal;

/* What is read. */
typedef struct
{
  char *path;
  double seconds;
} Request;

/* What has come of it. */
typedef struct
{
  GTask *task;
  guint index;
  GdkTexture *texture;
} Found;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->path);
  g_free (self);
}

static void
found_free (gpointer data)
{
  Found *self = data;

  g_object_unref (self->task);
  g_object_unref (self->texture);
  g_free (self);
}

static void
unref_maybe (gpointer object)
{
  if (object != NULL)
    g_object_unref (object);
}

static gboolean
on_found (gpointer data)
{
  const Found *found = data;
  const Request *request = g_task_get_task_data (found->task);
  GengaFilmStrip *self = g_task_get_source_object (found->task);
  GPtrArray *frames = g_hash_table_lookup (self->known, request->path);

  if (frames == NULL || g_cancellable_is_cancelled (g_task_get_cancellable (found->task)))
    return G_SOURCE_REMOVE;
  unref_maybe (frames->pdata[found->index]);
  frames->pdata[found->index] = g_object_ref (found->texture);
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

/* So small a frame is one tile. */
static GdkTexture *
make_texture (const GengaFrame *frame)
{
  g_autoptr (GengaPicture) picture = genga_picture_new (frame, NULL);

  return picture != NULL ? g_object_ref (genga_picture_get_tile (picture, 0, 0, 0)) : NULL;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  g_autoptr (GengaFramesApart) frames = genga_frames_apart_new ();

  for (guint i = 0; i < GENGA_FILM_STRIP_FRAMES && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const double seconds = request->seconds * (i + 0.5) / GENGA_FILM_STRIP_FRAMES;
      g_autoptr (GengaFrame) frame =
          genga_frames_apart_read_small (frames, request->path, seconds, SIZE, cancellable, NULL);
      GdkTexture *texture = frame != NULL ? make_texture (frame) : NULL;
      Found *found;

      if (texture == NULL)
        break;
      found = g_new (Found, 1);
      *found = (Found){ g_object_ref (task), i, texture };
      g_main_context_invoke_full (g_task_get_context (task), G_PRIORITY_DEFAULT_IDLE, on_found,
                                  found, found_free);
    }
  g_task_return_boolean (task, TRUE);
}

static void
stop_reading (GengaFilmStrip *self)
{
  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
}

static void
begin_reading (GengaFilmStrip *self, double seconds)
{
  Request *request = g_new (Request, 1);
  g_autoptr (GTask) task = NULL;

  *request = (Request){ g_strdup (self->path), seconds };
  self->reading = g_cancellable_new ();
  task = g_task_new (self, self->reading, NULL, NULL);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* Frames that another video's choice kept from coming are read when this one is there again. */
static gboolean
is_whole (const GPtrArray *frames)
{
  return frames != NULL && frames->pdata[GENGA_FILM_STRIP_FRAMES - 1] != NULL;
}

void
genga_film_strip_set_video (GengaFilmStrip *self, const char *path, double seconds)
{
  if (g_strcmp0 (path, self->path) == 0)
    return;
  stop_reading (self);
  g_free (self->path);
  self->path = g_strdup (path);
  if (path != NULL && seconds > 0 && !is_whole (g_hash_table_lookup (self->known, path)))
    {
      GPtrArray *frames = g_ptr_array_new_full (GENGA_FILM_STRIP_FRAMES, unref_maybe);

      if (g_hash_table_size (self->known) >= MOST_VIDEOS)
        g_hash_table_remove_all (self->known);
      g_ptr_array_set_size (frames, GENGA_FILM_STRIP_FRAMES);
      g_hash_table_insert (self->known, g_strdup (path), frames);
      begin_reading (self, seconds);
    }
  g_signal_emit (self, changed_signal, 0);
}

GdkTexture *
genga_film_strip_get (GengaFilmStrip *self, guint index)
{
  GPtrArray *frames = self->path != NULL ? g_hash_table_lookup (self->known, self->path) : NULL;

  return frames != NULL && index < frames->len ? frames->pdata[index] : NULL;
}

static void
genga_film_strip_dispose (GObject *object)
{
  GengaFilmStrip *self = GENGA_FILM_STRIP (object);

  stop_reading (self);
  g_clear_pointer (&self->path, g_free);
  g_hash_table_remove_all (self->known);

  G_OBJECT_CLASS (genga_film_strip_parent_class)->dispose (object);
}

static void
genga_film_strip_finalize (GObject *object)
{
  g_hash_table_unref (GENGA_FILM_STRIP (object)->known);

  G_OBJECT_CLASS (genga_film_strip_parent_class)->finalize (object);
}

static void
genga_film_strip_class_init (GengaFilmStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_film_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_film_strip_finalize;
  changed_signal = g_signal_new ("changed", GENGA_TYPE_FILM_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
genga_film_strip_init (GengaFilmStrip *self)
{
  self->known =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

GengaFilmStrip *
genga_film_strip_new (void)
{
  return g_object_new (GENGA_TYPE_FILM_STRIP, NULL);
}
