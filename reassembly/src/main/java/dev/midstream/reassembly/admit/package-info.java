/**
 * Whether a segment may go on: accepted, delayed behind a gap, or dropped. Third place on the path,
 * before delivery. Nothing here calls an agent or sends anything.
 *
 * <p>Called by the engine, on the thread of its worker; nothing is thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.admit;

import org.jspecify.annotations.NullMarked;
