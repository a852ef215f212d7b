/**
 * Counters and events: a {@link dev.midstream.reassembly.event.Reason} for everything that happens
 * to a packet, and events for the operator. Nothing here decides anything.
 *
 * <p>Counters belong to one engine and are used on the thread of its worker only. Event sinks are
 * called on that thread.
 */
@NullMarked
package dev.midstream.reassembly.event;

import org.jspecify.annotations.NullMarked;
