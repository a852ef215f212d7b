/** Tests of one life of a node. */
@NullMarked
package dev.midstream.engines.node;

import org.jspecify.annotations.NullMarked;
