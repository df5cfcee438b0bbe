/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/download/fetch.h"
#include "config.h"
#include "core/error.h"
#include "core/fault.h"
#include "models/download/part-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#if GENGA_HAVE_DOWNLOAD
#  include <libsoup/soup.h>

#  define MAX_REDIRECTIONS 10
#  define BLOCK_BYTES (64 * 1024)
#  define TIMEOUT_SECONDS 60

/* What a file is fetched with. */
typedef struct
{
  const GengaFetch *fetch;
  GengaProgress *progress;
  GCancellable *cancellable;
  GengaPartFile *part;
  SoupSession *session;
  char *host; /* that answered last, for messages */
} Fetcher;

/* ---- where it may come from ---- */

static gboolean
is_loopback (const char *host)
{
  return g_str_equal (host, "127.0.0.1") || g_str_equal (host, "localhost");
}

/* A test's own server is let through where the build has faults. */
static gboolean
check_uri (GUri *uri, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);
  gboolean has_host = host != NULL && host[0] != '\0' && g_uri_get_userinfo (uri) == NULL;

  if (has_host &&
      (g_str_equal (scheme, "https") ||
       (g_str_equal (scheme, "http") && is_loopback (host) && genga_fault ("loopback-http"))))
    return TRUE;

  g_autofree char *text = g_uri_to_string_partial (uri, G_URI_HIDE_PASSWORD | G_URI_HIDE_QUERY);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               /* TRANSLATORS: %s is an address. */
               _ ("Genga downloads over https only, and this model's link leads to %s. Download it "
                  "with a browser from the model's page instead."),
               text);
  return FALSE;
}

static GUri *
parse_uri (GUri *base, const char *text, GError **error)
{
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse_relative (base, text, SOUP_HTTP_URI_FLAGS, NULL)
                                      : g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   _ ("The link of this model leads to what is no address."));
      return NULL;
    }
  return check_uri (uri, error) ? g_steal_pointer (&uri) : NULL;
}

/* ---- what the network says ---- */

/* A reason of GIO's or libsoup's in a sentence about this download. */
static gboolean
take_reason (const Fetcher *self, GError *take_error, GError **error)
{
  g_autoptr (GError) reason = take_error;

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               /* TRANSLATORS: a server's name, and why. */
               _ ("The download from %s failed: %s. What has come is kept; run the same download "
                  "again to continue."),
               self->host, reason->message);
  return FALSE;
}

static gboolean
fail_status (const Fetcher *self, SoupMessage *message, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               /* TRANSLATORS: a server's name, a number such as 404, and what it means. */
               _ ("%s does not give the file (%u %s). Look at the model's page, or try again "
                  "later."),
               self->host, soup_message_get_status (message),
               soup_message_get_reason_phrase (message));
  return FALSE;
}

static gboolean
fail_size (const Fetcher *self, GError **error)
{
  g_autofree char *size = g_format_size (self->fetch->size_bytes);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* TRANSLATORS: a server's name, a size. */
               _ ("%s gives another file than the one in Genga's catalogue, which has %s. It was "
                  "not used."),
               self->host, size);
  return FALSE;
}

/* ---- asking ---- */

static SoupMessage *
new_message (const Fetcher *self, GUri *uri)
{
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_message_disable_feature (message, SOUP_TYPE_CONTENT_DECODER);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (genga_part_file_get_size (self->part) > 0)
    soup_message_headers_set_range (headers, (goffset)genga_part_file_get_size (self->part), -1);
  return message;
}

/* Where the server leads to; NULL where this is the answer. */
static const char *
get_location (SoupMessage *message)
{
  if (!SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (message)))
    return NULL;
  return soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
}

