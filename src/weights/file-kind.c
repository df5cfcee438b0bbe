/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/file-kind.h"

#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SAFETENSORS_MIN_SIZE 9
#define LIST_HEAD_SIZE 4096

static guint32
read_u32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

static gboolean
starts_with (const guint8 *data, gsize size, const char *magic, gsize length)
{
  return size >= length && memcmp (data, magic, length) == 0;
}
#define STARTS_WITH(magic) starts_with (data, size, magic, sizeof (magic) - 1)

static gboolean
is_web_page (const guint8 *data, gsize size)
{
  static const char *const tags[] = { "<!doctype html", "<html", "<head", "<?xml", "<!--" };
  gsize start = STARTS_WITH ("\xef\xbb\xbf") ? 3 : 0;

  while (start < size && g_ascii_isspace (data[start]))
    start++;
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      gsize length = strlen (tags[i]);

      if (size - start >= length &&
          g_ascii_strncasecmp ((const char *)data + start, tags[i], length) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Protocol buffer ModelProto: field 1 (ir_version), a varint, then one of the fields up to 8. */
static gboolean
is_onnx (const guint8 *data, gsize size)
{
  static const guint8 next_tags[] = { 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42 };

  return size > 16 && data[0] == 0x08 && data[1] >= 1 && data[1] < 32 &&
         memchr (next_tags, data[2], sizeof next_tags) != NULL;
}

static gboolean
is_ncnn_text (const guint8 *data, gsize size)
{
  return STARTS_WITH ("7767517\n") || STARTS_WITH ("7767517\r");
}

static gboolean
is_ncnn_binary (const guint8 *data, gsize size)
{
  return size >= 4 && read_u32 (data) == 7767517;
}

/* The first layer's: how they are stored. Plain ones say nothing. */
static gboolean
is_ncnn_weights (const guint8 *data, gsize size)
{
  static const guint32 flags[] = { 0x01306b47, 0x0002c056, 0x000d4b38 };

  for (guint i = 0; size >= 4 && i < G_N_ELEMENTS (flags); i++)
    {
      if (read_u32 (data) == flags[i])
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_archive (const guint8 *data, gsize size)
{
  return STARTS_WITH ("\x1f\x8b") || STARTS_WITH ("7z\xbc\xaf\x27\x1c") || STARTS_WITH ("Rar!") ||
         STARTS_WITH ("\xfd"
                      "7zXZ") ||
         STARTS_WITH ("BZh");
}

static gboolean
is_tar (const guint8 *data, gsize size)
{
  return size >= 262 && memcmp (data + 257, "ustar", 5) == 0;
}

static guint64
get_header_length (const guint8 *data)
{
  guint64 length;

  memcpy (&length, data, sizeof length);
  return GUINT64_FROM_LE (length);
}

/*
 * A length that fits with a header behind it. No pickle looks like that: the length's upper bytes
 * are 0, which is no opcode, while its lower ones may well be PROTO and a protocol number.
 */
static gboolean
begins_as_safetensors (const guint8 *data, gsize size, guint64 file_size)
{
  return size >= SAFETENSORS_MIN_SIZE && data[8] == '{' &&
         get_header_length (data) <= file_size - 8;
}

/* The header length is plausible, or the header at least begins where it must. */
static gboolean
is_safetensors (const guint8 *data, gsize size, guint64 file_size)
{
  if (size < SAFETENSORS_MIN_SIZE)
    return FALSE;

  guint64 length = get_header_length (data);
  return data[8] == '{' || (length > 0 && length <= file_size - 8 && !is_tar (data, size));
}

/* JSON that lists which tensor lies in which file; the list may follow some metadata. */
static gboolean
is_safetensors_list (const guint8 *data, gsize size)
{
  return STARTS_WITH ("{") && g_strstr_len ((const char *)data, (gssize)MIN (size, LIST_HEAD_SIZE),
                                            "\"weight_map\"") != NULL;
}

static void
name_foreign (const guint8 *data, gsize size, GError **error)
{
  if (size == 0)
    genga_weights_refuse (error, _ ("The file is empty. Download it again."));
  else if (is_web_page (data, size))
    genga_weights_refuse (error, _ ("This is a web page, not a model: the download failed. "
                                    "Download the file itself."));
  else if (STARTS_WITH ("version https://git-lfs"))
    genga_weights_refuse (error, _ ("This is a Git LFS pointer, not the model itself. Fetch the "
                                    "model with “git lfs pull” or from its download page."));
  else if (is_ncnn_binary (data, size))
    genga_weights_refuse (error, _ ("This is the binary form of an ncnn model (.param.bin), which "
                                    "is not supported. Look for the same model with a .param in "
                                    "text."));
  else if (is_ncnn_weights (data, size))
    genga_weights_refuse (error, _ ("These are the weights of an ncnn model. A .param of the same "
                                    "name belongs to them; put it into the same folder."));
  else if (is_tar (data, size))
    genga_weights_refuse (error, _ ("This is a tar archive or a PyTorch file from before 2017, "
                                    "which is not supported. Save it again with a newer PyTorch, "
                                    "or unpack it first."));
  else if (is_archive (data, size))
    genga_weights_refuse (error, _ ("This is a compressed archive. Unpack it first and choose the "
                                    "model inside."));
  else if (STARTS_WITH ("GGUF") || STARTS_WITH ("\x89HDF"))
    genga_weights_refuse (error, _ ("This is a model for another program (GGUF or HDF5), which is "
                                    "not supported. Look for it as .safetensors or .pth."));
  else
    genga_weights_refuse (error, _ ("This is not a model file that Genga knows, or it is damaged. "
                                    "Models are .safetensors, .pth, .onnx or .param files."));
}

GengaFormat
genga_sniff_head (const guint8 *data, gsize size, guint64 file_size, GError **error)
{
  if (STARTS_WITH ("PK\003\004") || STARTS_WITH ("PK\005\006"))
    return GENGA_FORMAT_ZIP;
  if (begins_as_safetensors (data, size, file_size))
    return GENGA_FORMAT_SAFETENSORS;
  if (is_safetensors_list (data, size))
    return GENGA_FORMAT_SAFETENSORS_LIST;
  /* PROTO and a protocol number; before protocol 2, torch's magic number in decimal. */
  if ((size >= 2 && data[0] == 0x80 && data[1] >= 2 && data[1] <= 5) ||
      STARTS_WITH ("L119547037146038801333356L\n"))
    return GENGA_FORMAT_PICKLE;
  if (is_onnx (data, size))
    return GENGA_FORMAT_ONNX;
  if (is_ncnn_text (data, size))
    return GENGA_FORMAT_NCNN;
  if (!is_ncnn_binary (data, size) && !is_ncnn_weights (data, size) &&
      is_safetensors (data, size, file_size))
    return GENGA_FORMAT_SAFETENSORS;
  name_foreign (data, size, error);
  return GENGA_FORMAT_NONE;
}

GengaFormat
genga_sniff (const guint8 *data, gsize size, GError **error)
{
  return genga_sniff_head (data, size, size, error);
}
