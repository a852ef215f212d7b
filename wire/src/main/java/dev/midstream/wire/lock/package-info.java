/**
 * Which program has which interfaces. It stands beside the path: nothing here sees a packet, and
 * nothing keeps others than Midstream away.
 */
@NullMarked
package dev.midstream.wire.lock;

import org.jspecify.annotations.NullMarked;
