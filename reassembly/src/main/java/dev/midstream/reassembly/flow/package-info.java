/**
 * Which connection a packet belongs to, and what the engine knows of it: one table, one entry for
 * each connection, one stream for each direction, and the deadlines of all of them. Second place on
 * the path, after the headers. Nothing here changes a packet.
 *
 * <p>Every table, connection and stream belongs to one engine and is touched on the thread of its
 * worker only; nothing is thread-safe but values.
 */
@NullMarked
package dev.midstream.reassembly.flow;

import org.jspecify.annotations.NullMarked;
