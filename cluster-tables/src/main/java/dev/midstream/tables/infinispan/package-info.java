/**
 * The common tables in Infinispan: {@link dev.midstream.tables.infinispan.InfinispanStore}. The
 * only package that knows it.
 */
@NullMarked
package dev.midstream.tables.infinispan;

import org.jspecify.annotations.NullMarked;
