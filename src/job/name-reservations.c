/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/name-reservations.h"

struct _GengaNameReservations
{
  GMutex mutex;
  GHashTable *paths; /* as g_canonicalize_filename() writes them; protected by mutex */
};

struct _GengaReservation
{
  GengaNameReservations *owner;
  char *path;
  gboolean is_held; /* the path is in the owner's set for this one */
};

GengaNameReservations *
genga_name_reservations_new (void)
{
  GengaNameReservations *self = g_atomic_rc_box_new0 (GengaNameReservations);

  g_mutex_init (&self->mutex);
  self->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static void
clear (gpointer data)
{
  GengaNameReservations *self = data;

  g_hash_table_unref (self->paths);
  g_mutex_clear (&self->mutex);
}

void
genga_name_reservations_unref (GengaNameReservations *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

GengaReservation *
genga_reservation_new (GengaNameReservations *owner)
{
  GengaReservation *self = g_new0 (GengaReservation, 1);

  self->owner = g_atomic_rc_box_acquire (owner);
  return self;
}

void
genga_reservation_free (GengaReservation *self)
{
  if (self == NULL)
    return;
  genga_reservation_give_back (self);
  genga_name_reservations_unref (self->owner);
  g_free (self->path);
  g_free (self);
}

gboolean
genga_reservation_take (GengaReservation *self, const char *path)
{
  char *copy = g_strdup (path);

  genga_reservation_give_back (self);
  g_free (self->path);
  self->path = copy;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->owner->mutex);
  self->is_held = g_hash_table_add (self->owner->paths, g_canonicalize_filename (path, NULL));
  return self->is_held;
}

const char *
genga_reservation_get_path (const GengaReservation *self)
{
  return self->path;
}

void
genga_reservation_keep (GengaReservation *self)
{
  self->is_held = FALSE;
}

void
genga_reservation_give_back (GengaReservation *self)
{
  if (!self->is_held)
    return;

  g_autofree char *canonical = g_canonicalize_filename (self->path, NULL);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->owner->mutex);

  g_hash_table_remove (self->owner->paths, canonical);
  self->is_held = FALSE;
}
