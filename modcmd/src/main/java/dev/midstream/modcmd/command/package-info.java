/**
 * Modification commands: what an agent's decisions become, the ordered list they are kept in, and
 * the numbers derived from it.
 *
 * <p>Place on the path: after the agent, before the maps. The list knows where output stands and
 * nothing else: what is decided, released or acknowledged, and when commands may be folded, is its
 * user's to say.
 *
 * <p>A list belongs to one stream and to the thread of the worker that has its connection; {@link
 * dev.midstream.modcmd.command.Octets} and single commands are immutable.
 */
@NullMarked
package dev.midstream.modcmd.command;

import org.jspecify.annotations.NullMarked;
