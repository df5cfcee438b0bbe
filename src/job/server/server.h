/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server that makes pictures larger for other programs: over pipes for the one that has started
 * it, or over a Unix socket for several (job/server/server-message.h has what they say). There is
 * one pipeline, whose model stays loaded.
 *
 * Thread rule: main context.
 */
#pragma once

#include "core/options.h"
#include "job/server/server-log.h"

G_BEGIN_DECLS

typedef struct _GengaServer GengaServer;

typedef struct
{
  GengaOptions *options; /* of every picture */
  guint max_images;      /* of a request */
  guint64 max_pixels;    /* of an image */
  guint timeout_seconds; /* of a request; 0: it may take as long as it wants */
  gboolean has_engine;   /* requests that don't name the GengaServerEngine `engine` are warned of */
  guint engine;
  gboolean has_gpu; /* the same of the graphics card `gpu` */
  int gpu;
  GengaServerLogFunc log_func;
  gpointer log_data;
  GengaServerLogFlags log_flags;
} GengaServerSetup;

GengaServer *genga_server_new (const GengaServerSetup *setup);
/* All clients are sent away, and waited for. */
void genga_server_free (GengaServer *self);

/*
 * Makes one picture larger, a PNG, JPEG or WebP, which messages call `name`. The result is a file
 * of memory, to be closed, or -1. Errors: those of jobs and genga_server_image_open(),
 * G_IO_ERROR_CANCELLED after genga_server_stop(). Runs the main context.
 */
int genga_server_convert (
    GengaServer *self, const char *name, GBytes *picture, guint64 *result_size, GError **error);

/*
 * The same with a small picture of its own: afterwards the model is loaded, and whatever could be
 * missing has turned out to be there.
 */
gboolean genga_server_warm_up (GengaServer *self, GError **error);

/* Serves who is at the other end; takes both, which may be the same. Errors: GENGA_ERROR_INTERNAL.
 */
gboolean genga_server_add_client (GengaServer *self, int take_in, int take_out, GError **error);

/* Serves whoever of this process's user connects to a socket that listens, without blocking. */
void genga_server_listen (GengaServer *self, int take_fd);

/* Runs the main context until it is stopped or, where nothing listens, the last client has gone. */
void genga_server_run (GengaServer *self);

/* What is under way is cancelled. */
void genga_server_stop (GengaServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaServer, genga_server_free)

G_END_DECLS
