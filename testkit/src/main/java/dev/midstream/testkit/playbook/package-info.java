/**
 * Playbooks for agents: octets in, decisions out. A script is played with every relevant cut, order
 * and silence, and each time the same streams must result.
 *
 * <p>Place on the path: a playbook replaces everything around an agent. It calls the agent by
 * {@link dev.midstream.modcmd.call.CallingRule}, as the engine does; there are no packets, no time
 * and no loss. It depends on no test framework; a failed playbook throws {@link
 * java.lang.AssertionError}.
 */
@NullMarked
package dev.midstream.testkit.playbook;

import org.jspecify.annotations.NullMarked;
