/**
 * The engine: takes packets of connections in any order, shows their octets to agents, and emits
 * the edited streams. Each end sees a correct TCP peer.
 *
 * <p>{@link dev.midstream.reassembly.Engine} composes the stages of the path, one package each:
 * {@code fragment}, {@code flow}, {@code admit}, {@code rewrite}, {@code deliver}, {@code emit},
 * {@code endpoint}. {@code path} has a class for each kind of segment, {@code lifecycle} tracks
 * connections, {@code stream} is one direction of a connection, {@code store} keeps octets. Rules
 * are in {@code rule}, counters and events in {@code event}, the status for operators in {@code
 * status}. No clock, thread, socket, file or log: packets and time in, packets and deadlines out.
 *
 * <p>An engine and everything it holds belong to one worker and are touched on its thread only;
 * workers share nothing but configuration and agents.
 */
@NullMarked
package dev.midstream.reassembly;

import org.jspecify.annotations.NullMarked;
