#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Slurm: patterns of --output are looked for in the folder of --chdir, too.
#
# With "--chdir=DIR --output=log-%N.txt" both are put together first, and what begins with % is replaced
# in all of it: with DIR = "out %A.mp4" the output goes to "out 1.mp4", which is not there, and the task
# fails before it begins. A % in a folder has to be doubled, which is right only in an absolute --output.
#
# Seen: Slurm 22.05.8 (Debian 12). Needs root, slurmctld, slurmd and slurm-client.
set -eu

[ "$(id -u)" -eq 0 ] && command -v sbatch >/dev/null || { echo 'needs root and Slurm'; exit 77; }
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
trap 'kill $servers 2>/dev/null; wait; rm -rf "$folder"' EXIT
servers='' name=$(hostname -s)
mkdir "$folder/state" "$folder/spool" "$folder/out %A.mp4"
export SLURM_CONF="$folder/slurm.conf"
cat >"$SLURM_CONF" <<CONF
ClusterName=finding
SlurmctldHost=$name(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/none
CredType=cred/none
SlurmUser=root
ProctrackType=proctrack/linuxproc
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
NodeName=$name NodeAddr=127.0.0.1 CPUs=1
PartitionName=main Nodes=$name Default=YES
CONF

slurmctld -D -i -f "$SLURM_CONF" >"$folder/slurmctld.out" 2>&1 &
servers=$!
until scontrol ping 2>/dev/null | grep -q UP; do sleep 0.2; done
slurmd -D -f "$SLURM_CONF" -N "$name" >"$folder/slurmd.out" 2>&1 &
servers="$servers $!"
until sinfo -h -o %t 2>/dev/null | grep -q idle; do sleep 0.2; done

# The state that a job ends in.
run ()
{
  state=
  job=$(sbatch --parsable --chdir="$folder/out %A.mp4" --output="$1" --wrap=hostname)
  until case ${state:=} in COMPLETED | FAILED | TIMEOUT) true ;; *) false ;; esac; do
    state=$(sleep 0.2 && squeue -h -t all -o %T -j "$job")
  done
}

run 'log-%N.txt'
echo "relative: $state"
[ "$state" = FAILED ] && [ ! -e "$folder/out %A.mp4/log-$name.txt" ] || exit 1
run "$folder/out %%A.mp4/log-%N.txt"
echo "absolute, % doubled: $state"
[ "$state" = COMPLETED ] && [ -s "$folder/out %A.mp4/log-$name.txt" ] || exit 1
