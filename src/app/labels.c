/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/labels.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const struct
{
  const char *nick;
  const char *label;
} choices[] = {
  { "auto", N_ ("Automatic") },
  { "none", N_ ("As stored") },
  { "gaussian", N_ ("Gaussian") },
  { "linear", N_ ("Linear") },
  { "network", N_ ("Network") },
  { "lanczos", N_ ("Lanczos") },
  { "nearest", N_ ("Repeated pixels") },
  { "fp32", "FP32" },
  { "fp16", "FP16" },
  { "bf16", "BF16" },
  { "png", "PNG" },
  { "jpeg", "JPEG" },
  { "webp", "WebP" },
  { "tiff", "TIFF" },
  { "avif", "AVIF" },
  { "jxl", "JPEG XL" },
  { "420", "4:2:0" },
  { "444", "4:4:4" },
  { "deflate", "Deflate" },
  { "lzw", "LZW" },
  { "zstd", "Zstandard" },
  { "suffix", N_ ("With a suffix") },
  { "original", N_ ("Same name") },
  { "list", N_ ("From a list") },
  { "template", N_ ("From a template") },
  { "plain", N_ ("None") },
  { "kinds", N_ ("Images and videos") },
  { "dated", N_ ("One for each run") },
  { "ask", N_ ("Ask") },
  { "skip", N_ ("Skip") },
  { "number", N_ ("Keep both") },
  { "replace", N_ ("Replace") },
  { "h264", "H.264" },
  { "h265", "H.265" },
  { "prores", "ProRes" },
  { "dnxhd", "DNxHD" },
  { "dnxhr", "DNxHR" },
  { "av1", "AV1" },
  { "vp9", "VP9" },
  { "ffv1", "FFV1" },
  { "mp4", "MP4" },
  { "mov", "QuickTime (MOV)" },
  { "mkv", "Matroska (MKV)" },
  { "webm", "WebM" },
  { "gif", "GIF" },
  { "apng", "APNG" },
  { "png16", N_ ("PNG, 16 bits") },
  { "png9", N_ ("PNG, small") },
  { "software", N_ ("Software") },
  { "nvenc", "NVENC" },
  { "vaapi", "VA-API" },
  { "jpeg100", N_ ("JPEG, quality 100") },
  { "yes", N_ ("Always") },
  { "no", N_ ("Never") },
  { "exact", N_ ("Identical parts") },
  { "off", N_ ("Nothing") },
  { "copy", N_ ("Copied only") },
  { "aac", "AAC" },
  { "opus", "Opus" },
  { "flac", "FLAC" },
};

/* What values of one option are called, where that is not the same for all. */
static const struct
{
  const char *option;
  const char *value;
  const char *label;
} values[] = {
  { "target-height", "auto", N_ ("From the scale") },
  { "target-height", "720", "720p (HD)" },
  { "target-height", "1080", "1080p (Full HD)" },
  { "target-height", "1440", "1440p (QHD)" },
  { "target-height", "2160", "2160p (4K)" },
  { "target-height", "4320", "4320p (8K)" },
  { "profile", "baseline", "Baseline" },
  { "profile", "main", "Main" },
  { "profile", "high", "High" },
  { "profile", "lossless", N_ ("Lossless") },
  { "profile", "main10", "Main 10" },
  { "profile", "main10-hq", N_ ("Main 10, high quality") },
  { "profile", "main10-fast", N_ ("Main 10, fast") },
  { "profile", "proxy", "422 Proxy" },
  { "profile", "lt", "422 LT" },
  { "profile", "standard", "422" },
  { "profile", "hq", "HQ" },
  { "profile", "4444", "4444" },
  { "profile", "4444xq", "4444 XQ" },
  { "profile", "lb", "LB" },
  { "profile", "sq", "SQ" },
  { "profile", "hqx", "HQX" },
  { "preset", "ultrafast", N_ ("Ultra fast") },
  { "preset", "superfast", N_ ("Super fast") },
  { "preset", "veryfast", N_ ("Very fast") },
  { "preset", "faster", N_ ("Faster") },
  { "preset", "fast", N_ ("Fast") },
  { "preset", "medium", N_ ("Medium") },
  { "preset", "slow", N_ ("Slow") },
  { "preset", "slower", N_ ("Slower") },
  { "preset", "veryslow", N_ ("Very slow") },
  { "fps", "0", N_ ("Same as the source") },
  { "fps", "24000/1001", "23.976" },
  { "fps", "30000/1001", "29.97" },
  { "fps", "60000/1001", "59.94" },
  { "pre-downscale", "original", N_ ("Off") },
  { "colour-profile", "keep", N_ ("Same as the source") },
  { "colour-profile", "srgb", "sRGB" },
  { "dpi", "keep", N_ ("Grows, with the same dpi") },
  { "dpi", "print-size", N_ ("Same as the source") },
  { "frames", "off", N_ ("Off (write a video)") },
  { "keep-frames", "none", N_ ("None") },
  { "compression", "none", N_ ("None") },
  { "keep-frames", "until-done", N_ ("Until the video is done") },
  { "keep-frames", "upscaled", N_ ("Upscaled") },
  { "keep-frames", "source", N_ ("Source frames") },
  { "keep-frames", "all", N_ ("All") },
  { "ionice", "normal", N_ ("Normal") },
  { "ionice", "low", N_ ("Behind other programs") },
  { "ionice", "idle", N_ ("Only when no other wants the disk") },
};

