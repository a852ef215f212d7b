/** Tests of the tables in Infinispan, with nodes of this machine. */
@NullMarked
package dev.midstream.tables.infinispan;

import org.jspecify.annotations.NullMarked;
