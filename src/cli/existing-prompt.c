/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/existing-prompt.h"
#include "cli/interrupt.h"
#include "core/text.h"

#include <glib/gi18n-lib.h>
#include <poll.h>
#include <unistd.h>

#define POLL_MS 100

gboolean
genga_existing_prompt_can_ask (void)
{
  return isatty (STDIN_FILENO) && isatty (STDERR_FILENO);
}

/* The first letter of the next line; 0 without one. */
static char
read_letter (void)
{
  struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
  char letter = '\n', c = '\0';
  gboolean is_first = TRUE;

  while (!genga_interrupt_is_requested ())
    {
      if (poll (&input, 1, POLL_MS) <= 0)
        continue;
      if (read (STDIN_FILENO, &c, 1) != 1)
        return 0;
      if (c == '\n')
        return letter;
      if (is_first)
        letter = c;
      is_first = FALSE;
    }
  return 0;
}

GengaExisting
genga_existing_prompt_ask (const char *path, gboolean *is_for_all)
{
  g_autofree char *name = genga_text_dup_path (path);

  for (;;)
    {
      /* Translators: the letters stay as they are. */
      g_printerr (_ ("“%s” already exists. [r]eplace it, [k]eep both, or [s]kip it? A capital "
                     "letter is for all files: "),
                  name);
      char letter = read_letter ();

      *is_for_all = g_ascii_isupper (letter);
      switch (g_ascii_tolower (letter))
        {
        case 'r':
          return GENGA_EXISTING_REPLACE;
        case 'k':
          return GENGA_EXISTING_NUMBER;
        case 's':
          return GENGA_EXISTING_SKIP;
        case '\0':
          g_printerr ("\n");
          return GENGA_EXISTING_ASK;
        default:
          break;
        }
    }
}
