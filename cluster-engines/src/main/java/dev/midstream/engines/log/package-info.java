/**
 * The log of one bucket: {@link dev.midstream.engines.log.BucketLog} at its owner, {@link
 * dev.midstream.engines.log.BucketReplica} at a backup. Neither knows the owners.
 */
@NullMarked
package dev.midstream.engines.log;

import org.jspecify.annotations.NullMarked;
