/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of models: what is in it, what is found in it, and what is not believed of it. */
#include "core/error.h"
#include "models/catalogue/offer-json.h"
#include "models/catalogue/offer-list.h"

#include <string.h>

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MODEL(more) "{\"id\":\"m\",\"name\":\"M\",\"page\":\"https://example.org/m\"" more "}"
#define CATALOGUE(models) "{\"format\":1,\"models\":[" models "]}"
#define LICENSED(file) CATALOGUE (MODEL (",\"licence\":\"MIT\",\"files\":[" file "]"))
#define LINK "\"url\":\"https://example.org/m.pth\""

static GPtrArray *
read_text (const char *text, gsize size, GError **error)
{
  g_autoptr (JsonNode) root = genga_offer_json_parse (text, size, "catalogue.json", error);

  return root != NULL ? genga_offer_json_read (root, "catalogue.json", error) : NULL;
}

static void
test_good (void)
{
  static const char text[] = LICENSED ("{\"name\":\"m.pth\",\"size\":7,\"sha256\":\"" SUM "\"," LINK
                                       "},{\"name\":\"m.bin\",\"unknown\":[1]}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) offers = read_text (text, strlen (text), &error);
  const GengaOffer *offer;

  g_assert_no_error (error);
  g_assert_cmpuint (offers->len, ==, 1);
  offer = offers->pdata[0];
  g_assert_cmpstr (offer->id, ==, "m");
  g_assert_cmpuint (offer->files->len, ==, 2);
  g_assert_cmpuint (((GengaOfferFile *)offer->files->pdata[0])->size_bytes, ==, 7);
  /* One of its files has no link, so none of them is of any use. */
  g_assert_false (genga_offer_can_download (offer));
  g_assert_cmpuint (genga_offer_get_size (offer), ==, 0);
}

/* One thing that is not as it has to be, and nothing of it is used. */
static void
test_bad (void)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{}",
    "{\"format\":2,\"models\":[]}",
    "{\"format\":1,\"models\":{}}",
    "{\"format\":1,\"models\":[7]}",
    "{\"format\":1,\"models\":[]",
    CATALOGUE ("{\"id\":\"m\",\"name\":\"M\"}"),
    CATALOGUE ("{\"id\":\"m\",\"name\":7,\"page\":\"https://example.org/\"}"),
    CATALOGUE ("{\"id\":\"../m\",\"name\":\"M\",\"page\":\"https://example.org/\"}"),
    CATALOGUE ("{\"id\":\".m\",\"name\":\"M\",\"page\":\"https://example.org/\"}"),
    CATALOGUE ("{\"id\":\"m\",\"name\":\"M\\n\",\"page\":\"https://example.org/\"}"),
    CATALOGUE ("{\"id\":\"m\",\"name\":\"M\",\"page\":\"http://example.org/\"}"),
    CATALOGUE ("{\"id\":\"m\",\"name\":\"M\",\"page\":\"file:///etc/passwd\"}"),
    CATALOGUE ("{\"id\":\"m\",\"name\":\"M\",\"page\":\"https://u:p@example.org/\"}"),
    CATALOGUE (MODEL ("") "," MODEL ("")),
    CATALOGUE (MODEL (",\"scale\":0")),
    CATALOGUE (MODEL (",\"scale\":17")),
    CATALOGUE (MODEL (",\"scale\":2.5")),
    CATALOGUE (MODEL (",\"tags\":\"anime\"")),
    CATALOGUE (MODEL (",\"tags\":[[]]")),
    CATALOGUE (MODEL (",\"files\":[[]]")),
    LICENSED ("{\"name\":\"../m.pth\"}"),
    LICENSED ("{\"name\":\"a/m.pth\"}"),
    LICENSED ("{\"name\":\".m.pth\"}"),
    LICENSED ("{\"name\":\"m.so\"}"),
    LICENSED ("{\"name\":\"m.pth\"},{\"name\":\"M.PTH\"}"),
    LICENSED ("{\"name\":\"m.pth\",\"size\":-1}"),
    LICENSED ("{\"name\":\"m.pth\",\"size\":99999999999999}"),
    LICENSED ("{\"name\":\"m.pth\",\"sha256\":\"0123\"}"),
    LICENSED ("{\"name\":\"m.pth\",\"size\":7," LINK "}"),
    LICENSED ("{\"name\":\"m.pth\",\"sha256\":\"" SUM "\"," LINK "}"),
    /* A link without a licence: nobody has said that it may be fetched. */
    CATALOGUE (
        MODEL (",\"files\":[{\"name\":\"m.pth\",\"size\":7,\"sha256\":\"" SUM "\"," LINK "}]")),
    "{\"format\":1,\"licences\":{\"MIT\":7},\"models\":[" MODEL (",\"licence\":\"MIT\"") "]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) offers = read_text (texts[i], strlen (texts[i]), &error);

      if (offers != NULL)
        g_test_message ("taken: %s", texts[i]);
      g_assert_null (offers);
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
    }
}

