/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-uni-upsample.h"

#include "nets/arch-doconv.h"
#include "nets/arch-dysample.h"

#define VERSION_SMOSR 254
#define LEAST_META 7 /* numbers in the meta tensor */
#define MAX_META 16
#define MAX_STEPS 40

static const char *const names[] = {
  [GENGA_UPSAMPLE_CONV] = "conv",
  [GENGA_UPSAMPLE_DIRECT] = "pixelshuffledirect",
  [GENGA_UPSAMPLE_SHUFFLE] = "pixelshuffle",
  [GENGA_UPSAMPLE_NEAREST] = "nearest+conv",
  [GENGA_UPSAMPLE_DYSAMPLE] = "dysample",
  [GENGA_UPSAMPLE_TRANSPOSE] = "transpose+conv",
  [GENGA_UPSAMPLE_LDA] = "lda",
  [GENGA_UPSAMPLE_PA] = "pa_up",
};

typedef enum
{
  STEP_CONV,
  STEP_GATE, /* x * sigmoid (conv1 (x)) */
  STEP_SHUFFLE,
  STEP_NEAREST,
  STEP_DECONV,
  STEP_DYSAMPLE,
  STEP_LEAKY_RELU,
  STEP_GELU,
} StepKind;

/* A layer. What has weights knows its channels. */
typedef struct
{
  StepKind kind;
  int index;
  int in;
  int out;
  int factor;
  float slope;
} Step;

typedef struct
{
  Step steps[MAX_STEPS];
  guint n;
  int next_index;
} Steps;

static void
add (Steps *self, Step step)
{
  g_assert (self->n < MAX_STEPS);
  step.index = self->next_index++;
  self->steps[self->n++] = step;
}

static void
add_conv (Steps *self, int in, int out)
{
  add (self, (Step){ STEP_CONV, .in = in, .out = out });
}

static void
add_leaky_relu (Steps *self, float slope)
{
  add (self, (Step){ STEP_LEAKY_RELU, .slope = slope });
}

/* By 3 once, or by 2 several times: a factor of 1 ends. */
static int
get_step_factor (int scale, int done)
{
  if (scale == 3)
    return done == 1 ? 3 : 1;
  return done < scale ? 2 : 1;
}

static void
list_shuffle (Steps *steps, int scale, int in, int width, int out)
{
  int factor;

  add_conv (steps, in, width);
  add_leaky_relu (steps, 0.01f);
  for (int done = 1; (factor = get_step_factor (scale, done)) > 1; done *= factor)
    {
      add_conv (steps, width, width * factor * factor);
      add (steps, (Step){ STEP_SHUFFLE, .factor = factor });
    }
  add_conv (steps, width, out);
}

static void
list_nearest (Steps *steps, int scale, int in, int out)
{
  int factor;

  for (int done = 1; (factor = get_step_factor (scale, done)) > 1; done *= factor)
    {
      add_conv (steps, in, in);
      add (steps, (Step){ STEP_NEAREST, .factor = factor });
      add_leaky_relu (steps, 0.2f);
    }
  add_conv (steps, in, in);
  add_leaky_relu (steps, 0.2f);
  add_conv (steps, in, out);
}

static void
list_pa (Steps *steps, int scale, int in, int width, int out)
{
  int factor;

  for (int done = 1; (factor = get_step_factor (scale, done)) > 1; done *= factor)
    {
      add (steps, (Step){ STEP_NEAREST, .factor = factor });
      add_conv (steps, done == 1 ? in : width, width);
      add (steps, (Step){ STEP_GATE, .in = width, .out = width });
      add_leaky_relu (steps, 0.2f);
      add_conv (steps, width, width);
      add_leaky_relu (steps, 0.2f);
    }
  add_conv (steps, width, out);
}

static void
list_transpose (Steps *steps, int scale, int in, int out)
{
  if (scale == 4)
    {
      add (steps, (Step){ STEP_DECONV, .in = in, .out = in, .factor = 2 });
      add (steps, (Step){ STEP_GELU });
      add (steps, (Step){ STEP_DECONV, .in = in, .out = out, .factor = 2 });
    }
  else
    add (steps, (Step){ STEP_DECONV, .in = in, .out = out, .factor = scale });
  add_conv (steps, out, out);
}

static void
list_dysample (Steps *steps, int scale, int in, int width, int out)
{
  if (width != 0)
    {
      add_conv (steps, in, width);
      add_leaky_relu (steps, 0.01f);
    }
  add (steps, (Step){ STEP_DYSAMPLE, .in = width != 0 ? width : in, .out = out, .factor = scale });
}

