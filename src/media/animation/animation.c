/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/animation/animation.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW 4096
/* No animation has more parts than this. */
#define MAX_PARTS (1 << 22)

/* A file read forwards, a window at a time. */
typedef struct
{
  int fd;
  gint64 offset; /* of the next byte */
  gint64 size;   /* of the file */
  guint8 window[WINDOW];
  gint64 start; /* of the window */
  gssize held;
  GArray *lengths; /* of frames, in seconds; borrowed, or NULL */
} Reader;

static void
reader_init (Reader *self, int fd, GArray *lengths)
{
  struct stat info;

  self->lengths = lengths;
  self->fd = fd;
  self->offset = self->start = self->held = 0;
  self->size = fstat (fd, &info) == 0 && S_ISREG (info.st_mode) ? info.st_size : 0;
}

static gboolean
reader_get (Reader *self, guint8 *data, gsize size)
{
  for (gsize done = 0; done < size;)
    {
      gint64 at = self->offset - self->start;

      if (at < 0 || at >= self->held)
        {
          do
            self->held = pread (self->fd, self->window, WINDOW, self->offset);
          while (self->held < 0 && errno == EINTR);
          self->start = self->offset;
          at = 0;
          if (self->held <= 0)
            return FALSE;
        }
      gsize n = MIN (size - done, (gsize)(self->held - at));
      memcpy (data + done, self->window + at, n);
      done += n;
      self->offset += n;
    }
  return TRUE;
}

static gboolean
reader_skip (Reader *self, gint64 size)
{
  self->offset += size;
  return self->offset <= self->size;
}

static void
note_length (Reader *self, double seconds)
{
  if (self->lengths != NULL)
    g_array_append_val (self->lengths, seconds);
}

static guint32
read_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

static guint32
read_le32 (const guint8 *data)
{
  return (guint32)data[3] << 24 | data[2] << 16 | data[1] << 8 | data[0];
}

/* ---- GIF ---- */