/* The answer of the server at the end of all redirections; `*message` gets what it says. */
static GInputStream *
ask (Fetcher *self, SoupMessage **message, GError **error)
{
  g_autoptr (GUri) uri = parse_uri (NULL, self->fetch->url, error);

  for (int i = 0; uri != NULL && i <= MAX_REDIRECTIONS; i++)
    {
      g_autoptr (SoupMessage) question = new_message (self, uri);
      GError *reason = NULL;
      g_autoptr (GInputStream) stream = NULL;
      const char *location;

      g_free (self->host);
      self->host = g_strdup (g_uri_get_host (uri));
      stream = soup_session_send (self->session, question, self->cancellable, &reason);
      if (stream == NULL)
        {
          take_reason (self, reason, error);
          return NULL;
        }
      location = get_location (question);
      if (location == NULL)
        {
          *message = g_steal_pointer (&question);
          return g_steal_pointer (&stream);
        }

      GUri *next = parse_uri (uri, location, error);
      g_uri_unref (uri);
      uri = next;
    }
  if (uri != NULL)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                 /* TRANSLATORS: %s is a server's name. */
                 _ ("%s leads to one address after the other and to no file."), self->host);
  return NULL;
}

/* Whether what comes is the rest of what is there. */
static gboolean
is_rest (const Fetcher *self, SoupMessage *message)
{
  goffset start, end, total;

  return soup_message_get_status (message) == SOUP_STATUS_PARTIAL_CONTENT &&
         soup_message_headers_get_content_range (soup_message_get_response_headers (message),
                                                 &start, &end, &total) &&
         start >= 0 && (guint64)start == genga_part_file_get_size (self->part) &&
         (total < 0 || (guint64)total == self->fetch->size_bytes);
}

/* A server that says another length at once is not listened to. */
static gboolean
check_length (const Fetcher *self, SoupMessage *message, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  guint64 rest = self->fetch->size_bytes - genga_part_file_get_size (self->part);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH ||
      (guint64)soup_message_headers_get_content_length (headers) == rest)
    return TRUE;
  return fail_size (self, error);
}

static gboolean
receive (Fetcher *self, GInputStream *stream, GError **error)
{
  g_autofree guint8 *block = g_malloc (BLOCK_BYTES);

  while (TRUE)
    {
      GError *reason = NULL;
      gssize n = g_input_stream_read (stream, block, BLOCK_BYTES, self->cancellable, &reason);

      if (n < 0)
        return take_reason (self, reason, error);
      if (n == 0)
        break;
      if ((guint64)n > self->fetch->size_bytes - genga_part_file_get_size (self->part))
        return fail_size (self, error);
      if (!genga_part_file_append (self->part, block, n, error))
        return FALSE;
      genga_progress_add_done (self->progress, n);
      genga_progress_add_bytes (self->progress, n);
      if (!genga_progress_check (self->progress, error))
        return FALSE;
    }
  if (genga_part_file_get_size (self->part) == self->fetch->size_bytes)
    return TRUE;
  return take_reason (
      self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("it stopped early")),
      error);
}

/* One attempt; `*starts_over` where the server cannot go on with what is there. */
static gboolean
fetch_rest (Fetcher *self, gboolean *starts_over, GError **error)
{
  gboolean is_partial = genga_part_file_get_size (self->part) > 0;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GInputStream) stream = ask (self, &message, error);
  guint status = message != NULL ? soup_message_get_status (message) : 0;

  *starts_over = FALSE;
  if (stream == NULL)
    return FALSE;
  if (is_partial && !is_rest (self, message))
    {
      *starts_over = status == SOUP_STATUS_PARTIAL_CONTENT ||
                     status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE;
      if (*starts_over)
        return genga_part_file_clear (self->part, error);
      /* Some servers send everything whatever is asked for. */
      if (status != SOUP_STATUS_OK)
        return fail_status (self, message, error);
      if (!genga_part_file_clear (self->part, error))
        return FALSE;
    }
  else if (!is_partial && status != SOUP_STATUS_OK)
    return fail_status (self, message, error);
  genga_progress_add_total (self->progress,
                            self->fetch->size_bytes - genga_part_file_get_size (self->part));
  genga_progress_add_bytes (self->progress, genga_part_file_get_size (self->part));
  return check_length (self, message, error) && receive (self, stream, error);
}

