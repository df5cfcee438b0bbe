/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/share.h"
#include "core/fault.h"

#include <sys/statfs.h>

/* statfs(2) has most of them; those of headers that are not everywhere are written out. */
static const guint32 shares[] = {
  0x6969,     /* NFS */
  0x517b,     /* SMB */
  0xff534d42, /* CIFS */
  0xfe534d42, /* SMB 2 and later */
  0x01021997, /* 9P */
  0x65735546, /* FUSE: sshfs, GVfs and others */
  0x00c36400, /* Ceph */
  0x5346414f, /* AFS */
  0x6b414653, /* kAFS */
  0x73757245, /* Coda */
  0x0bd00bd0, /* Lustre */
  0x01161970, /* GFS2 */
  0x7461636f, /* OCFS2 */
  0x47504653, /* GPFS */
  0x19830326, /* BeeGFS */
  0x786f4256, /* shared folders of VirtualBox */
};

gboolean
genga_share_has_folder (const char *folder)
{
  struct statfs info;

  if (genga_fault ("watched-share"))
    return TRUE;
  if (statfs (folder, &info) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      if ((guint32)info.f_type == shares[i])
        return TRUE;
    }
  return FALSE;
}
