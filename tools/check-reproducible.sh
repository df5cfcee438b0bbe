#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check-reproducible.sh: builds Debian's packages twice, each time in another folder (as ./dev deb
# does), and says whether they are the same, byte for byte. Takes as long as two builds.
set -eu

cd -- "$(dirname -- "$0")/.."
first=$(mktemp -d)
trap 'rm -rf "$first"' EXIT

./dev deb >/dev/null
(cd build/deb && sha256sum -- *.deb) >"$first/sums"
cp build/deb/*.deb "$first"
./dev deb >/dev/null
if (cd build/deb && sha256sum --quiet --check "$first/sums"); then
  echo "check-reproducible: $(wc -l <"$first/sums") packages are the same"
else
  for package in build/deb/*.deb; do
    for side in "$first/${package##*/}" "$package"; do
      mkdir -p "$side.d"
      dpkg-deb -R "$side" "$side.d"
    done
    diff -rq "$first/${package##*/}.d" "$package.d" || true
    rm -rf "$package.d"
  done
  exit 1
fi
