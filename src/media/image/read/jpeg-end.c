/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/jpeg-end.h"
#include "media/image/read/structure.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#define BUFFER_SIZE (64 << 10)
/* All coefficients of a file of several scans are held. */
#define MAX_COEFFICIENT_BYTES (512L << 20)
/* Encoders write ten; a hostile file may have any number of short ones. */
#define MAX_SCANS 100

typedef struct
{
  struct jpeg_source_mgr base;
  int fd;
  gint64 offset;
  gboolean has_stopped; /* at the end of the file, before a mark said so */
  JOCTET bytes[BUFFER_SIZE];
} Source;

typedef struct
{
  struct jpeg_error_mgr base;
  jmp_buf out;
} Errors;

static void
do_nothing (j_decompress_ptr jpeg)
{
}

static boolean
fill (j_decompress_ptr jpeg)
{
  Source *self = (Source *)jpeg->src;
  const gssize n = genga_file_read_at (self->fd, self->bytes, sizeof self->bytes, self->offset);

  self->base.next_input_byte = self->bytes;
  self->base.bytes_in_buffer = MAX (n, 0);
  self->offset += MAX (n, 0);
  if (n > 0)
    return TRUE;
  self->has_stopped = TRUE;
  self->bytes[0] = 0xff;
  self->bytes[1] = JPEG_EOI;
  self->base.bytes_in_buffer = 2;
  return TRUE;
}

static void
skip (j_decompress_ptr jpeg, long n_bytes)
{
  Source *self = (Source *)jpeg->src;

  if (n_bytes <= 0)
    return;
  if ((gsize)n_bytes <= self->base.bytes_in_buffer)
    {
      self->base.next_input_byte += n_bytes;
      self->base.bytes_in_buffer -= n_bytes;
      return;
    }
  self->offset += n_bytes - self->base.bytes_in_buffer;
  self->base.bytes_in_buffer = 0;
}

static void
give_up (j_common_ptr jpeg)
{
  longjmp (((Errors *)jpeg->err)->out, 1);
}

/* Below 0: data are wrong, or bits were made up; or headers are odd. */
static void
hear (j_common_ptr jpeg, int level)
{
  switch (jpeg->err->msg_code)
    {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      break;
    default:
      if (level < 0)
        give_up (jpeg);
    }
}

/* ---- what came ---- */

/* An eighth of the size each way: of every block, all bits are read and one pixel is made. */
static gboolean
read_only_scan (j_decompress_ptr jpeg)
{
  JSAMPARRAY row;

  jpeg->scale_num = 1;
  jpeg->scale_denom = DCTSIZE;
  jpeg->out_color_space = jpeg->jpeg_color_space;
  jpeg->do_fancy_upsampling = FALSE;
  jpeg_start_decompress (jpeg);
  row = jpeg->mem->alloc_sarray ((j_common_ptr)jpeg, JPOOL_IMAGE,
                                 jpeg->output_width * jpeg->output_components, 1);
  while (jpeg->output_scanline < jpeg->output_height)
    jpeg_read_scanlines (jpeg, row, 1);
  return jpeg_finish_decompress (jpeg);
}

static guint
get_components (j_decompress_ptr jpeg)
{
  guint seen = 0;

  for (int i = 0; i < jpeg->comps_in_scan; i++)
    seen |= 1u << jpeg->cur_comp_info[i]->component_index;
  return seen;
}

/* How many bits of each coefficient are still to come. */
static gboolean
is_refined (j_decompress_ptr jpeg)
{
  for (int i = 0; i < jpeg->num_components; i++)
    for (int k = 0; k < DCTSIZE2; k++)
      if (jpeg->coef_bits[i][k] != 0)
        return FALSE;
  return TRUE;
}

static gboolean
read_scans (j_decompress_ptr jpeg)
{
  guint seen = get_components (jpeg);
  int n_scans = 1, status;

  jpeg->buffered_image = TRUE;
  jpeg_start_decompress (jpeg);
  while ((status = jpeg_consume_input (jpeg)) != JPEG_REACHED_EOI)
    {
      if (status == JPEG_SUSPENDED || (status == JPEG_REACHED_SOS && ++n_scans > MAX_SCANS))
        return FALSE;
      if (status == JPEG_REACHED_SOS)
        seen |= get_components (jpeg);
    }
  return seen == (1u << jpeg->num_components) - 1 && (!jpeg->progressive_mode || is_refined (jpeg));
}

/* ---- the border ---- */

gboolean
genga_jpeg_lacks_only_end (int fd)
{
  g_autofree Source *source = g_new0 (Source, 1);
  struct jpeg_decompress_struct jpeg = { 0 };
  volatile gboolean is_whole = FALSE;
  Errors errors;

  jpeg.err = jpeg_std_error (&errors.base);
  errors.base.error_exit = give_up;
  errors.base.emit_message = hear;
  source->fd = fd;
  source->base.init_source = source->base.term_source = do_nothing;
  source->base.fill_input_buffer = fill;
  source->base.skip_input_data = skip;
  source->base.resync_to_restart = jpeg_resync_to_restart;
  if (setjmp (errors.out) == 0)
    {
      jpeg_create_decompress (&jpeg);
      jpeg.mem->max_memory_to_use = MAX_COEFFICIENT_BYTES;
      jpeg.src = &source->base;
      jpeg_read_header (&jpeg, TRUE);
      is_whole = !jpeg.arith_code &&
                 (jpeg_has_multiple_scans (&jpeg) ? read_scans (&jpeg) : read_only_scan (&jpeg)) &&
                 source->has_stopped;
    }
  jpeg_destroy_decompress (&jpeg);
  return is_whole;
}
