/**
 * Assigns packets to buckets, so that several workers share the load and both directions of a
 * connection reach the same worker: {@link dev.midstream.wire.bucket.BucketHash} computes the
 * bucket, {@link dev.midstream.wire.bucket.BucketFilter} makes the kernel compute the same.
 *
 * <p>Place on the path: before everything else. It must not know which worker serves which bucket.
 */
@NullMarked
package dev.midstream.wire.bucket;

import org.jspecify.annotations.NullMarked;