char *
genga_label_dup_size (int width, int height)
{
  return g_strdup_printf (_ ("%d × %d"), width, height);
}

char *
genga_label_dup_duration (double seconds)
{
  guint whole = seconds + 0.5;

  if (whole >= 3600)
    return g_strdup_printf ("%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
  return g_strdup_printf ("%u:%02u", whole / 60, whole % 60);
}

char *
genga_label_dup_elapsed (double seconds)
{
  /* TRANSLATORS: seconds that something took. */
  return seconds < 9.95 ? g_strdup_printf (_ ("%.1f s"), seconds)
                        : genga_label_dup_duration (seconds);
}

char *
genga_label_dup_position (double seconds)
{
  guint hundredths = seconds * 100 + 0.5;
  guint whole = hundredths / 100;

  if (whole >= 3600)
    return g_strdup_printf ("%u:%02u:%02u.%02u", whole / 3600, whole / 60 % 60, whole % 60,
                            hundredths % 100);
  return g_strdup_printf ("%u:%02u.%02u", whole / 60, whole % 60, hundredths % 100);
}

static char *
dup_choice (const char *nick)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      if (g_str_equal (choices[i].nick, nick))
        return g_strdup (_ (choices[i].label));
    }
  return g_strdup (nick);
}

char *
genga_label_dup_choice (GType type, int value)
{
  return dup_choice (genga_choice_get_nick (type, value));
}

char *
genga_label_dup_value (GengaOption option, const char *value)
{
  const char *name = genga_option_get_info (option)->name;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      if (g_str_equal (values[i].value, value) && g_str_equal (values[i].option, name))
        return g_strdup (_ (values[i].label));
    }
  return dup_choice (value);
}

/* Three digits, as 23.976 has, and none that say nothing. */
static char *
dup_rate (double rate)
{
  double thousandths = floor (rate * 1000 + 0.5);

  return g_strdup_printf ("%.*f",
                          fmod (thousandths, 1000) == 0 ? 0
                          : fmod (thousandths, 10) == 0 ? 2
                                                        : 3,
                          rate);
}

char *
genga_label_dup_length (const GengaSourceInfo *info)
{
  g_autofree char *duration = genga_label_dup_duration (info->seconds);
  g_autofree char *rate =
      dup_rate (info->rate_den > 0 ? (double)info->rate_num / info->rate_den : 0);

  if (info->rate_num == 0)
    return g_strdup (info->seconds > 0 ? duration : "");
  /* TRANSLATORS: frames per second. */
  if (info->seconds <= 0)
    return g_strdup_printf (_ ("%s fps"), rate);
  /* TRANSLATORS: a video's length ("1:24") and its frames per second. */
  return g_strdup_printf (_ ("%s, %s fps"), duration, rate);
}

char *
genga_label_dup_frames (GengaJob *job)
{
  GengaProgressState sample;

  genga_progress_poll (genga_job_get_progress (job), &sample);
  if (!sample.has_frames)
    return NULL;

  guint done = sample.frames_done, total = sample.frames_total;
  g_autofree char *size = g_format_size (sample.bytes_written);
  g_autofree char *frames =
      total > 0
          ? g_strdup_printf (_ ("%u of %u frames"), done, MAX (done, total))
          : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u frame", "%u frames", done), done);
  if (sample.frames_per_second <= 0)
    return g_steal_pointer (&frames);
  /* TRANSLATORS: frames ("120 of 1440 frames"), frames per second, the file's size so far. */
  return g_strdup_printf (_ ("%s, %.1f fps, %s"), frames, sample.frames_per_second, size);
}

static char *
dup_running (GengaJob *job)
{
  double fraction, seconds_left;

  g_object_get (job, "fraction", &fraction, "seconds-left", &seconds_left, NULL);
  if (seconds_left >= 0)
    {
      g_autofree char *duration = genga_label_dup_duration (seconds_left);
      return g_strdup_printf (_ ("%.0f %%, %s left"), fraction * 100, duration);
    }
  return g_strdup_printf (_ ("%.0f %%"), fraction * 100);
}

char *
genga_label_dup_state (GengaJob *job)
{
  switch (genga_job_get_state (job))
    {
    case GENGA_JOB_QUEUED:
      return g_strdup (_ ("Waiting"));
    case GENGA_JOB_RUNNING:
      return dup_running (job);
    case GENGA_JOB_DONE:
      return g_strdup (_ ("Done"));
    case GENGA_JOB_CANCELLED:
      return g_strdup (_ ("Stopped"));
    case GENGA_JOB_FAILED:
    default:
      if (genga_job_is_skipped (job))
        return g_strdup (_ ("Skipped: the result exists already"));
      return g_strdup (genga_job_get_error (job)->message);
    }
}
