/**
 * Which program has which interfaces. It stands beside the path: nothing here sees a packet, and
 * nothing keeps others than Midstream away.
 */
@NullMarked
package dev.midstream.wire.claim;

import org.jspecify.annotations.NullMarked;
