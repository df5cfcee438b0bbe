#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The quick checks of ./dev lint over the files that git knows or would know.
# Each check prints what is wrong; the exit status is 1 where anything is.

set -u

cd -- "$(dirname -- "$0")/.." || exit 1

longest_source=800
checks=0
failures=0

files=$(git ls-files --cached --others --exclude-standard | sort -u |
        while IFS= read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done)

# matching PATTERN: the files whose path matches the extended expression.
matching ()
{
  printf '%s\n' "$files" | grep -E "$1"
}

check ()
{
  what=$1
  checks=$((checks + 1))
  shift
  if found=$("$@" 2>&1); then
    return
  fi
  printf '%s:\n%s\n\n' "$what" "$found"
  failures=$((failures + 1))
}

# Each of the following prints what is wrong and fails, or is silent.

none ()
{
  wrong=$(cat)
  printf '%s' "$wrong"
  [ -z "$wrong" ]
}

# Other releases of the formatter put some lines differently, so only one says what is right.
find_formatter ()
{
  for formatter in clang-format-14 clang-format; do
    case $("$formatter" --version 2>/dev/null) in
      *' version 14.'*) echo "$formatter"; return ;;
    esac
  done
}

formatted ()
{
  matching '^(src|tests)/.*\.(c|h|cc|cpp)$' | xargs -r "$formatter" --dry-run --Werror 2>&1 |
    sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error:.*/\1/p' | sort | uniq -c |
    sed 's/^ *\([0-9]*\) \(.*\)/\2: \1 places/' | none
}

licensed ()
{
  matching '(\.(c|h|cc|cpp|cu|py|sh|md|ui|xml|in|yml|yaml|build|txt|css|svg|desktop|1)|meson_options\.txt|/run|^dev|^\.[a-z-]+)$' |
    grep -vE '^(COPYING|models/.*\.json|tests/.*/data/|tests/fuzz/corpus/|po/)' |
    xargs -r grep -L 'SPDX-License-Identifier: [A-Z]' | none
}

short ()
{
  matching '^src/.*\.(c|h|cc|cpp|cu)$' | xargs -r wc -l |
    awk -v longest="$longest_source" '$1 > longest && $2 != "total" { print $2 ": " $1 " lines" }' |
    none
}

without_machine_paths ()
{
  printf '%s\n' "$files" | xargs -r -d '\n' \
    grep -nIE '(^|[^A-Za-z0-9_.~}$/-])/(home|root|work|Users)/' | none
}

shell_parses ()
{
  for script in dev $(matching '\.sh$'); do
    sh -n "$script" || return 1
  done
  for script in $(matching '^\.ci/'); do
    bash -n "$script" || return 1
  done
}

tidy ()
{
  matching '\.(c|h|cc|cpp|cu|py|sh|build)$|^dev$' | xargs -r grep -nE '[[:blank:]]+$' | none
}

formatter=$(find_formatter)
if [ -n "$formatter" ]; then
  check 'not formatted as .clang-format says (clang-format-14 -i FILE)' formatted
else
  echo 'lint: the formatting is not checked, since clang-format 14 is not installed'
fi
check 'without an SPDX-License-Identifier line' licensed
check "longer than $longest_source lines: split by concern" short
check 'a path of one machine' without_machine_paths
check 'not a shell script' shell_parses
check 'blanks at the end of a line' tidy
check 'tests are counted wrongly' /usr/bin/python3 tools/test-count-tests.py

if [ "$failures" -gt 0 ]; then
  echo "lint: $failures of $checks checks failed"
  exit 1
fi
echo "lint: $checks checks passed"
