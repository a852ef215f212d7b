/**
 * Making TCP segments of one's own: {@link dev.midstream.wire.segment.HeaderTemplate} keeps the
 * headers of a segment that passed, {@link dev.midstream.wire.segment.SegmentBuilder} puts new
 * numbers and payload to them.
 *
 * <p>Place on the path: behind the engine's decisions, before the port. It decides nothing about
 * what is sent, and does not cut: what it is given becomes one segment.
 */
@NullMarked
package dev.midstream.wire.segment;

import org.jspecify.annotations.NullMarked;
