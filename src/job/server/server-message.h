/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages between a server and its clients, protocol version 2: what is asked and what is
 * answered, as bytes. Nothing here reads or writes. All numbers are little-endian.
 *
 * A request is a u32 with the number of bytes behind it, and then
 *
 *    0  u32  magic, the bytes "RDRB"        17    u32    m, at most 64
 *    4  u32  version, 2                     21    bytes  meta, m of them
 *    8  u32  type, 1                        21+m  i32    graphics card
 *   12  u32  id, which is answered          25+m  u32    number of images
 *   16  u8   engine, 0 or 1                 29+m  each   u32 size, bytes of a file
 *
 * with nothing behind the last image. An answer is a u32 with the number of bytes behind it, u32
 * id, u32 status, u32 size and bytes of an error's text (UTF-8), u32 number of results, and of each
 * u32 size and bytes of a file. A status other than OK has no results.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GENGA_SERVER_LEAST_BYTES 16               /* of a message: its header */
#define GENGA_SERVER_MOST_BYTES (64u << 20)       /* of a message */
#define GENGA_SERVER_MOST_IMAGE_BYTES (50u << 20) /* of an image */
#define GENGA_SERVER_MOST_SUM_BYTES (48u << 20)   /* of all images of a message */
#define GENGA_SERVER_MOST_META 64
/* Of an answer, behind its length: all results, each with its size in front of it. */
#define GENGA_SERVER_MOST_RESULT_BYTES (G_MAXUINT32 - 16)

typedef enum
{
  GENGA_SERVER_OK,
  GENGA_SERVER_INVALID_FRAME, /* no message: too short or too long */
  GENGA_SERVER_INVALID,       /* a message that says something impossible */
  GENGA_SERVER_ENGINE_ERROR,  /* an image can't be read or made larger */
  GENGA_SERVER_LIMIT,         /* an image or a result is too large */
  GENGA_SERVER_TIMEOUT,
} GengaServerStatus;

typedef enum
{
  GENGA_SERVER_REALCUGAN,
  GENGA_SERVER_REALESRGAN,
  GENGA_SERVER_N_ENGINES,
} GengaServerEngine;

/* "realcugan"; static. */
const char *genga_server_engine_get_name (guint engine);

typedef struct
{
  gsize offset; /* in the message */
  gsize size;
} GengaServerImage;

typedef struct
{
  guint32 id;
  guint engine;
  char meta[GENGA_SERVER_MOST_META + 1]; /* any bytes; ends with a NUL */
  gint32 gpu;
  GArray *images; /* of GengaServerImage */

  /* What is wrong with it; OK: nothing. */
  GengaServerStatus status;
  char *error;
} GengaServerRequest;

/*
 * Understands the bytes behind a message's length, of which there are at least
 * GENGA_SERVER_LEAST_BYTES. What was read before a mistake is in `self` all the same.
 */
void genga_server_request_init (GengaServerRequest *self,
                                const guint8 *message,
                                gsize size,
                                guint max_images);
void genga_server_request_clear (GengaServerRequest *self);

/* The answer to a request that failed; of a long text, the beginning. Free with g_bytes_unref(). */
GBytes *genga_server_answer_new_error (guint32 id, GengaServerStatus status, const char *text);

/*
 * What comes before the first result, each of which follows its size. NULL: the length of the whole
 * answer is more than its u32 can say. Free with g_bytes_unref().
 */
GBytes *genga_server_answer_new (guint32 id, const guint64 *sizes, guint n);

guint32 genga_server_read_u32 (const guint8 *bytes);
void genga_server_write_u32 (guint8 *bytes, guint32 value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaServerRequest, genga_server_request_clear)

G_END_DECLS
