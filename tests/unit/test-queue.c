/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/item-queue.h"

static int n_alive; /* atomic: items made and not yet freed */

static gpointer
make_item (int value)
{
  int *item = g_new (int, 1);

  *item = value;
  g_atomic_int_inc (&n_alive);
  return item;
}

static void
free_item (gpointer item)
{
  g_atomic_int_add (&n_alive, -1);
  g_free (item);
}

static int
receive_value (GengaItemQueue *queue)
{
  int *item = genga_item_queue_receive (queue);
  int value = item ? *item : -1;

  if (item)
    free_item (item);
  return value;
}

static void
test_order_and_end (void)
{
  g_autoptr (GengaItemQueue) queue = genga_item_queue_new (3, 100, free_item);

  for (int round = 0; round < 5; round++)
    {
      for (int i = 0; i < 3; i++)
        g_assert_true (genga_item_queue_send (queue, make_item (10 * round + i), 20));
      for (int i = 0; i < 3; i++)
        g_assert_cmpint (receive_value (queue), ==, 10 * round + i);
    }

  g_assert_true (genga_item_queue_send (queue, make_item (7), 1));
  genga_item_queue_finish_send (queue);
  g_assert_false (genga_item_queue_send (queue, make_item (8), 1));
  g_assert_cmpint (receive_value (queue), ==, 7);
  g_assert_null (genga_item_queue_receive (queue));
  g_assert_null (genga_item_queue_receive (queue));
  g_assert_cmpint (n_alive, ==, 0);
}

static void
test_finish_receive_frees (void)
{
  g_autoptr (GengaItemQueue) queue = genga_item_queue_new (4, 100, free_item);

  for (int i = 0; i < 4; i++)
    g_assert_true (genga_item_queue_send (queue, make_item (i), 1));
  genga_item_queue_finish_receive (queue);
  g_assert_cmpint (n_alive, ==, 0);
  g_assert_false (genga_item_queue_send (queue, make_item (5), 1));
  g_assert_null (genga_item_queue_receive (queue));
  g_assert_cmpint (n_alive, ==, 0);
}

static void
test_free_with_items (void)
{
  GengaItemQueue *queue = genga_item_queue_new (4, 100, free_item);

  for (int i = 0; i < 3; i++)
    g_assert_true (genga_item_queue_send (queue, make_item (i), 1));
  genga_item_queue_free (queue);
  g_assert_cmpint (n_alive, ==, 0);
}

/* A sender of items of given sizes, which tells how far it has come; ends with NULL when refused.
 */
typedef struct
{
  GengaItemQueue *queue;
  const gsize *sizes;
  int n;
  int n_sent; /* atomic */
} Sender;

static gpointer
run_sender (gpointer data)
{
  Sender *sender = data;

  for (int i = 0; i < sender->n; i++)
    {
      if (!genga_item_queue_send (sender->queue, make_item (i), sender->sizes[i]))
        return NULL;
      g_atomic_int_inc (&sender->n_sent);
    }
  return sender;
}

/* Until somebody went to sleep at the queue so many times: there they stay, as nobody wakes them.
 */
static void
wait_for_waits (GengaItemQueue *queue, guint n)
{
  while (genga_item_queue_get_n_waits (queue) < n)
    g_thread_yield ();
}

static void
assert_sent (Sender *sender, guint n_waits, int n)
{
  wait_for_waits (sender->queue, n_waits);
  g_assert_cmpint (g_atomic_int_get (&sender->n_sent), ==, n);
}

static void
test_back_pressure (void)
{
  /* The third is larger than the limit: it goes alone. The last two wait for items, not bytes. */
  static const gsize sizes[] = { 60, 40, 500, 1, 1, 1, 1 };
  g_autoptr (GengaItemQueue) queue = genga_item_queue_new (3, 100, free_item);
  Sender sender = { queue, sizes, G_N_ELEMENTS (sizes), 0 };
  GThread *thread = g_thread_new ("sender", run_sender, &sender);

  assert_sent (&sender, 1, 2);
  g_assert_cmpint (receive_value (queue), ==, 0);
  assert_sent (&sender, 2, 2);
  g_assert_cmpint (receive_value (queue), ==, 1);
  assert_sent (&sender, 3, 3);
  g_assert_cmpint (receive_value (queue), ==, 2);
  assert_sent (&sender, 4, 6);

  for (int i = 3; i < 7; i++)
    g_assert_cmpint (receive_value (queue), ==, i);
  g_assert_nonnull (g_thread_join (thread));
  g_assert_cmpint (n_alive, ==, 0);
}

