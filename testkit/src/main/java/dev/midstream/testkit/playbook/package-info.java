/**
 * Playbooks for agents: octets in, decisions out. A script is played with every relevant cut, and
 * each time the same streams must result.
 *
 * <p>Place on the path: a playbook replaces everything around an agent. It models exactly what an
 * agent is promised: no packets, no time, no loss. It depends on no test framework; a failed
 * playbook throws {@link java.lang.AssertionError}.
 */
@NullMarked
package dev.midstream.testkit.playbook;

import org.jspecify.annotations.NullMarked;
