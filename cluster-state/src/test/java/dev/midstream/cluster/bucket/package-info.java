/** Tests of the allocation of buckets. */
@NullMarked
package dev.midstream.cluster.bucket;

import org.jspecify.annotations.NullMarked;