static void
test_finish_wakes_sender (void)
{
  static const gsize sizes[] = { 1, 1, 1 };

  for (int from_receiver = 0; from_receiver < 2; from_receiver++)
    {
      g_autoptr (GengaItemQueue) queue = genga_item_queue_new (2, 100, free_item);
      Sender sender = { queue, sizes, G_N_ELEMENTS (sizes), 0 };
      GThread *thread = g_thread_new ("sender", run_sender, &sender);

      assert_sent (&sender, 1, 2);
      if (from_receiver)
        genga_item_queue_finish_receive (queue);
      else
        genga_item_queue_finish_send (queue);
      g_assert_null (g_thread_join (thread));
      g_clear_pointer (&queue, genga_item_queue_free);
      g_assert_cmpint (n_alive, ==, 0);
    }
}

/* Adds up what it gets until the end. */
typedef struct
{
  GengaItemQueue *queue;
  gint64 sum;
} Receiver;

static gpointer
run_receiver (gpointer data)
{
  Receiver *receiver = data;
  int value;

  while ((value = receive_value (receiver->queue)) >= 0)
    receiver->sum += value;
  return NULL;
}

static void
test_finish_wakes_receiver (void)
{
  for (int from_receiver = 0; from_receiver < 2; from_receiver++)
    {
      g_autoptr (GengaItemQueue) queue = genga_item_queue_new (2, 100, free_item);
      Receiver receiver = { queue, 0 };
      GThread *thread = g_thread_new ("receiver", run_receiver, &receiver);

      wait_for_waits (queue, 1);
      if (from_receiver)
        genga_item_queue_finish_receive (queue);
      else
        genga_item_queue_finish_send (queue);
      g_thread_join (thread);
      g_assert_cmpint (receiver.sum, ==, 0);
    }
}

static void
test_crowd (void)
{
  enum
  {
    N_THREADS = 4,
    N_ITEMS = 500,
  };
  gsize sizes[N_ITEMS];

  for (int i = 0; i < N_ITEMS; i++)
    sizes[i] = (i * 7919) % 150;

  for (int round = 0; round < 10; round++)
    {
      g_autoptr (GengaItemQueue) queue = genga_item_queue_new (1 + round, 100, free_item);
      GThread *senders[N_THREADS], *receivers[N_THREADS];
      Sender sending[N_THREADS];
      Receiver receiving[N_THREADS];
      gint64 sum = 0;

      for (int i = 0; i < N_THREADS; i++)
        {
          sending[i] = (Sender){ queue, sizes, N_ITEMS, 0 };
          receiving[i] = (Receiver){ queue, 0 };
          senders[i] = g_thread_new ("sender", run_sender, &sending[i]);
          receivers[i] = g_thread_new ("receiver", run_receiver, &receiving[i]);
        }
      for (int i = 0; i < N_THREADS; i++)
        g_assert_nonnull (g_thread_join (senders[i]));
      genga_item_queue_finish_send (queue);
      for (int i = 0; i < N_THREADS; i++)
        {
          g_thread_join (receivers[i]);
          sum += receiving[i].sum;
        }
      g_assert_cmpint (sum, ==, (gint64)N_THREADS * N_ITEMS * (N_ITEMS - 1) / 2);
      g_assert_cmpint (n_alive, ==, 0);
    }
}

static gpointer
run_deserter (gpointer data)
{
  GengaItemQueue *queue = data;

  for (int i = 0; i < 5; i++)
    receive_value (queue);
  genga_item_queue_finish_receive (queue);
  return NULL;
}

static void
test_desertion (void)
{
  static const gsize sizes[100];

  for (int round = 0; round < 300; round++)
    {
      g_autoptr (GengaItemQueue) queue = genga_item_queue_new (3, 100, free_item);
      Sender sender = { queue, sizes, G_N_ELEMENTS (sizes), 0 };
      GThread *receiver = g_thread_new ("deserter", run_deserter, queue);

      g_assert_null (run_sender (&sender));
      genga_item_queue_finish_send (queue);
      g_thread_join (receiver);
      g_clear_pointer (&queue, genga_item_queue_free);
      g_assert_cmpint (g_atomic_int_get (&n_alive), ==, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/queue/order-and-end", test_order_and_end);
  g_test_add_func ("/queue/finish-receive-frees", test_finish_receive_frees);
  g_test_add_func ("/queue/free-with-items", test_free_with_items);
  g_test_add_func ("/queue/back-pressure", test_back_pressure);
  g_test_add_func ("/queue/finish-wakes-sender", test_finish_wakes_sender);
  g_test_add_func ("/queue/finish-wakes-receiver", test_finish_wakes_receiver);
  g_test_add_func ("/queue/crowd", test_crowd);
  g_test_add_func ("/queue/desertion", test_desertion);

  return g_test_run ();
}
