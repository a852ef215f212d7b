/** A node of a cluster as a whole: its state machine and the engines of its buckets. */
@NullMarked
package dev.midstream.engines.node;

import org.jspecify.annotations.NullMarked;
