/**
 * Connections that need no decision are forwarded without their engine.
 *
 * <p>{@link dev.midstream.reassembly.fastpath.FastPath} gives settled connections to a table, and
 * takes them back. It decides nothing about octets.
 */
@NullMarked
package dev.midstream.reassembly.fastpath;

import org.jspecify.annotations.NullMarked;
