/**
 * Playbooks through the engine: the script of an agent as real segments over a network that loses
 * some of them.
 */
@NullMarked
package dev.midstream.worlds.playbook;

import org.jspecify.annotations.NullMarked;
