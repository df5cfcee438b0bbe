/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/matroska-crop.h"
#include "media/video/ebml.h"

/* Elements, with the bits that say how long an identifier is. */
#define VIDEO 0xe0
#define PIXEL_WIDTH 0xb0
#define PIXEL_HEIGHT 0xba
#define CROP_BOTTOM 0x54aa
#define CROP_TOP 0x54bb
#define CROP_LEFT 0x54cc
#define CROP_RIGHT 0x54dd
#define DISPLAY_WIDTH 0x54b0
#define DISPLAY_HEIGHT 0x54ba
#define DISPLAY_UNIT 0x54b2

#define TYPE_VIDEO 1
#define UNIT_UNKNOWN 4

#define MAX_SIDE 32767 /* two of them fit into an int */
#define MAX_DISPLAY_SIDE G_MAXINT

typedef struct
{
  GengaMatroskaCrop crop;
  int display_width, display_height, unit;
} Picture;

static void
read_picture (GengaEbmlReader content, Picture *picture)
{
  GengaEbmlElement element;
  GengaEbmlReader value;

  while (genga_ebml_read_child (&content, &element, &value))
    {
      const struct
      {
        guint32 id;
        int *side;
        int max;
      } sides[] = {
        { PIXEL_WIDTH, &picture->crop.width, MAX_SIDE },
        { PIXEL_HEIGHT, &picture->crop.height, MAX_SIDE },
        { CROP_LEFT, &picture->crop.left, MAX_SIDE },
        { CROP_TOP, &picture->crop.top, MAX_SIDE },
        { CROP_RIGHT, &picture->crop.right, MAX_SIDE },
        { CROP_BOTTOM, &picture->crop.bottom, MAX_SIDE },
        { DISPLAY_WIDTH, &picture->display_width, MAX_DISPLAY_SIDE },
        { DISPLAY_HEIGHT, &picture->display_height, MAX_DISPLAY_SIDE },
        { DISPLAY_UNIT, &picture->unit, MAX_SIDE },
      };

      for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
        if (sides[i].id == element.id)
          *sides[i].side = genga_ebml_read_number (&value, sides[i].max);
    }
}

/* Whether the track is a video's. */
static gboolean
read_track (GengaEbmlReader content, Picture *picture)
{
  GengaEbmlElement element;
  GengaEbmlReader value;
  int type = 0;

  *picture = (Picture){ 0 };
  while (genga_ebml_read_child (&content, &element, &value))
    {
      if (element.id == GENGA_EBML_TRACK_TYPE)
        type = genga_ebml_read_number (&value, MAX_SIDE);
      else if (element.id == VIDEO)
        read_picture (value, picture);
    }
  return type == TYPE_VIDEO;
}

/* The largest side stands for all that are larger. */
static gboolean
is_known (int side)
{
  return side > 0 && side < MAX_DISPLAY_SIDE;
}

/* The sizes of what is shown are those of what is left. */
static gboolean
complete (const Picture *picture, GengaMatroskaCrop *crop)
{
  int width, height;

  *crop = picture->crop;
  width = crop->width - crop->left - crop->right;
  height = crop->height - crop->top - crop->bottom;
  if (crop->left + crop->top + crop->right + crop->bottom == 0 || width <= 0 || height <= 0)
    return FALSE;
  if (is_known (picture->display_width) && is_known (picture->display_height) &&
      picture->unit < UNIT_UNKNOWN)
    {
      crop->sar_num = (gint64)picture->display_width * height;
      crop->sar_den = (gint64)picture->display_height * width;
    }
  return TRUE;
}

static gboolean
find_track (GengaEbmlReader content, guint index, GengaMatroskaCrop *crop)
{
  GengaEbmlElement element;
  GengaEbmlReader value;

  while (genga_ebml_read_child (&content, &element, &value))
    {
      Picture picture;

      if (element.id == GENGA_EBML_TRACK_ENTRY && read_track (value, &picture) && index-- == 0)
        return complete (&picture, crop);
    }
  return FALSE;
}

gboolean
genga_matroska_read_crop (const char *path, guint index, GengaMatroskaCrop *crop)
{
  gint64 offset = 0;
  gsize size = 0;
  g_autofree guint8 *bytes = genga_ebml_read_tracks (path, &offset, &size);

  return bytes != NULL && find_track ((GengaEbmlReader){ bytes, bytes + size }, index, crop);
}
