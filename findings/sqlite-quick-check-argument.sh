#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# SQLite: the table-valued form of a check takes no count any more.
#
# Up to 3.45 `SELECT ... FROM pragma_quick_check(1)` means what `PRAGMA quick_check(1)` means: stop
# at the first fault. From 3.46 on the same text is an error, "no such table: 1", on every healthy
# database, while the statement `PRAGMA quick_check(1)` still works. A program that takes an error
# of its check for damage then puts whole databases aside.
#
# Seen (apsw wheels, which carry SQLite 3.45.3, 3.46.0 and 3.54.1):
#   3.45.3 quick: ok, integrity: ok, statement: ok, limit: ok
#   3.46.0 quick: no such table: 1, integrity: no such table: 1, statement: ok, limit: ok
#   3.54.1 quick: no such table: 1, integrity: no such table: 1, statement: ok, limit: ok
# `FROM pragma_quick_check LIMIT 1` works with all of them.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/ask.py" <<'PY'
import apsw

db = apsw.Connection(":memory:")
db.execute("CREATE TABLE t (x)")


def ask(sql):
    try:
        return list(db.execute(sql))[0][0]
    except apsw.Error as error:
        return str(error).replace("SQLError: ", "")


print(apsw.sqlitelibversion(),
      "quick:", ask("SELECT quick_check FROM pragma_quick_check(1)") + ",",
      "integrity:", ask("SELECT integrity_check FROM pragma_integrity_check(1)") + ",",
      "statement:", ask("PRAGMA quick_check(1)") + ",",
      "limit:", ask("SELECT quick_check FROM pragma_quick_check LIMIT 1"))
PY

for version in 3.45.3.0 3.46.0.1 3.54.1.0; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install -q --disable-pip-version-check "apsw==$version"
  "$folder/$version/bin/python" "$folder/ask.py"
done | tee "$folder/seen"

cat >"$folder/expected" <<'TXT'
3.45.3 quick: ok, integrity: ok, statement: ok, limit: ok
3.46.0 quick: no such table: 1, integrity: no such table: 1, statement: ok, limit: ok
3.54.1 quick: no such table: 1, integrity: no such table: 1, statement: ok, limit: ok
TXT
diff "$folder/expected" "$folder/seen"
