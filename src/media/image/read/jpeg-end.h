/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a JPEG that stops without the mark at its end has all its pixels nevertheless. libjpeg
 * reads on behind an end with zeros; how it warns tells the two apart (ITU-T T.81, B.1.1.2, F.2.2.5
 * and G.1.1.1; libjpeg.txt, "Error handling" and "Buffered-image mode").
 *
 * Thread rule: any thread. Untrusted bytes.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * TRUE: the file stops, every bit that its pixels need is there, and no more is wrong with it than
 * that the mark lacks. The entropy decoder made up no bits, no restart marker lacks, every
 * component came, and of a progressive file every coefficient to its last bit. Of what can't be
 * known (arithmetic coding) the answer is FALSE. Reads the file once, without making pixels of it.
 */
gboolean genga_jpeg_lacks_only_end (int fd);

G_END_DECLS
