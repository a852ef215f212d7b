/**
 * Capture files as packet ports: {@link dev.midstream.wire.capture.CaptureReader} reads packets
 * from a pcap or pcapng file, {@link dev.midstream.wire.capture.CaptureWriter} writes a file of the
 * same format in which everything unedited is copied octet for octet. {@link
 * dev.midstream.wire.capture.AnnotatedCapture} writes a new file.
 *
 * <p>Place on the path: both ends, for work offline. Nothing here parses a packet, trusts an
 * unchecked length, or holds more of a file than one chunk (one block, where a block is larger).
 */
@NullMarked
package dev.midstream.wire.capture;

import org.jspecify.annotations.NullMarked;
