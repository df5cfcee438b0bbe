/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One client of a server, in a thread of its own: a request is read, its images run, it is
 * answered, and only then comes the next one. A client that sends faster than that waits, and one
 * that doesn't read its answers makes nobody else wait. What it leaves behind when it goes is
 * cancelled.
 *
 * Thread rule: main context.
 */
#pragma once

#include "job/server/server-jobs.h"
#include "job/server/server-log.h"
#include "job/server/server-stream.h"

G_BEGIN_DECLS

/* What every client is served by; it stays as it is. */
typedef struct
{
  GengaServerJobs *jobs;
  GengaServerLog *log;
  guint max_images;      /* of a request */
  guint64 max_pixels;    /* of an image */
  guint timeout_seconds; /* of a request; 0: it may take as long as it wants */
  gboolean has_engine;   /* requests should name the GengaServerEngine `engine` */
  guint engine;
  gboolean has_gpu; /* the same of the graphics card `gpu` */
  int gpu;
} GengaServerTerms;

typedef struct _GengaServerClient GengaServerClient;

/* `on_end` is called once, on the main context, when the client has gone. */
GengaServerClient *genga_server_client_new (const GengaServerTerms *terms,
                                            GengaServerStream *take_stream,
                                            GSourceOnceFunc on_end,
                                            gpointer data);

/* It is served no more, and will have gone soon. */
void genga_server_client_stop (GengaServerClient *self);

/* After its end. */
void genga_server_client_free (GengaServerClient *self);

G_END_DECLS
