/**
 * Records of connections for other engines, and what waits until they are committed.
 *
 * <p>All objects belong to one engine and are used on the thread of its worker only. Nothing is
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.commit;

import org.jspecify.annotations.NullMarked;
