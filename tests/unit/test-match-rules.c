/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue's rules: which installed model they choose, and rules that make no sense. */
#include "core/error.h"
#include "models/match/match-rules.h"

#include <glib/gstdio.h>
#include <string.h>

#define PAGE "\"page\":\"https://example.org/\""
#define MODELS                                                                                     \
  "\"models\":[{\"id\":\"offered\",\"name\":\"Offered\"," PAGE                                     \
  ",\"tags\":[\"anime\",\"soft\"],\"files\":[{\"name\":\"there.safetensors\"}]},"                  \
  "{\"id\":\"absent\",\"name\":\"Absent\"," PAGE                                                   \
  ",\"tags\":[\"anime\"],\"files\":[{\"name\":\"absent.pth\"}]},"                                  \
  "{\"id\":\"fileless\",\"name\":\"Fileless\"," PAGE ",\"tags\":[\"anime\",\"soft\"]}]"
#define RULE(condition, choices) "{\"name\":\"drawing\",\"if\":" condition ",\"take\":" choices "}"
#define OFFERED "[{\"model\":\"offered\"}]"
#define BY_STEM "[{\"model\":\"There\"}]"

typedef struct
{
  char *folder;
  char *model, *broken, *catalogue;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *from =
      g_test_build_filename (G_TEST_DIST, "..", "models", "genga-fast.safetensors", NULL);
  g_autofree char *content = NULL;
  GError *error = NULL;
  gsize size;

  self->folder = g_dir_make_tmp ("genga-rules-XXXXXX", &error);
  g_assert_no_error (error);
  self->model = g_build_filename (self->folder, "there.safetensors", NULL);
  self->broken = g_build_filename (self->folder, "broken.safetensors", NULL);
  self->catalogue = g_build_filename (self->folder, "catalogue.json", NULL);
  g_file_get_contents (from, &content, &size, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (self->model, content, (gssize)size, NULL));
  g_assert_true (g_file_set_contents (self->broken, content, 100, NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->model);
  g_unlink (self->broken);
  g_unlink (self->catalogue);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->model);
  g_free (self->broken);
  g_free (self->catalogue);
}

static gboolean
choose (Fixture *self, const char *rules, GengaMatch *match, GError **error)
{
  const char *const folders[] = { self->folder, NULL };
  const GengaSourceLook look = { .width = 640, .height = 360, .grey = 0.5, .noise = 2 };
  g_autofree char *text = g_strdup_printf ("{\"format\":1,%s," MODELS "}", rules);
  g_autoptr (GengaFactsCache) models = genga_facts_cache_new ();
  g_autoptr (GengaOfferList) offers = NULL;
  GError *failure = NULL;

  g_assert_true (g_file_set_contents (self->catalogue, text, -1, NULL));
  offers = genga_offer_list_load_file (self->catalogue, &failure);
  g_assert_no_error (failure);
  return genga_match_choose (offers, folders, models, &look, 2, match, error);
}

/* The first rule that holds, and of its choices the first that is there and can be used. */
static void
test_chosen (Fixture *self, gconstpointer data)
{
  static const char *const rules[] = {
    "\"rules\":[" RULE ("{}", OFFERED) "]",
    "\"rules\":[" RULE ("{}", BY_STEM) "]",
    "\"rules\":[" RULE ("{}", "[{\"model\":\"absent\"},{\"model\":\"broken\"},{\"model\":"
                              "\"offered\"}]") "]",
    "\"rules\":[" RULE ("{}", "[7,{},{\"tags\":[\"anime\"]}]") "]",
    "\"rules\":[" RULE ("{}", "[{\"tags\":[\"anime\",\"soft\"]}]") "]",
    "\"rules\":[" RULE ("{\"grey\":[0.5,null],\"noise\":[null,2.5],\"width\":[640,641]}",
                        OFFERED) "]",
    "\"rules\":[" RULE ("{\"noise\":[null,2]}", "[{\"model\":\"absent\"}]") "," RULE ("{}",
                                                                                      OFFERED) "]",
    "\"rules\":[7,{\"if\":{},\"take\":" OFFERED "}," RULE ("{}", OFFERED) "]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_auto (GengaMatch) match = { 0 };
      GError *error = NULL;

      g_test_message ("%s", rules[i]);
      choose (self, rules[i], &match, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (match.path, ==, self->model);
      g_assert_cmpstr (match.rule, ==, "drawing");
      g_assert_nonnull (match.name);
    }
}

/* A rule that cannot be understood holds for nothing, and what it names is never made up. */
static void
test_none (Fixture *self, gconstpointer data)
{
  static const char *const rules[] = {
    "\"rules\":7",
    "\"rules\":[]",
    "\"more\":1",
    "\"rules\":[{\"name\":7,\"if\":{},\"take\":" OFFERED "}]",
    "\"rules\":[{\"name\":\"drawing\",\"take\":" OFFERED "}]",
    "\"rules\":[" RULE ("[]", OFFERED) "]",
    "\"rules\":[" RULE ("{\"colour\":[null,null]}", OFFERED) "]",
    "\"rules\":[" RULE ("{\"grey\":0.5}", OFFERED) "]",
    "\"rules\":[" RULE ("{\"grey\":[0.5]}", OFFERED) "]",
    "\"rules\":[" RULE ("{\"grey\":[\"0\",1]}", OFFERED) "]",
    "\"rules\":[" RULE ("{\"grey\":[0,[]]}", OFFERED) "]",
    "\"rules\":[" RULE ("{\"grey\":[0.6,null]}", OFFERED) "]",
    "\"rules\":[" RULE ("{\"grey\":[null,0.5]}", OFFERED) "]",
    "\"rules\":[" RULE ("{}", "7") "]",
    "\"rules\":[" RULE ("{}", "[]") "]",
    "\"rules\":[" RULE ("{}", "[{\"model\":\"fileless\"}]") "]",
    "\"rules\":[" RULE ("{}", "[{\"model\":\"broken\"}]") "]",
    "\"rules\":[" RULE ("{}", "[{\"model\":\"../there\"}]") "]",
    "\"rules\":[" RULE ("{}", "[{\"tags\":[\"anime\",7]}]") "]",
    "\"rules\":[" RULE ("{}", "[{\"tags\":[\"photo\"]}]") "]",
    /* The one that holds is the last one that is looked at. */
    "\"rules\":[" RULE ("{}", "[{\"model\":\"absent\"}]") "," RULE ("{}", OFFERED) "]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_auto (GengaMatch) match = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rules[i]);
      g_assert_false (choose (self, rules[i], &match, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
      g_assert_null (match.path);
    }
}

static void
test_words (void)
{
  g_assert_cmpstr (genga_match_get_words ("manga"), ==, "grey line art");
  g_assert_cmpstr (genga_match_get_words ("of a later version"), ==, "of a later version");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/match-rules/chosen", Fixture, NULL, set_up, test_chosen, tear_down);
  g_test_add ("/match-rules/none", Fixture, NULL, set_up, test_none, tear_down);
  g_test_add_func ("/match-rules/words", test_words);
  return g_test_run ();
}
