/**
 * What the owner of a bucket and the nodes that keep replicas of it say to each other, and its
 * octets: {@link dev.midstream.engines.message.LogMessage}. And the octets of what nodes say to
 * each other: {@link dev.midstream.engines.message.ClusterMessageCodec}.
 */
@NullMarked
package dev.midstream.engines.message;

import org.jspecify.annotations.NullMarked;
