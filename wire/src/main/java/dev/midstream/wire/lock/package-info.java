/**
 * Locks on interfaces: no two programs use the same one.
 *
 * <p>Place on the path: none. Nothing here sees a packet, and only Midstream respects the locks.
 */
@NullMarked
package dev.midstream.wire.lock;

import org.jspecify.annotations.NullMarked;
