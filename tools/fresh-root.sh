#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fresh-root.sh [OPTIONS] RELEASE COMMAND [ARGUMENTS]: runs a command on a Debian that has nothing
# but its base system, with a copy of this working tree as the current folder. Needs root,
# debootstrap and the network; RELEASE is one of Debian's code names (bookworm, trixie, sid).
#
#   --layer NAME         keep what the command changes, and start from there the next time;
#                        without it every run begins anew
#   --bind FOLDER:PLACE  show a folder of this machine in the root; may be given again
#   --without-tree       no copy of the working tree
#
# Roots lie in GENGA_ROOTS, or else in ~/.cache/genga/roots; the base of a release is made once and
# never changed by a run. Packages that apt has fetched are kept beside them. The command sees a
# process table, a /dev and a /tmp of its own; all of it ends with the command, whose exit status
# is this script's. ../shared, if there, is shown read-only beside the tree.
set -eu

tree=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
roots=${GENGA_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/genga/roots}
# Where this machine's own packages come from, unless GENGA_MIRROR says otherwise.
mirror=${GENGA_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
  awk '$1 == "URIs:" || $1 == "deb" { for (i = 2; i <= NF; i++)
         if ($i ~ /^https?:.*debian\/?$/) { print $i; exit } }')}
inside=/src/genga

die ()
{
  printf '%s\n' "fresh-root: $*" >&2
  exit 2
}

# Everything below happens in a mount and process namespace, which the kernel clears away.
if [ "${1:-}" != --in-namespace ]; then
  [ "$(id -u)" -eq 0 ] || die 'only root can make roots.'
  command -v debootstrap >/dev/null || die 'please install debootstrap.'
  exec unshare --mount --pid --fork --kill-child sh "$0" --in-namespace "$@"
fi
shift

layer=
binds=
with_tree=true
while [ $# -gt 0 ]; do
  case $1 in
    --layer) layer=$2; shift 2 ;;
    --bind) binds="$binds$2
"; shift 2 ;;
    --without-tree) with_tree=false; shift ;;
    -*) die "there is no option $1." ;;
    *) break ;;
  esac
done
[ $# -ge 2 ] || die 'usage: fresh-root.sh [OPTIONS] RELEASE COMMAND [ARGUMENTS]'
release=$1
shift
case $release$layer in
  *[!a-z0-9-]*) die 'names are of small letters and digits.' ;;
esac

# A base appears whole, under a lock: two runs may want the same one.
mkdir -p "$roots"
exec 9>"$roots/.$release.lock"
flock 9
if [ ! -d "$roots/$release" ]; then
  rm -rf "$roots/$release.part"
  debootstrap --variant=minbase "$release" "$roots/$release.part" "$mirror" >&2 ||
    die "can't make a root of $release."
  rm -rf "$roots/$release.part/var/cache/apt/archives"/*.deb
  # What is thrown away need not be on the disk before the next package is unpacked.
  echo force-unsafe-io >"$roots/$release.part/etc/dpkg/dpkg.cfg.d/unsafe-io"
  # A mirror may be a copy of some day.
  echo 'Acquire::Check-Valid-Until "false";' >"$roots/$release.part/etc/apt/apt.conf.d/old-mirror"
  mv "$roots/$release.part" "$roots/$release"
fi
exec 9>&-

work=$roots/$release-${layer:-run-$$}.layer
root=$work/root
# Whatever is still mounted is somebody's: nothing is removed through a mount.
[ -n "$layer" ] || trap 'umount -R -l "$root" 2>/dev/null || :; rm -rf --one-file-system "$work"' EXIT
mkdir -p "$work/upper" "$work/work" "$root" "$roots/$release.archives/partial"

# One run at a time changes a layer.
exec 9>"$work/lock"
flock -n 9 || { echo 'fresh-root: waiting for another run with this layer.' >&2; flock 9; }

mount -t overlay overlay \
  -o "lowerdir=$roots/$release,upperdir=$work/upper,workdir=$work/work" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
chmod 1777 "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for stream in stdin:0 stdout:1 stderr:2; do
  ln -s "/proc/self/fd/${stream#*:}" "$root/dev/${stream%:*}"
done
mount --bind "$roots/$release.archives" "$root/var/cache/apt/archives"
rm -f "$root/etc/apt/apt.conf.d/docker-clean"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -L /etc/hosts "$root/etc/hosts"

printf '%s' "$binds" | while IFS=: read -r from to; do
  mkdir -p "$root$to"
  mount --bind "$from" "$root$to"
done

if $with_tree; then
  mkdir -p "$root$inside"
  # What git knows or would know, with its times, so that a kept layer builds only what is new.
  (cd "$tree" && git ls-files --cached --others --exclude-standard |
    while IFS= read -r name; do [ ! -e "$name" ] || printf '%s\n' "$name"; done |
    tar -cf - --no-recursion -T -) | tar -xf - -C "$root$inside"
  cp -a "$tree/.git" "$root$inside/" 2>/dev/null || true
  if [ -d "$tree/../shared" ]; then
    mkdir -p "$root${inside%/*}/shared"
    mount --bind -o ro "$(CDPATH='' cd -- "$tree/../shared" && pwd -P)" "$root${inside%/*}/shared"
  fi
else
  mkdir -p "$root$inside"
fi

status=0
env -i HOME=/root TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  chroot "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$inside" "$@" || status=$?

# The kernel would undo the mounts too, but only after the folder was to be removed.
umount -R "$root" || :
exit "$status"
