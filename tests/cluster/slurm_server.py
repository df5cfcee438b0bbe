# SPDX-License-Identifier: GPL-3.0-or-later
"""A Slurm of one's own on the loopback: a controller and one computer, for as long as a test wants.

It needs no munge, no accounting and no cgroups, and nothing of it is left: its state is in a folder
that the test removes.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import time

PROGRAMS = ("slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo")
PATIENCE = 60
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL")


def find(name):
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def why_not():
    """Why there can be no Slurm here, or None."""
    missing = [name for name in PROGRAMS if not find(name)]
    if missing:
        return f"Slurm is not installed: no {', '.join(missing)}"
    if os.geteuid() != 0:
        return "Slurm's computer runs tasks as their users, which only root can do"
    return None


def get_port():
    with contextlib.closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def wait_for(what, is_there, server=None):
    """Slurm tells nobody when it is ready, so it is asked until it is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if is_there():
            return
        if server:
            server.check()
        time.sleep(0.1)
    raise TimeoutError(f"no {what} within {PATIENCE} s")


class Slurm:
    """`cpus` may be more than there are: Slurm only counts them."""

    def __init__(self, folder, cpus=2):
        self.folder = pathlib.Path(folder)
        self.servers = []
        self.name = socket.gethostname().split(".")[0]
        for part in ("state", "spool"):
            (self.folder / part).mkdir(parents=True)
        self.config = self.folder / "slurm.conf"
        self.config.write_text(f"""
ClusterName=genga
SlurmctldHost={self.name}(127.0.0.1)
SlurmctldPort={get_port()}
SlurmdPort={get_port()}
AuthType=auth/none
CredType=cred/none
SlurmUser=root
SlurmdUser=root
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,default_queue_depth=1000,bf_interval=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
ReturnToService=2
KillWait=2
MinJobAge=300
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd.pid
SlurmctldLogFile={self.folder}/slurmctld.log
SlurmdLogFile={self.folder}/slurmd.log
NodeName={self.name} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=main Nodes={self.name} Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
""")
        os.environ["SLURM_CONF"] = str(self.config)
        try:
            self.start_all()
        except BaseException:
            self.stop()
            raise

    def start_all(self):
        self.start("slurmctld", "-D", "-f", str(self.config), "-i")
        wait_for("controller", lambda: self.ask("scontrol", "ping").find("UP") >= 0, self)
        self.start("slurmd", "-D", "-f", str(self.config), "-N", self.name)
        wait_for("computer", lambda: "idle" in self.ask("sinfo", "-h", "-o", "%t"), self)

    def start(self, name, *arguments):
        log = open(self.folder / f"{name}.out", "wb")
        self.servers.append((name, subprocess.Popen([find(name), *arguments], stdout=log,
                                                    stderr=log, stdin=subprocess.DEVNULL)))

    def check(self):
        for name, server in self.servers:
            if server.poll() is not None:
                raise RuntimeError(f"{name} ended: " + (self.folder / f"{name}.out").read_text())

    def ask(self, *command):
        """What it prints; "" while the controller does not answer."""
        result = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        return result.stdout if result.returncode == 0 else ""

    def get_states(self, job):
        """task -> state, of those that are still known: MinJobAge keeps them beyond a test's end."""
        lines = self.ask("squeue", "-h", "-r", "-t", "all", "-o", "%K %T", "-j", job).split("\n")
        return dict(line.split() for line in lines if line)

    def has_ended(self, job):
        states = self.get_states(job)
        return bool(states) and all(state in ENDED for state in states.values())

    def wait_for_end(self, job):
        wait_for(f"end of job {job}", lambda: self.has_ended(job), self)

    def stop(self):
        for name, server in reversed(self.servers):
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
