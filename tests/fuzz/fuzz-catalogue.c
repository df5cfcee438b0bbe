/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of models, with its rules: its JSON, what it says, what is found in it. */
#include "fuzz-scratch.h"
#include "fuzz.h"
#include "models/match/match-rules.h"

static void
check_offer (GengaOfferList *list, const GengaOffer *offer)
{
  g_assert_nonnull (offer->id);
  g_assert_true (genga_offer_list_find (list, offer->id) != NULL);
  for (guint i = 0; i < offer->files->len; i++)
    {
      const GengaOfferFile *file = offer->files->pdata[i];

      g_assert_null (strchr (file->name, '/'));
      g_assert_true (file->name[0] != '.');
      g_assert_true (file->url == NULL || file->sha256 != NULL);
      genga_offer_list_find_file (list, file->name);
    }
}

static void
use (GengaOfferList *list)
{
  static const char *const words[] = { "anime", "2x", NULL };
  static const char *const folders[] = { NULL };
  const GengaOfferQuery query = { .words = words, .family = "esrgan", .scale = 2 };
  const GengaSourceLook look = { 0 };
  g_autoptr (GengaFactsCache) models = genga_facts_cache_new ();
  g_auto (GengaMatch) match = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < genga_offer_list_get_n (list); i++)
    check_offer (list, genga_offer_list_get (list, i));
  g_ptr_array_unref (genga_offer_list_search (list, &query));
  g_assert_true (genga_match_choose (list, folders, models, &look, 2, &match, &error) ==
                 (error == NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *path = fuzz_write_file ("catalogue.json", data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaOfferList) list = genga_offer_list_load_file (path, &error);

  g_assert_true ((list == NULL) == (error != NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  if (list != NULL)
    use (list);
  return 0;
}
