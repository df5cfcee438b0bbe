/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to a server: whatever it says, its images lie in it, one behind the other. */
#include "fuzz.h"

#include "job/server/server-message.h"

#define MAX_IMAGES 8

static void
read_images (const GengaServerRequest *request, const guint8 *data, gsize size)
{
  const volatile guint8 *bytes = data;
  gsize end = 0;

  for (guint i = 0; i < request->images->len; i++)
    {
      const GengaServerImage *image = &g_array_index (request->images, GengaServerImage, i);

      g_assert_cmpuint (image->offset, >=, end + 4);
      end = image->offset + image->size;
      g_assert_cmpuint (end, <=, size);
      for (gsize at = image->offset; at < end; at++)
        (void)bytes[at];
    }
  g_assert_true (request->status != GENGA_SERVER_OK || end == size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_auto (GengaServerRequest) request = { 0 };
  g_autoptr (GBytes) answer = NULL;

  if (size < GENGA_SERVER_LEAST_BYTES)
    return 0;
  genga_server_request_init (&request, data, size, MAX_IMAGES);
  g_assert_true ((request.status == GENGA_SERVER_OK) == (request.error == NULL));
  g_assert_cmpuint (request.images->len, <=, MAX_IMAGES);
  read_images (&request, data, size);
  if (request.error != NULL)
    answer = genga_server_answer_new_error (request.id, request.status, request.error);
  return 0;
}
