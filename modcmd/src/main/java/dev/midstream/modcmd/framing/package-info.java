/**
 * Framing for agents: where a line, a counted run or a text ends in the octets an agent is shown.
 *
 * <p>Place on the path: inside agents. Nothing here allocates or keeps state of its own; each
 * answer depends on the octets alone, never on where they were cut. Octets of a peer are never an
 * exception: what is wrong with them is one of the codes of {@link
 * dev.midstream.modcmd.framing.Framing}.
 *
 * <p>Called by agents, on whatever thread they are called on.
 */
@NullMarked
package dev.midstream.modcmd.framing;

import org.jspecify.annotations.NullMarked;
