/**
 * The engine: takes packets of connections in any order, shows their octets to agents and rewrites
 * what agents decide, so that both ends keep seeing a perfect TCP peer.
 *
 * <p>{@link dev.midstream.reassembly.Engine} composes the stages of the path, one package each, in
 * this order: {@code flow}, {@code admit}, {@code deliver}, {@code rewrite}, {@code emit}. Before
 * them {@code fragment} makes datagrams whole; beside them {@code custody} repeats what the engine
 * answers for, and {@code answer} makes acknowledgements; {@code store} holds octets, {@code rule}
 * what the operator wants, {@code event} what is told. No clock, thread, socket, file or log: bytes
 * and time in, packets and deadlines out.
 *
 * <p>An engine and everything it holds belong to one worker and are touched on its thread only;
 * workers share nothing but configuration and agents.
 */
@NullMarked
package dev.midstream.reassembly;

import org.jspecify.annotations.NullMarked;
