# SPDX-License-Identifier: GPL-3.0-or-later
# Completes genga-cli in bash with what the program itself says: its commands, the options of each,
# and the models that are installed. bash takes what is not found here for a file's name.

_genga_cli_commands ()
{
  "$1" --help 2>/dev/null | sed -n '/^  genga-cli/!s/^  \([a-z][a-z-]*\).*/\1/p'
}

_genga_cli_options ()
{
  "$1" "$2" --help 2>/dev/null | sed -n 's/^  \(-[A-Za-z], \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p'
}

_genga_cli ()
{
  local program=$1 current=$2 previous=$3 words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="$(_genga_cli_commands "$program") --help --version"
  elif [ "$previous" = --model ]; then
    words="none $("$program" models --installed 2>/dev/null | sed -n 's/^  \([^ /][^ ]*\)$/\1/p')"
  elif [ "${current#-}" != "$current" ]; then
    words=$(_genga_cli_options "$program" "${COMP_WORDS[1]}")
  elif [ "${COMP_WORDS[1]}" = help ]; then
    words=$(_genga_cli_commands "$program")
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -o default -F _genga_cli genga-cli
