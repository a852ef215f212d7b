/**
 * What the engine tells about itself: a reason for everything that happens to a packet, counted,
 * and the events an operator wants to read. Nothing here decides anything.
 *
 * <p>Counters belong to one engine and are touched on the thread of its worker only, sinks are
 * called there; a {@link dev.midstream.reassembly.event.Reason} is anybody's.
 */
@NullMarked
package dev.midstream.reassembly.event;

import org.jspecify.annotations.NullMarked;
