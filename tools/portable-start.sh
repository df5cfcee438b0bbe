#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Starts the program of this name from a portable Genga: with the libraries in its folder, and of
# lib/genga/spare with those that this computer lacks. What drivers use has to be the computer's own.
set -eu

self=$(readlink -f -- "$0")
root=${self%/*}/usr
name=${self##*/}

# Of this folder, this build and this computer: a home may be shared by several.
key=$({ printf '%s\n' "$root" '@build@'; cat /etc/machine-id 2>/dev/null || :; uname -n; } |
  cksum | tr -d ' ')

# Made whole in $1, then renamed to $2: two programs may start at a time, and others be running.
fill_state ()
{
  mkdir "$1/spare" || return 1
  there=$({ /sbin/ldconfig -p || ldconfig -p; } 2>/dev/null) || there=
  for library in "$root/@lib@"/spare/*; do
    case $there in
      *"	${library##*/} "*) ;;
      *) ln -s "$library" "$1/spare/" || return 1 ;;
    esac
  done
  # These are looked for from where the links lie.
  ln -s "$root/@lib@"/*.so* "$1/" || return 1
  # The folder's name goes into a quoted string, and through sed.
  folder=$(printf '%s' "$root/@lib@/pixbuf" | sed 's/[\\"]/\\&/g' | sed 's/[\\&|]/\\&/g')
  sed "s|@folder@|$folder|" "$root/@lib@/pixbuf/loaders.cache.in" >"$1/loaders.cache"
}

make_state ()
{
  part=$(mktemp -d "$1.XXXXXX") || return 1
  fill_state "$part" || { rm -rf "$part"; return 1; }
  [ ! -e "$1" ] || mv -T "$1" "$part.old" || :
  mv -T "$part" "$1" || rm -rf "$part"
  rm -rf "$part.old"
  is_made "$1"
}

# Anew when the system's libraries have changed.
is_made ()
{
  [ -f "$1/loaders.cache" ] && ! [ /etc/ld.so.cache -nt "$1" ]
}

# A home may be missing, full, or not be written to.
choose_state ()
{
  for folder in "${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}" "${XDG_RUNTIME_DIR:-}"; do
    state=$folder/genga/portable-$key
    if [ -n "$folder" ] && [ "${folder#/}" != "$folder" ] && mkdir -p "$folder/genga" &&
        { is_made "$state" || make_state "$state"; }; then
      return 0
    fi
  done 2>/dev/null
  state=$(mktemp -d) && fill_state "$state"
}

choose_state

export LD_LIBRARY_PATH="$state/spare${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export GDK_PIXBUF_MODULE_FILE="$state/loaders.cache"
export GIO_MODULE_DIR="$root/@lib@/gio"
export VIPSHOME="$root/@lib@"
export GSETTINGS_BACKEND=keyfile
export FONTCONFIG_FILE="$root/share/fonts/fonts.conf"
export XDG_DATA_DIRS="$root/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"
[ ! -d "$root/@lib@/heif" ] || export LIBHEIF_PLUGIN_PATH="$root/@lib@/heif"
exec "$root/bin/$name" "$@"
