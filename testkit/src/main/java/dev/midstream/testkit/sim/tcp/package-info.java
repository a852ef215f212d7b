/**
 * TCP endpoints in virtual time. {@link dev.midstream.testkit.sim.tcp.TcpEndpoint} implements RFC
 * 9293 with the extensions in {@link dev.midstream.testkit.sim.tcp.Behaviour}. An {@link
 * dev.midstream.testkit.sim.tcp.Application} on top writes, reads and closes.
 *
 * <p>Place on the path: both endpoints of a simulated network. An endpoint knows nothing of boxes
 * and edits; it checks of its peer what any TCP would check. Its inputs are frames and time, its
 * outputs frames and deadlines.
 */
@NullMarked
package dev.midstream.testkit.sim.tcp;

import org.jspecify.annotations.NullMarked;