/* FALSE without an error: what is there is complete and wrong. */
static gboolean
check_content (Fetcher *self, GError **error)
{
  g_autofree char *digest = genga_part_file_dup_sha256 (self->part, self->cancellable, error);

  return digest != NULL && g_str_equal (digest, self->fetch->sha256);
}

static gboolean
fail_content (Fetcher *self, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
               /* TRANSLATORS: %s is a server's name. */
               _ ("%s gives another file than the one in Genga's catalogue: its SHA-256 is "
                  "different. It was not used."),
               self->host != NULL ? self->host : "");
  return FALSE;
}

/*
 * What an earlier attempt has left may be of another file, so with that the first failure is not
 * the last word.
 */
static gboolean
fetch_all (Fetcher *self, GError **error)
{
  guint64 size = self->fetch->size_bytes;
  gboolean is_old = genga_part_file_get_size (self->part) > 0;
  GError *reason = NULL;

  if (genga_part_file_get_size (self->part) > size && !genga_part_file_clear (self->part, error))
    return FALSE;
  while (TRUE)
    {
      gboolean starts_over = FALSE;

      if (genga_part_file_get_size (self->part) < size && !fetch_rest (self, &starts_over, error))
        return FALSE;
      if (!starts_over)
        {
          if (check_content (self, &reason))
            return TRUE;
          if (reason != NULL)
            {
              g_propagate_error (error, reason);
              return FALSE;
            }
          if (!genga_part_file_clear (self->part, error))
            return FALSE;
          if (!is_old)
            return fail_content (self, error);
        }
      is_old = FALSE;
    }
}

static SoupSession *
new_session (void)
{
  return soup_session_new_with_options (
      "timeout", genga_fault ("short-timeout") ? 1 : TIMEOUT_SECONDS, "user-agent",
      "Genga/" GENGA_VERSION, "max-conns-per-host", 1, NULL);
}

static gboolean
fetch_part (const GengaFetch *fetch, GengaProgress *progress, GError **error)
{
  g_autofree char *path = g_strconcat (fetch->path, ".part", NULL);
  g_autoptr (GengaPartFile) part = genga_part_file_open (path, error);
  g_autoptr (SoupSession) session = NULL;
  Fetcher self = {
    .fetch = fetch,
    .progress = progress,
    .cancellable = genga_progress_get_cancellable (progress),
    .part = part,
  };
  GError *reason = NULL;

  if (part == NULL)
    return FALSE;
  self.session = session = new_session ();
  fetch_all (&self, &reason);
  g_free (self.host);
  if (reason == NULL)
    return genga_part_file_rename (part, fetch->path, error);
  if (g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_MODEL) ||
      genga_part_file_get_size (part) == 0)
    genga_part_file_remove (part);
  g_propagate_error (error, reason);
  return FALSE;
}

gboolean
genga_fetch_is_available (void)
{
  return TRUE;
}

gboolean
genga_fetch_run (const GengaFetch *self, GengaProgress *progress, GError **error)
{
  GCancellable *cancellable = genga_progress_get_cancellable (progress);
  g_autofree char *digest = genga_part_file_dup_sha256_of (self->path, cancellable, NULL);

  if (g_strcmp0 (digest, self->sha256) == 0)
    {
      genga_progress_add_bytes (progress, self->size_bytes);
      return TRUE;
    }
  return genga_progress_check (progress, error) && fetch_part (self, progress, error);
}

#else

gboolean
genga_fetch_is_available (void)
{
  return FALSE;
}

gboolean
genga_fetch_run (const GengaFetch *self, GengaProgress *progress, GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                       _ ("This build of Genga can't download. Download the model with a browser "
                          "from its page, and put it into your folder of models."));
  return FALSE;
}

#endif
