/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Faults for tests of what must survive them: places in the code where a run can be made to fail
 * or to die.
 *
 * GENGA_FAULT lists them as "place:n" with commas between; n counts the times that the place is
 * passed, from 1, and "n+" is every time from there on. A place whose name begins with "kill" ends
 * the process as kill -9 does; with "stop", it stops there until it gets a SIGCONT; with "stall",
 * the thread does not come back for GENGA_STALL_FOR seconds, or ever. "no-room" is passed by every
 * write of a video's export, "small-files" when the largest size of its file is asked for,
 * "small-quota" when a quota is, "no-room-ahead" by what tells of a segment before its turn,
 * "no-memory" whenever the available memory is asked for, "kernel-check-NAME" by every check of a
 * kernel set, once for each class of precision, "self-test" by a result before it is compared,
 * "refused-packet", "refused-end" and "refused-result" by a muxer with each copied packet, with a
 * file's end and with what is read again, "lost-tracks" where a Matroska file's list of tracks is
 * read for its languages, and "shuffle-tiles" by every frame whose tiles might be
 * computed in another order. "catalogue" is passed where the catalogue of models is read and takes
 * GENGA_CATALOGUE's instead, "loopback-http" by an address of this machine that is not https and
 * lets it through, and "short-timeout" by a download, which then waits for one second, and by a
 * process that reads files for a list, which then has a fifth of it. "short-countdown" is passed
 * before the computer is suspended or shut down, and makes one second of the half minute.
 * "lost-device" is passed by every run of a network, whose device is lost then.
 * "stall-segment" is passed by each segment that one of several devices has made, "stall-measure"
 * by each step of measuring a video.
 * "vulkan-lost" is passed by every submission to a device of Vulkan's, which is lost then,
 * "vulkan-no-memory" by every attempt to allocate its memory, "vulkan-small-memory" by every
 * network that comes onto it, which then has 1 MiB for values, "vulkan-wrong-numbers" by its
 * weights, which become others, and "vulkan-small-pieces" by its commands for a size, which are cut
 * into very small pieces. "stale-handle" and "share-error" are passed by every attempt at a
 * file of a cluster's job, which then ends in ESTALE or EIO, and "stale-segment" by every attempt
 * to read of a finished segment. "long-answer" is passed by each result of a server's request, with
 * which the answer is too long then. "watched-share" is passed where a watched folder's file system
 * is asked for, which is a network share then, "on-battery" is passed where the power supply is
 * asked for, which is the battery then, "refused-lease" where the kernel is asked whether a watched
 * file is written, which it is then, "hasty-share" where the stillness of files on a share is set,
 * which is a second then, "no-watches" where the kernel is to tell of it, which it can't then, and
 * "kill-watched" and "stop-watched" with a file's result in its place, before that is noted. Only
 * builds with the option `faults` have them, which is off unless it is asked for.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passes a place; TRUE: fail there. */
gboolean genga_fault (const char *place);

/* Takes another list in the place of GENGA_FAULT's, or none (NULL), and counts anew. */
void genga_fault_set (const char *list);

G_END_DECLS