static void
list_steps (Steps *steps, const GengaUniUpsample *up, int in, int out)
{
  const int scale = up->scale;

  *steps = (Steps){ 0 };
  /* Nothing to enlarge: one convolution, whatever the mode. */
  switch (scale > 1 ? up->mode : GENGA_UPSAMPLE_CONV)
    {
    case GENGA_UPSAMPLE_DIRECT:
      add_conv (steps, in, out * scale * scale);
      add (steps, (Step){ STEP_SHUFFLE, .factor = scale });
      return;
    case GENGA_UPSAMPLE_SHUFFLE:
      list_shuffle (steps, scale, in, up->width, out);
      return;
    case GENGA_UPSAMPLE_NEAREST:
      list_nearest (steps, scale, in, out);
      return;
    case GENGA_UPSAMPLE_DYSAMPLE:
      list_dysample (steps, scale, in, up->width, out);
      return;
    case GENGA_UPSAMPLE_TRANSPOSE:
      list_transpose (steps, scale, in, out);
      return;
    case GENGA_UPSAMPLE_PA:
      list_pa (steps, scale, in, up->width, out);
      return;
    case GENGA_UPSAMPLE_CONV:
    case GENGA_UPSAMPLE_LDA:
    default:
      add_conv (steps, in, out);
      return;
    }
}

/* ---- reading ---- */

/* FALSE after an error. */
static gboolean
read_meta (GengaArchReader *reader, const char *prefix, int *meta)
{
  const char *key = genga_arch_key (reader, "%s.MetaUpsample", prefix);
  int n = genga_arch_get_dim (reader, key, 1, 0);
  float values[MAX_META];

  if (genga_arch_has_failed (reader))
    return FALSE;
  if (n < LEAST_META || n > MAX_META)
    {
      genga_arch_fail_shape (reader, key);
      return FALSE;
    }
  genga_tensor_copy_f32 (genga_state_dict_lookup (reader->dict, key), values);
  genga_arch_ignore (reader, key);
  for (int i = 0; i < LEAST_META; i++)
    meta[i] = values[i] >= 0 && values[i] <= GENGA_ARCH_MAX_DIM ? (int)values[i] : 0;
  return TRUE;
}

static gboolean
can_step (const GengaUniUpsample *up)
{
  switch (up->mode)
    {
    case GENGA_UPSAMPLE_SHUFFLE:
    case GENGA_UPSAMPLE_NEAREST:
    case GENGA_UPSAMPLE_PA:
      return up->scale == 3 || (up->scale & (up->scale - 1)) == 0;
    case GENGA_UPSAMPLE_TRANSPOSE:
      return up->scale <= 4;
    case GENGA_UPSAMPLE_LDA:
      return FALSE;
    case GENGA_UPSAMPLE_CONV:
    case GENGA_UPSAMPLE_DIRECT:
    case GENGA_UPSAMPLE_DYSAMPLE:
    default:
      return TRUE;
    }
}

void
genga_arch_read_uni_upsample (GengaArchReader *reader, const char *prefix, GengaUniUpsample *up)
{
  int meta[LEAST_META];
  int mode;

  *up = (GengaUniUpsample){ .scale = 1 };
  if (!read_meta (reader, prefix, meta))
    return;
  mode = meta[1];
  up->version = meta[0];
  up->scale = meta[2];
  up->mid = meta[5];
  if (up->version == VERSION_SMOSR && mode == GENGA_UPSAMPLE_TRANSPOSE)
    mode = GENGA_UPSAMPLE_PA;
  if (mode > GENGA_UPSAMPLE_PA || up->scale < 1 || up->scale > GENGA_ARCH_MAX_SCALE)
    {
      genga_arch_fail_variant (reader, "upsampler %d by %d", mode, up->scale);
      up->scale = 1;
      return;
    }
  up->mode = mode;
  if (up->mode == GENGA_UPSAMPLE_CONV)
    up->scale = 1;
  if (!can_step (up))
    genga_arch_fail_variant (reader, "upsampler %s by %d", names[up->mode], up->scale);
}

static gboolean
is_doconv (const GengaUniUpsample *up)
{
  return up->version == VERSION_SMOSR;
}

/* The output channels of the convolution `index`. */
static int
get_conv_out (GengaArchReader *reader, const GengaUniUpsample *up, const char *prefix, int index)
{
  g_autofree char *name = g_strdup_printf ("%s.%d", prefix, index);

  if (is_doconv (up))
    return genga_arch_get_doconv_out (reader, name);
  return genga_arch_get_dim (reader, genga_arch_key (reader, "%s.weight", name), 4, 0);
}

static void
read_width (GengaArchReader *reader, const char *prefix, GengaUniUpsample *up)
{
  if (up->scale == 1)
    return;
  if (up->mode == GENGA_UPSAMPLE_SHUFFLE)
    up->width = get_conv_out (reader, up, prefix, 0);
  else if (up->mode == GENGA_UPSAMPLE_PA)
    up->width = get_conv_out (reader, up, prefix, 1);
  else if (up->mode == GENGA_UPSAMPLE_DYSAMPLE &&
           !genga_arch_has (reader, genga_arch_key (reader, "%s.0.init_pos", prefix)))
    up->width = get_conv_out (reader, up, prefix, 0);
}

