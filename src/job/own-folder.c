/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/own-folder.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* File systems that give all files one owner and one mode, which say nothing of who wrote them. */
static gboolean
has_no_owners (int fd)
{
  static const guint32 kinds[] = {
    0x4d44,     0x2011bab0, 0x5346544e, 0x7366746e, /* FAT, NTFS */
    0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x786f4256
  }; /* SMB, FUSE, virtual machines' */
  struct statfs info;

  if (fstatfs (fd, &info) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if ((guint32)info.f_type == kinds[i])
      return TRUE;
  return FALSE;
}

int
genga_own_folder_check_owner (int fd)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    return errno;
  return info.st_uid == geteuid () && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 ? 0 : EPERM;
}

int
genga_own_folder_check (int fd)
{
  const int code = genga_own_folder_check_owner (fd);

  return code == EPERM && has_no_owners (fd) ? 0 : code;
}