static gsize
get_table_size (guint8 flags)
{
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

static gboolean
skip_blocks (Reader *reader)
{
  guint8 length;

  do
    {
      if (!reader_get (reader, &length, 1) || !reader_skip (reader, length))
        return FALSE;
    }
  while (length > 0);
  return TRUE;
}

/* `delay` is the next frame's, in units of 1/100 s. */
static gboolean
read_extension (Reader *reader, GengaAnimation *self, guint *delay)
{
  guint8 head[2], name[11], loop[4], control[4];

  if (!reader_get (reader, head, 2))
    return FALSE;
  if (head[0] == 0xf9 && head[1] == sizeof control)
    {
      if (!reader_get (reader, control, sizeof control))
        return FALSE;
      *delay = control[1] | control[2] << 8;
      return skip_blocks (reader);
    }
  if (head[0] != 0xff || head[1] != sizeof name)
    {
      reader->offset -= 1;
      return skip_blocks (reader);
    }
  if (!reader_get (reader, name, sizeof name) || !reader_get (reader, loop, 1))
    return FALSE;
  if (memcmp (name, "NETSCAPE2.0", sizeof name) == 0 && loop[0] == 3)
    {
      guint times;

      if (!reader_get (reader, loop + 1, 3))
        return FALSE;
      times = loop[2] | loop[3] << 8;
      self->loop_count = times > 0 ? times + 1 : 0;
      return skip_blocks (reader);
    }
  reader->offset -= 1;
  return skip_blocks (reader);
}

static void
walk_gif (Reader *reader, GengaAnimation *self, guint enough)
{
  guint8 screen[13], image[9], kind;
  guint delay = 0;

  self->kind = "gif";
  self->loop_count = 1;
  if (!reader_get (reader, screen, sizeof screen) ||
      !reader_skip (reader, get_table_size (screen[10])))
    return;
  for (guint i = 0; i < MAX_PARTS && self->n_frames < enough; i++)
    {
      self->has_end = reader_get (reader, &kind, 1);
      if (!self->has_end || kind == 0x3b)
        {
          /* Some have no trailer. */
          self->is_whole = TRUE;
          return;
        }
      if (kind == 0x21)
        {
          if (!read_extension (reader, self, &delay))
            return;
          continue;
        }
      if (kind != 0x2c || !reader_get (reader, image, sizeof image) ||
          !reader_skip (reader, get_table_size (image[8]) + 1) || !skip_blocks (reader))
        return;
      note_length (reader, delay / 100.);
      delay = 0;
      self->n_frames++;
    }
}

/* ---- PNG ---- */

static void
walk_png (Reader *reader, GengaAnimation *self, guint enough)
{
  guint8 chunk[8], control[8], frame[24];
  gboolean has_control = FALSE; /* there may be only one, and it comes before the pixels */

  self->kind = "apng";
  reader_skip (reader, 8);
  for (guint i = 0; i < MAX_PARTS && reader_get (reader, chunk, sizeof chunk); i++)
    {
      guint32 length = read_be32 (chunk);
      gint64 next = reader->offset + length + 4;
      gboolean is_data = memcmp (chunk + 4, "IDAT", 4) == 0;

      if (!has_control && memcmp (chunk + 4, "acTL", 4) == 0 &&
          reader_get (reader, control, sizeof control))
        {
          has_control = TRUE;
          self->n_frames = MIN (read_be32 (control), G_MAXINT);
          self->loop_count = read_be32 (control + 4);
        }
      if (memcmp (chunk + 4, "fcTL", 4) == 0 && reader_get (reader, frame, sizeof frame))
        {
          guint unit = frame[22] << 8 | frame[23];

          note_length (reader, (double)(frame[20] << 8 | frame[21]) / (unit > 0 ? unit : 100));
        }
      if (is_data && (self->n_frames < 2 || self->n_frames >= enough))
        return;
      self->is_whole = memcmp (chunk + 4, "IEND", 4) == 0;
      self->has_end = self->is_whole && next <= reader->size;
      reader->offset = next;
    }
}

/* ---- WebP ---- */

static void
walk_webp (Reader *reader, GengaAnimation *self, guint enough)
{
  guint8 head[12], chunk[8], control[6], frame[15];
  gint64 end;

  self->kind = "webp";
  if (!reader_get (reader, head, sizeof head))
    return;
  end = 8 + (gint64)read_le32 (head + 4);
  self->is_whole = self->has_end = end <= reader->size;
  while (reader->offset < end && self->n_frames < enough && self->n_frames < MAX_PARTS &&
         reader_get (reader, chunk, sizeof chunk))
    {
      guint32 length = read_le32 (chunk + 4);
      gint64 next = reader->offset + length + (length & 1);

      if (memcmp (chunk, "VP8 ", 4) == 0 || memcmp (chunk, "VP8L", 4) == 0)
        return;
      if (memcmp (chunk, "ANIM", 4) == 0 && reader_get (reader, control, sizeof control))
        self->loop_count = control[4] | control[5] << 8;
      if (memcmp (chunk, "ANMF", 4) == 0)
        {
          self->n_frames++;
          if (reader->lengths != NULL && reader_get (reader, frame, sizeof frame))
            note_length (reader, (frame[12] | frame[13] << 8 | frame[14] << 16) / 1000.);
        }
      reader->offset = next;
    }
}

/* ---- the border ---- */

static gboolean
walk (int fd, GengaAnimation *self, guint enough, GArray *lengths)
{
  Reader reader;
  guint8 head[12];

  *self = (GengaAnimation){ 0 };
  reader_init (&reader, fd, lengths);
  if (!reader_get (&reader, head, sizeof head))
    return FALSE;
  reader.offset = 0;
  if (memcmp (head, "GIF8", 4) == 0)
    walk_gif (&reader, self, enough);
  else if (memcmp (head, "\x89PNG\r\n\x1a\n", 8) == 0)
    walk_png (&reader, self, enough);
  else if (memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WEBP", 4) == 0)
    walk_webp (&reader, self, enough);
  return self->n_frames > 1;
}

gboolean
genga_animation_sniff (int fd, const char **kind)
{
  GengaAnimation animation;
  gboolean found = walk (fd, &animation, 2, NULL);

  *kind = found ? animation.kind : "";
  return found;
}

gboolean
genga_animation_look (const char *path, GengaAnimation *animation)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  gboolean found;

  if (fd < 0)
    return FALSE;
  found = walk (fd, animation, G_MAXUINT, NULL);
  close (fd);
  return found;
}

gboolean
genga_animation_look_into (int fd, GengaAnimation *animation, GArray *lengths)
{
  return walk (fd, animation, G_MAXUINT, lengths);
}

/* ---- memory ---- */

gboolean
genga_animation_check_budget (const char *name,
                              guint64 file_size,
                              gboolean is_held,
                              guint width,
                              guint height,
                              guint64 budget,
                              GError **error)
{
  const double canvas = (double)width * height * 4;
  const double bytes = (is_held ? file_size : 0) + canvas * (2 + sizeof (float));
  g_autofree char *size = NULL;
  g_autofree char *need = NULL;
  g_autofree char *limit = NULL;

  if (budget == 0 || bytes <= budget)
    return TRUE;
  size = g_format_size_full (file_size, G_FORMAT_SIZE_IEC_UNITS);
  need = g_format_size_full (MIN (bytes, 9e18), G_FORMAT_SIZE_IEC_UNITS);
  limit = g_format_size_full (budget, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” is an animation of %s with frames of %u × %u pixels and needs %s of "
                  "memory, more than the limit of %s; allow more memory."),
               name, size, width, height, need, limit);
  return FALSE;
}

gboolean
genga_animation_check_canvas (const char *path, guint64 budget, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  Reader reader;
  guint8 head[24];
  guint width = 0, height = 0;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  /* Whoever opens it says why it can't be read. */
  if (fd < 0)
    return TRUE;
  reader_init (&reader, fd, NULL);
  if (reader_get (&reader, head, sizeof head))
    {
      const gboolean is_gif = memcmp (head, "GIF8", 4) == 0;

      width = is_gif ? read_le32 (head + 6) & 0xffff : read_be32 (head + 16);
      height = is_gif ? read_le32 (head + 8) & 0xffff : read_be32 (head + 20);
    }
  close (fd);
  return genga_animation_check_budget (name, reader.size, FALSE, width, height, budget, error);
}
