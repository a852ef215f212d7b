/**
 * Modification commands: what an agent's decisions become, the ordered list they are kept in, and
 * the numbers derived from it.
 */
@NullMarked
package dev.midstream.modcmd.command;

import org.jspecify.annotations.NullMarked;
