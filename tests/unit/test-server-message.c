/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What clients ask of a server and what it answers, byte by byte. */
#include "job/server/server-message.h"

#include <string.h>

/* A request of one image of three bytes, id 7, as the protocol's description has it. */
static const guint8 example[] = {
  0x52, 0x44, 0x52, 0x42, 2, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0,    0,    1,    0,
  0,    0,    0x45, 0,    0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0xaa, 0xbb, 0xcc,
};

static GengaServerStatus
judge (const guint8 *message, gsize size, guint max_images)
{
  /* Of its very size, so that a sanitizer sees the first byte behind it. */
  g_autofree guint8 *copy = g_memdup2 (message, size);
  g_auto (GengaServerRequest) request = { 0 };

  genga_server_request_init (&request, copy, size, max_images);
  g_assert_true ((request.status == GENGA_SERVER_OK) == (request.error == NULL));
  g_assert_true ((request.status == GENGA_SERVER_OK) == (request.images->len > 0));
  return request.status;
}

static void
test_example (void)
{
  g_auto (GengaServerRequest) request = { 0 };
  const GengaServerImage *image;

  genga_server_request_init (&request, example, sizeof example, 8);
  g_assert_cmpint (request.status, ==, GENGA_SERVER_OK);
  g_assert_cmpuint (request.id, ==, 7);
  g_assert_cmpuint (request.engine, ==, GENGA_SERVER_REALCUGAN);
  g_assert_cmpstr (request.meta, ==, "E");
  g_assert_cmpint (request.gpu, ==, 0);
  g_assert_cmpuint (request.images->len, ==, 1);
  image = &g_array_index (request.images, GengaServerImage, 0);
  g_assert_cmpmem (example + image->offset, image->size, "\xaa\xbb\xcc", 3);
}

static void
test_answer (void)
{
  static const guint8 expected[] = {
    0x16, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0
  };
  static const guint8 error[] = { 0x12, 0, 0, 0, 7, 0,   0,   0, 2, 0, 0,
                                  0,    2, 0, 0, 0, 'n', 'o', 0, 0, 0, 0 };
  const guint64 size = 2;
  g_autoptr (GBytes) answer = genga_server_answer_new (7, &size, 1);
  g_autoptr (GBytes) failure = genga_server_answer_new_error (7, GENGA_SERVER_INVALID, "no");
  gsize n;
  gconstpointer bytes = g_bytes_get_data (answer, &n);

  g_assert_cmpmem (bytes, n, expected, sizeof expected);
  bytes = g_bytes_get_data (failure, &n);
  g_assert_cmpmem (bytes, n, error, sizeof error);
}

/* The largest answer whose length four bytes can say, and one byte more. */
static void
test_too_large (void)
{
  guint64 sizes[] = { (guint64)1 << 31, G_MAXUINT32 - ((guint64)1 << 31) - 16 - 8 };
  const guint64 one = G_MAXUINT64;
  GBytes *answer = genga_server_answer_new (1, sizes, 2);

  g_assert_cmpuint (genga_server_read_u32 (g_bytes_get_data (answer, NULL)), ==, G_MAXUINT32);
  g_bytes_unref (answer);
  sizes[1]++;
  g_assert_null (genga_server_answer_new (1, sizes, 2));
  g_assert_null (genga_server_answer_new (1, &one, 1));
}

/* Long texts lose their end, but no part of a character. */
static void
test_long_error (void)
{
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (GBytes) answer = NULL;
  const guint8 *bytes;
  gsize size, n;

  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "é");
  answer = genga_server_answer_new_error (1, GENGA_SERVER_ENGINE_ERROR, text->str);
  bytes = g_bytes_get_data (answer, &size);
  n = genga_server_read_u32 (bytes + 12);
  g_assert_cmpuint (n, ==, 4095);
  g_assert_cmpuint (size, ==, 20 + n);
  g_assert_true (g_utf8_validate ((const char *)bytes + 16, n, NULL));
}

/* Every beginning of a request is too short, and none is read beyond its end. */
static void
test_cut (void)
{
  for (gsize size = GENGA_SERVER_LEAST_BYTES; size < sizeof example; size++)
    g_assert_cmpint (judge (example, size, 8), ==, GENGA_SERVER_INVALID);
}

static void
test_mistakes (void)
{
  static const struct
  {
    guint at;
    guint8 value;
    GengaServerStatus status;
  } cases[] = {
    { 0, 0x42, GENGA_SERVER_INVALID },  /* magic */
    { 4, 1, GENGA_SERVER_INVALID },     /* version */
    { 8, 2, GENGA_SERVER_INVALID },     /* type */
    { 16, 2, GENGA_SERVER_INVALID },    /* engine */
    { 16, 1, GENGA_SERVER_OK },         /* the other engine */
    { 17, 65, GENGA_SERVER_INVALID },   /* meta */
    { 20, 0x80, GENGA_SERVER_INVALID }, /* much of it */
    { 26, 0, GENGA_SERVER_INVALID },    /* no images */
    { 26, 9, GENGA_SERVER_INVALID },    /* too many */
    { 26, 2, GENGA_SERVER_INVALID },    /* one that is not there */
    { 30, 2, GENGA_SERVER_INVALID },    /* something behind the last one */
    { 30, 4, GENGA_SERVER_INVALID },    /* one that is cut off */
    { 33, 3, GENGA_SERVER_LIMIT },      /* 48 MiB and three bytes, of which few are there */
    { 33, 0xff, GENGA_SERVER_LIMIT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 message[sizeof example];

      memcpy (message, example, sizeof example);
      message[cases[i].at] = cases[i].value;
      g_assert_cmpint (judge (message, sizeof message, 8), ==, cases[i].status);
    }
}

/* The sum of all images counts, to the byte. */
static void
test_sum (void)
{
  const gsize half = GENGA_SERVER_MOST_SUM_BYTES / 2;
  const gsize size = 30 + 4 + half + 4 + half + 1;
  g_autofree guint8 *message = g_malloc0 (size);

  memcpy (message, example, 30);
  message[26] = 2;
  genga_server_write_u32 (message + 30, half);
  genga_server_write_u32 (message + 34 + half, half);
  g_assert_cmpint (judge (message, size - 1, 8), ==, GENGA_SERVER_OK);
  genga_server_write_u32 (message + 34 + half, half + 1);
  g_assert_cmpint (judge (message, size, 8), ==, GENGA_SERVER_LIMIT);
}

/* An image of no bytes is none that the message is to blame for. */
static void
test_empty_image (void)
{
  guint8 message[34];

  memcpy (message, example, sizeof message);
  message[30] = 0;
  g_assert_cmpint (judge (message, sizeof message, 8), ==, GENGA_SERVER_OK);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-message/example", test_example);
  g_test_add_func ("/server-message/answer", test_answer);
  g_test_add_func ("/server-message/too-large", test_too_large);
  g_test_add_func ("/server-message/long-error", test_long_error);
  g_test_add_func ("/server-message/cut", test_cut);
  g_test_add_func ("/server-message/mistakes", test_mistakes);
  g_test_add_func ("/server-message/sum", test_sum);
  g_test_add_func ("/server-message/empty-image", test_empty_image);
  return g_test_run ();
}