static void
expect_conv (GengaArchReader *reader,
             const GengaUniUpsample *up,
             const char *name,
             const Step *step,
             int kernel)
{
  if (is_doconv (up))
    genga_arch_expect_doconv (reader, name, step->out, step->in, kernel);
  else
    genga_arch_expect_conv (reader, name, step->out, step->in, kernel);
}

static int
get_deconv_kernel (const Step *step)
{
  return step->factor == 2 ? 4 : step->factor;
}

static void
expect_deconv (GengaArchReader *reader, const char *name, const Step *step)
{
  int kernel = get_deconv_kernel (step);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.weight", name),
                     GENGA_DIMS (step->in, step->out, kernel, kernel));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.bias", name), GENGA_DIMS (step->out));
}

void
genga_arch_expect_uni_upsample (
    GengaArchReader *reader, const char *prefix, GengaUniUpsample *up, int in, int out)
{
  Steps steps;

  read_width (reader, prefix, up);
  if (genga_arch_has_failed (reader))
    return;
  list_steps (&steps, up, in, out);
  for (guint i = 0; i < steps.n; i++)
    {
      const Step *step = &steps.steps[i];
      g_autofree char *name = g_strdup_printf ("%s.%d", prefix, step->index);
      g_autofree char *gate = g_strdup_printf ("%s.conv.0", name);

      if (step->kind == STEP_CONV)
        expect_conv (reader, up, name, step, 3);
      else if (step->kind == STEP_GATE)
        expect_conv (reader, up, gate, step, 1);
      else if (step->kind == STEP_DECONV)
        expect_deconv (reader, name, step);
      else if (step->kind == STEP_DYSAMPLE)
        genga_arch_expect_dysample (reader, name, step->in, GENGA_DYSAMPLE_GROUPS, step->factor,
                                    step->out);
    }
}

/* ---- the graph ---- */

static guint
build_conv (const GengaArchBuild *build, const GengaUniUpsample *up, guint input, const char *name)
{
  if (is_doconv (up))
    return genga_arch_build_doconv (build, input, "%s", name);
  return genga_arch_build_conv (build, input, "%s", name);
}

static guint
build_gate (const GengaArchBuild *build, const GengaUniUpsample *up, guint input, const char *name)
{
  g_autofree char *conv = g_strdup_printf ("%s.conv.0", name);
  guint gate = build_conv (build, up, input, conv);

  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_SIGMOID);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, input, gate);
}

static guint
build_deconv (const GengaArchBuild *build, guint input, const Step *step, const char *name)
{
  int kernel = get_deconv_kernel (step);
  int pad = (kernel - step->factor) / 2;
  const GengaOp op = {
    .kind = GENGA_OP_DECONV2D,
    .n_inputs = 1,
    .inputs = { input },
    .weight = genga_arch_build_constant (build, "%s.weight", name),
    .bias = genga_arch_build_constant (build, "%s.bias", name),
    .conv = {
      .kernel_y = kernel,
      .kernel_x = kernel,
      .stride = step->factor,
      .pad_y = pad,
      .pad_x = pad,
      .dilation = 1,
      .groups = 1,
    },
  };

  return genga_graph_conv_full (build->graph, &op);
}

static guint
build_step (const GengaArchBuild *build,
            const GengaUniUpsample *up,
            guint input,
            const Step *step,
            const char *name)
{
  switch (step->kind)
    {
    case STEP_GATE:
      return build_gate (build, up, input, name);
    case STEP_SHUFFLE:
      return genga_graph_pixel_shuffle (build->graph, input, step->factor);
    case STEP_NEAREST:
      return genga_graph_resize (build->graph, input, GENGA_RESIZE_NEAREST, step->factor, 1);
    case STEP_DECONV:
      return build_deconv (build, input, step, name);
    case STEP_DYSAMPLE:
      return genga_arch_build_dysample (build, input, GENGA_DYSAMPLE_GROUPS, step->factor, name);
    case STEP_LEAKY_RELU:
      return genga_graph_leaky_relu (build->graph, input, step->slope);
    case STEP_GELU:
      return genga_graph_activate (build->graph, input, GENGA_ACTIVATION_GELU);
    case STEP_CONV:
    default:
      return build_conv (build, up, input, name);
    }
}

guint
genga_arch_build_uni_upsample (const GengaArchBuild *build,
                               guint input,
                               const GengaUniUpsample *up,
                               int out,
                               const char *prefix)
{
  guint value = input;
  Steps steps;

  list_steps (&steps, up, genga_graph_peek (build->graph, input)->channels, out);
  for (guint i = 0; i < steps.n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%d", prefix, steps.steps[i].index);

      value = build_step (build, up, value, &steps.steps[i], name);
    }
  return value;
}

const char *
genga_uni_upsample_get_name (const GengaUniUpsample *up)
{
  return names[up->mode];
}
