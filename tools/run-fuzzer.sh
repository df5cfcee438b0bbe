#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-fuzzer.sh BUILD NAME SECONDS: runs one fuzzer for a while, from its corpus on, and prints a
# line about it. What it finds worth keeping, its log, and what broke are in BUILD/found.
set -eu

build=$1
name=$2
seconds=$3
corpus=$(dirname "$0")/../tests/fuzz/corpus/$name
corpus=$(CDPATH='' cd -- "$corpus" && pwd -P)

mkdir -p "$build/found/$name"
cd "$build/found"
status=0
# A warning of GLib's is a fault as well: nothing of a file's may reach it unchecked.
G_DEBUG=fatal-warnings LC_ALL=C.UTF-8 \
  "$build/tests/fuzz/fuzz-$name" -max_total_time="$seconds" -timeout=20 -print_final_stats=1 \
  -artifact_prefix="$name-" "$name" "$corpus" >"$name.log" 2>&1 || status=$?
rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$name.log")
coverage=$(sed -n 's/^#.*DONE *cov: \([0-9]*\).*/\1/p' "$name.log")
if [ "$status" -eq 0 ]; then
  printf '%-12s %7s executions a second, %6s places reached\n' "$name" "$rate" "$coverage"
else
  printf '%-12s FOUND a fault: see %s\n' "$name" "$build/found/$name.log"
fi
exit "$status"