/* The parser would run out of stack. */
static void
test_deep (void)
{
  gsize size = 1 << 20;
  g_autofree char *text = g_malloc (size);
  g_autoptr (GError) error = NULL;

  memset (text, '[', size);
  g_assert_null (read_text (text, size, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
}

/* What lies beside Genga's own models. */
static void
test_own (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaOfferList) offers = genga_offer_list_load (&error);
  guint n_links = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (genga_offer_list_get_n (offers), >=, 90);
  for (guint i = 0; i < genga_offer_list_get_n (offers); i++)
    {
      const GengaOffer *offer = genga_offer_list_get (offers, i);

      for (guint j = 0; j < offer->files->len; j++)
        {
          const GengaOfferFile *file = offer->files->pdata[j];

          g_assert_true (file->url == NULL || g_str_has_prefix (file->url, "https://"));
        }
      n_links += genga_offer_can_download (offer);
    }
  g_assert_cmpuint (n_links, >=, 70);
}

static void
assert_found (GengaOfferList *offers, GengaOfferQuery query, const char *id)
{
  g_autoptr (GPtrArray) found = genga_offer_list_search (offers, &query);

  for (guint i = 0; i < found->len; i++)
    {
      if (g_str_equal (((const GengaOffer *)found->pdata[i])->id, id))
        return;
    }
  g_error ("%s is not found", id);
}

static void
test_search (void)
{
  g_autoptr (GengaOfferList) offers = genga_offer_list_load (NULL);
  const char *const words[] = { "ANIMESHARPV4", "rcan", "2x", NULL };
  const char *const none[] = { "animesharpv4", "compact", NULL };
  g_autoptr (GPtrArray) nothing =
      genga_offer_list_search (offers, &(GengaOfferQuery){ .words = none });

  assert_found (offers, (GengaOfferQuery){ .words = words }, "2x-AnimeSharpV4");
  assert_found (offers, (GengaOfferQuery){ .tag = "manga", .scale = 1 }, "1x-MangaJPEGLQ");
  assert_found (offers, (GengaOfferQuery){ .family = "dat" }, "4x-DWTP-DS-dat2-v1");
  g_assert_cmpuint (nothing->len, ==, 0);
}

static void
assert_named (GengaOfferList *offers, const char *name, const char *id)
{
  const GengaOffer *offer = genga_offer_list_find (offers, name);

  g_assert_nonnull (offer);
  g_assert_cmpstr (offer->id, ==, id);
}

static void
test_find (void)
{
  g_autoptr (GengaOfferList) offers = genga_offer_list_load (NULL);

  assert_named (offers, "2x-animesharpv4", "2x-AnimeSharpV4");
  assert_named (offers, "anitoon", "2x_AniToon_RPLKSR_197500");
  assert_named (offers, "2x_AniToon_RPLKSR_197500.pth", "2x_AniToon_RPLKSR_197500");
  assert_named (offers, "2x-AnimeSharpV4_RCAN", "2x-AnimeSharpV4");
  g_assert_null (genga_offer_list_find (offers, "no such model"));
  g_assert_null (genga_offer_list_find (offers, "\xff"));
}

static void
test_words (void)
{
  g_autoptr (GengaOfferList) offers = genga_offer_list_load (NULL);
  const GengaOffer *offer = genga_offer_list_find (offers, "2x-BIGOLDIES");
  g_autofree char *purpose = genga_offer_dup_purpose (offer);
  g_autofree char *licence = genga_offer_dup_licence (offer);

  g_assert_cmpstr (purpose, ==, "Anime, cartoons; removes noise, halos");
  g_assert_cmpstr (licence, ==, "CC BY-NC-SA 4.0, not for commercial use");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/offers/good", test_good);
  g_test_add_func ("/offers/bad", test_bad);
  g_test_add_func ("/offers/deep", test_deep);
  g_test_add_func ("/offers/own", test_own);
  g_test_add_func ("/offers/search", test_search);
  g_test_add_func ("/offers/find", test_find);
  g_test_add_func ("/offers/words", test_words);
  return g_test_run ();
}
