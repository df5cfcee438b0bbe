/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-edit.h"

#include "nets/graph.h"

void
genga_graph_edit_init (GengaGraphEdit *self, GengaGraph *graph)
{
  *self = (GengaGraphEdit){
    .ops = g_array_new (FALSE, FALSE, sizeof (GengaOp)),
    .constants = g_array_new (FALSE, FALSE, sizeof (GengaConstant)),
    .n_uses = g_new0 (guint, graph->n_ops),
    .aliases = g_new (guint, graph->n_ops),
    .result = graph->n_ops - 1,
    .minimum = graph->minimum,
    .multiple_of = graph->multiple_of,
    .has_weights = graph->n_constants > 0 && graph->constants[0].data != NULL,
  };
  for (guint i = 0; i < graph->n_ops; i++)
    self->aliases[i] = i;
  g_array_append_vals (self->ops, graph->ops, graph->n_ops);
  if (graph->n_constants > 0)
    g_array_append_vals (self->constants, graph->constants, graph->n_constants);
  /* The data have moved. */
  graph->n_constants = 0;
  genga_graph_free (graph);
}

GengaOp *
genga_graph_edit_get (GengaGraphEdit *self, guint value)
{
  return &g_array_index (self->ops, GengaOp, value);
}

GengaOp *
genga_graph_edit_get_input (GengaGraphEdit *self, const GengaOp *op)
{
  return genga_graph_edit_get (self, op->inputs[0]);
}

const GengaConstant *
genga_graph_edit_get_constant (GengaGraphEdit *self, guint constant)
{
  return &g_array_index (self->constants, GengaConstant, constant);
}

/* For each value whether the result is made of it. */
static gboolean *
find_used (GengaGraphEdit *self)
{
  gboolean *is_used = g_new0 (gboolean, self->ops->len);

  is_used[0] = TRUE;
  is_used[self->result] = TRUE;
  for (guint i = self->result + 1; i-- > 0;)
    {
      const GengaOp *op = genga_graph_edit_get (self, i);

      for (guint k = 0; is_used[i] && k < op->n_inputs; k++)
        is_used[op->inputs[k]] = TRUE;
    }
  return is_used;
}

void
genga_graph_edit_start_sweep (GengaGraphEdit *self)
{
  g_autofree gboolean *is_used = find_used (self);

  self->has_changed = FALSE;
  for (guint i = 0; i < self->ops->len; i++)
    self->n_uses[i] = i == self->result;
  for (guint i = 0; i < self->ops->len; i++)
    {
      const GengaOp *op = genga_graph_edit_get (self, i);

      for (guint k = 0; is_used[i] && k < op->n_inputs; k++)
        self->n_uses[op->inputs[k]]++;
    }
}

gboolean
genga_graph_edit_visit (GengaGraphEdit *self, guint value)
{
  GengaOp *op = genga_graph_edit_get (self, value);

  for (guint k = 0; k < op->n_inputs; k++)
    op->inputs[k] = self->aliases[op->inputs[k]];
  return self->n_uses[value] > 0;
}

gboolean
genga_graph_edit_has_one_use (GengaGraphEdit *self, guint value)
{
  return self->n_uses[value] == 1 && value != self->result;
}

void
genga_graph_edit_replace (GengaGraphEdit *self, guint value, guint other)
{
  self->aliases[value] = other;
  self->n_uses[other] += self->n_uses[value] - 1;
  self->n_uses[value] = 0;
  if (self->result == value)
    self->result = other;
  self->has_changed = TRUE;
}

void
genga_graph_edit_set_input (GengaGraphEdit *self, GengaOp *op, guint value)
{
  self->n_uses[op->inputs[0]]--;
  self->n_uses[value]++;
  op->inputs[0] = value;
  self->has_changed = TRUE;
}

guint
genga_graph_edit_add_constant (GengaGraphEdit *self, guint rank, const int *shape, float *data)
{
  GengaConstant constant = { .rank = rank, .n_elements = 1, .data = data };

  g_assert (self->has_weights == (data != NULL));
  for (guint i = 0; i < rank; i++)
    {
      constant.shape[i] = shape[i];
      constant.n_elements *= shape[i];
    }
  g_array_append_val (self->constants, constant);
  return self->constants->len - 1;
}

/* ---- the end ---- */

/* What `*constant` is in `constants`: it moves there with its first use. */
static void
move_constant (GengaGraphEdit *self, guint *constant, guint *numbers, GArray *constants)
{
  if (*constant == GENGA_NONE)
    return;
  if (numbers[*constant] == GENGA_NONE)
    {
      numbers[*constant] = constants->len;
      g_array_append_vals (constants, genga_graph_edit_get_constant (self, *constant), 1);
    }
  *constant = numbers[*constant];
}

static guint *
new_numbers (guint n)
{
  guint *numbers = g_new (guint, MAX (1, n));

  for (guint i = 0; i < n; i++)
    numbers[i] = GENGA_NONE;
  return numbers;
}

GengaGraph *
genga_graph_edit_finish (GengaGraphEdit *self)
{
  g_autofree gboolean *is_used = find_used (self);
  g_autofree guint *values = new_numbers (self->ops->len);
  g_autofree guint *numbers = new_numbers (self->constants->len);
  GArray *ops = g_array_new (FALSE, FALSE, sizeof (GengaOp));
  GArray *constants = g_array_new (FALSE, FALSE, sizeof (GengaConstant));

  for (guint i = 0; i < self->ops->len; i++)
    {
      GengaOp op = *genga_graph_edit_get (self, i);

      if (!is_used[i])
        continue;
      for (guint k = 0; k < op.n_inputs; k++)
        op.inputs[k] = values[op.inputs[k]];
      move_constant (self, &op.weight, numbers, constants);
      move_constant (self, &op.bias, numbers, constants);
      values[i] = ops->len;
      g_array_append_val (ops, op);
    }
  for (guint i = 0; i < self->constants->len; i++)
    if (numbers[i] == GENGA_NONE)
      g_free ((float *)genga_graph_edit_get_constant (self, i)->data);
  g_array_unref (self->ops);
  g_array_unref (self->constants);
  g_free (self->n_uses);
  g_free (self->aliases);
  return genga_graph_new (ops, constants, self->minimum, self->multiple_of);
}
