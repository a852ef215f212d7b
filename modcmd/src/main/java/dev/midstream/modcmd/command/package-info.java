/**
 * Modification commands, which an agent's decisions become, and the ordered list that keeps them
 * with the numbers derived from them.
 *
 * <p>Place on the path: after the agent, before the maps. The list knows only where output lies.
 * Its user tracks what is decided, released and acknowledged, and decides when commands are folded.
 *
 * <p>A list belongs to one stream and to the thread of the worker that owns the connection. {@link
 * dev.midstream.agent.Octets} and single commands are immutable.
 */
@NullMarked
package dev.midstream.modcmd.command;

import org.jspecify.annotations.NullMarked;
