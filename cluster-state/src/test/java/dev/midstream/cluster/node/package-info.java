/** Tests of one node. */
@NullMarked
package dev.midstream.cluster.node;

import org.jspecify.annotations.NullMarked;
