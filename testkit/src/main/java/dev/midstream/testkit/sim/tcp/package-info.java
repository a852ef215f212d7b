/**
 * Honest TCP ends in virtual time: {@link dev.midstream.testkit.sim.tcp.TcpEndpoint} speaks RFC
 * 9293 with the companions that {@link dev.midstream.testkit.sim.tcp.Behaviour} names, and an
 * {@link dev.midstream.testkit.sim.tcp.Application} on top of it writes, reads and closes.
 *
 * <p>Place on the path: both ends of a simulated network. It knows nothing of boxes and edits, and
 * must not: what it checks of its peer is what any TCP would. Frames and time in, frames and
 * deadlines out.
 */
@NullMarked
package dev.midstream.testkit.sim.tcp;

import org.jspecify.annotations.NullMarked;
