/**
 * The engine. It receives packets of connections in any order, shows their octets to agents and
 * applies the agents' edits. Both endpoints keep seeing a correct TCP peer.
 *
 * <p>{@link dev.midstream.reassembly.Engine} dispatches a packet along these packages, in this
 * order:
 *
 * <ul>
 *   <li>{@code path} has one class for each kind of segment and calls the stages;
 *   <li>{@code fragment} reassembles IP fragments;
 *   <li>{@code flow} finds the connection of a packet; {@code lifecycle} opens connections and
 *       tracks their states; {@code stream} is the state of one direction;
 *   <li>{@code admit}, {@code rewrite}, {@code deliver} and {@code emit} are the stages: accept a
 *       segment, rewrite its headers, show it to the agent, send what is released;
 *   <li>{@code endpoint} acknowledges and retransmits in place of an endpoint;
 *   <li>{@code commit} writes records for other engines, and says what waits for them;
 *   <li>{@code store} keeps octets, {@code rule} is what an operator configures, {@code event} what
 *       is reported, and {@code status} what an operator sees.
 * </ul>
 *
 * <p>There is no clock, thread, socket, file or log here: bytes and time in, packets and deadlines
 * out.
 *
 * <p>An engine and everything it owns belong to one worker and are used on its thread only. Workers
 * share only configuration and agents.
 */
@NullMarked
package dev.midstream.reassembly;

import org.jspecify.annotations.NullMarked;
