/**
 * Delivers undecided octets to the agent in order, and turns its decisions into modification
 * commands. Runs after admission. Nothing here sends packets.
 *
 * <p>The engine calls it, and it calls agents, on the thread of the worker. Nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.deliver;

import org.jspecify.annotations.NullMarked;
