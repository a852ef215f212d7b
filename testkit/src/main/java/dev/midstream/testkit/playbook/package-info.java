/**
 * Playbooks for agents: octets in, decisions out. One script is played with every cut that matters,
 * and each time the same streams must come out.
 *
 * <p>Place on the path: it stands in for everything around an agent. It models what an agent is
 * promised and nothing more: no packets, no time, no loss. It knows no test framework; a playbook
 * that fails throws {@link java.lang.AssertionError}.
 */
@NullMarked
package dev.midstream.testkit.playbook;

import org.jspecify.annotations.NullMarked;
