/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/confine/syscall-filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__
#  define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#  define FIRST_FOREIGN 0x40000000u /* x32 */
#elif defined __aarch64__
#  define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#  define FIRST_FOREIGN 0xffffffffu
#else
#  define OWN_ARCHITECTURE 0
#  define FIRST_FOREIGN 0xffffffffu
#endif

#define NAMESPACES                                                                                 \
  (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |    \
   CLONE_NEWNET)

static const guint32 denied[] = {
#if !defined __SANITIZE_ADDRESS__
  SYS_execve,
  SYS_execveat,
  SYS_ptrace,
#endif
  SYS_socket,
  SYS_process_vm_readv,
  SYS_process_vm_writev,
  SYS_kcmp,
#ifdef SYS_pidfd_getfd
  SYS_pidfd_getfd,
#endif
#ifdef SYS_process_madvise
  SYS_process_madvise,
#endif
#ifdef SYS_io_uring_setup
  SYS_io_uring_setup,
  SYS_io_uring_enter,
  SYS_io_uring_register,
#endif
  SYS_unshare,
  SYS_setns,
  SYS_mount,
  SYS_umount2,
  SYS_pivot_root,
  SYS_chroot,
#ifdef SYS_fsopen
  SYS_fsopen,
  SYS_fsmount,
  SYS_fspick,
  SYS_fsconfig,
  SYS_move_mount,
  SYS_open_tree,
#endif
#ifdef SYS_mount_setattr
  SYS_mount_setattr,
#endif
  SYS_open_by_handle_at,
  SYS_name_to_handle_at,
  SYS_bpf,
  SYS_perf_event_open,
  SYS_userfaultfd,
  SYS_keyctl,
  SYS_add_key,
  SYS_request_key,
  SYS_init_module,
  SYS_finit_module,
  SYS_delete_module,
  SYS_kexec_load,
  SYS_reboot,
  SYS_swapon,
  SYS_swapoff,
  SYS_acct,
  SYS_quotactl,
  SYS_settimeofday,
  SYS_clock_settime,
  SYS_clock_adjtime,
  SYS_adjtimex,
  SYS_sethostname,
  SYS_setdomainname,
  SYS_syslog,
  SYS_fanotify_init,
#ifdef SYS_iopl
  SYS_iopl,
  SYS_ioperm,
#endif
};

static void
add (GArray *program, guint16 code, guint32 k, guint8 if_true, guint8 if_false)
{
  struct sock_filter line = { code, if_true, if_false, k };

  g_array_append_val (program, line);
}

static void
load (GArray *program, gsize offset)
{
  add (program, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void
answer (GArray *program, guint32 what)
{
  add (program, BPF_RET | BPF_K, what, 0, 0);
}

/* The low half of a call's argument. */
static gsize
get_argument (guint n)
{
  return offsetof (struct seccomp_data, args) + n * sizeof (guint64) +
         (G_BYTE_ORDER == G_BIG_ENDIAN ? sizeof (guint32) : 0);
}

/* Denies the call if the accumulator is `number`. */
static void
deny (GArray *program, guint32 number)
{
  add (program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
  answer (program, SECCOMP_RET_ERRNO | EPERM);
}

/* New namespaces; clone3() hides its flags in memory, and C libraries do without it. */
static void
deny_namespaces (GArray *program)
{
  add (program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
  answer (program, SECCOMP_RET_ERRNO | ENOSYS);
  add (program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
  load (program, get_argument (0));
  add (program, BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1);
  answer (program, SECCOMP_RET_ERRNO | EPERM);
  answer (program, SECCOMP_RET_ALLOW);
}

/* Typing into the terminal that the program was started from. */
static void
deny_typing (GArray *program)
{
  add (program, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 5);
  load (program, get_argument (1));
  add (program, BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0);
  add (program, BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1);
  answer (program, SECCOMP_RET_ERRNO | EPERM);
  answer (program, SECCOMP_RET_ALLOW);
}

static GArray *
make_program (void)
{
  GArray *program = g_array_new (FALSE, FALSE, sizeof (struct sock_filter));

  load (program, offsetof (struct seccomp_data, arch));
  add (program, BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0);
  answer (program, SECCOMP_RET_ERRNO | EPERM);
  load (program, offsetof (struct seccomp_data, nr));
  add (program, BPF_JMP | BPF_JGE | BPF_K, FIRST_FOREIGN, 0, 1);
  answer (program, SECCOMP_RET_ERRNO | EPERM);
  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    deny (program, denied[i]);
  deny_namespaces (program);
  deny_typing (program);
  answer (program, SECCOMP_RET_ALLOW);
  return program;
}

gboolean
genga_syscall_filter_is_possible (void)
{
  const guint32 action = SECCOMP_RET_ERRNO;

  return OWN_ARCHITECTURE != 0 && syscall (SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

gboolean
genga_syscall_filter_enter (void)
{
  g_autoptr (GArray) program = make_program ();
  struct sock_fprog filter = { program->len, (struct sock_filter *)(gpointer)program->data };

  return syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}
