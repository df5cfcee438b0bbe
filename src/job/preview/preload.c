/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/preload.h"
#include "core/options-text.h"
#include "job/chain.h"
#include "job/plan/planner.h"

/* A small picture, which stands for the ones to come. */
#define SIDE 256

gboolean
genga_preload (GengaOptions *options, GengaProgress *progress, GError **error)
{
  const char *model = genga_options_get_string (options, GENGA_OPTION_MODEL);
  g_autoptr (GengaOptions) frozen = genga_options_copy (options);
  g_auto (GengaChain) chain = { 0 };
  const GengaSourceInfo info = { .width = SIDE, .height = SIDE };
  GengaPlanRequest request = genga_plan_request_new ("picture.png", &info, frozen, NULL);
  GengaPlan *plan;

  if (g_strcmp0 (model, "match") == 0)
    return TRUE;
  if (!genga_options_validate (frozen, error))
    return FALSE;
  genga_options_freeze (frozen);
  plan = genga_plan_new (&request, error);
  return plan != NULL && genga_chain_open (&chain, plan, &request, progress, error);
}
