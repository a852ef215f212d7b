/**
 * What carries the messages of a cluster: {@link dev.midstream.jgroups.carrier.Carrier}. Nothing
 * here knows JGroups.
 */
@NullMarked
package dev.midstream.jgroups.carrier;

import org.jspecify.annotations.NullMarked;
