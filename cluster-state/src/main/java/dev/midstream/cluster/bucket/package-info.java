/**
 * Buckets, their owners and backups, and the table that says who owns what.
 *
 * <p>{@link dev.midstream.cluster.bucket.AllocationTable} is the one record that the members of a
 * cluster agree on. {@link dev.midstream.cluster.bucket.Allocator} makes the next one out of it.
 * Nothing here sends or receives, and nothing here decides whether a table may be obeyed.
 */
@NullMarked
package dev.midstream.cluster.bucket;

import org.jspecify.annotations.NullMarked;
