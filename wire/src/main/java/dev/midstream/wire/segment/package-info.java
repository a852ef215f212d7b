/**
 * Building TCP segments: {@link dev.midstream.wire.segment.HeaderTemplate} captures the headers of
 * a segment that passed, {@link dev.midstream.wire.segment.SegmentBuilder} adds new field values
 * and payload.
 *
 * <p>Place on the path: after the engine's decisions, before the port. It does not decide what is
 * sent, and does not segment: its input becomes one segment.
 */
@NullMarked
package dev.midstream.wire.segment;

import org.jspecify.annotations.NullMarked;
