/**
 * Modification commands: what an agent's decisions become, the ordered list they are kept in, and
 * the numbers derived from it.
 *
 * <p>Place on the path: after the agent, before the maps. The list knows where output stands and
 * nothing else: what is decided, released or acknowledged, and when commands may be folded, is its
 * user's to say.
 */
@NullMarked
package dev.midstream.modcmd.command;

import org.jspecify.annotations.NullMarked;
