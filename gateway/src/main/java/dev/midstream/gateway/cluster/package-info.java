/** A node of a cluster that runs: its lives, what carries its messages, and the engines it owns. */
@NullMarked
package dev.midstream.gateway.cluster;

import org.jspecify.annotations.NullMarked;
