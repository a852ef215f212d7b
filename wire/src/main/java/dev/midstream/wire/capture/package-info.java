/**
 * Capture files as packet ports: {@link dev.midstream.wire.capture.CaptureReader} makes packets of
 * a pcap or pcapng file, {@link dev.midstream.wire.capture.CaptureWriter} writes a file of the same
 * kind in which everything nobody touched is octet for octet what was read. {@link
 * dev.midstream.wire.capture.AnnotatedCapture} writes one of packets that were never in a file.
 *
 * <p>Place on the path: its two ends when the work is offline. Nothing here looks into a packet,
 * believes a length it has not checked, or holds more of a file than one chunk (one block, where a
 * block is larger).
 */
@NullMarked
package dev.midstream.wire.capture;

import org.jspecify.annotations.NullMarked;
