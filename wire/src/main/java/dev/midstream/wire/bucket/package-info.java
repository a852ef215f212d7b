/**
 * Which bucket a packet belongs to, so that several workers share the packets and both directions
 * of a connection meet at one: {@link dev.midstream.wire.bucket.BucketHash} computes it, {@link
 * dev.midstream.wire.bucket.BucketFilter} makes the kernel compute the same.
 *
 * <p>Place on the path: before everything else. It must not know who has which bucket.
 */
@NullMarked
package dev.midstream.wire.bucket;

import org.jspecify.annotations.NullMarked;
