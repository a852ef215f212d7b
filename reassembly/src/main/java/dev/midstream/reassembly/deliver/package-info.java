/**
 * Shows undecided octets to the agent, in order and once, and carries its decisions out as
 * modification commands. Fourth place on the path. Nothing here sends anything.
 *
 * <p>Called by the engine, on the thread of its worker, which is the one agents are called on;
 * nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.deliver;

import org.jspecify.annotations.NullMarked;
