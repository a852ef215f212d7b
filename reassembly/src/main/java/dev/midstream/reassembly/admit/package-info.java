/**
 * Admits segments: accepts them, delays them after a gap, or drops them. Third stage of the path,
 * before delivery. Nothing here calls an agent or sends packets.
 *
 * <p>The engine calls it on the thread of its worker. Nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.admit;

import org.jspecify.annotations.NullMarked;
