#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Starts the program of this name from a portable Genga: with the libraries in its folder, and of
# lib/genga/spare with those that this computer lacks. What drivers use has to be the computer's own.
set -eu

self=$(readlink -f -- "$0")
root=${self%/*}/usr
name=${self##*/}
state=${XDG_CACHE_HOME:-$HOME/.cache}/genga/portable-$(printf '%s' "$root" | cksum | tr -d ' ')

# Made whole, then renamed: two programs may start at a time, and others be running.
make_state ()
{
  part=$state.$$
  mkdir -p "$part/spare"
  there=$({ /sbin/ldconfig -p || ldconfig -p; } 2>/dev/null) || there=
  for library in "$root/@lib@"/spare/*; do
    case $there in
      *"	${library##*/} "*) ;;
      *) ln -s "$library" "$part/spare/" ;;
    esac
  done
  # These are looked for from where the links lie.
  for library in "$root/@lib@"/*.so*; do
    ln -s "$library" "$part/"
  done
  sed "s|@folder@|$root/@lib@/pixbuf|" "$root/@lib@/pixbuf/loaders.cache.in" >"$part/loaders.cache"
  [ ! -e "$state" ] || mv -T "$state" "$part.old" 2>/dev/null || true
  mv -T "$part" "$state" 2>/dev/null || rm -rf "$part"
  rm -rf "$part.old"
}

# Anew when the system's libraries have changed.
if [ ! -d "$state" ] || [ /etc/ld.so.cache -nt "$state" ]; then
  make_state
fi

export LD_LIBRARY_PATH="$state/spare${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export GDK_PIXBUF_MODULE_FILE="$state/loaders.cache"
export GIO_MODULE_DIR="$root/@lib@/gio"
export VIPSHOME="$root/@lib@"
export GSETTINGS_BACKEND=keyfile
export FONTCONFIG_FILE="$root/share/fonts/fonts.conf"
export XDG_DATA_DIRS="$root/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"
exec "$root/bin/$name" "$@"
