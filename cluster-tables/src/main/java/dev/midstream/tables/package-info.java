/**
 * The common tables of a cluster, for commands and observers: {@link
 * dev.midstream.tables.CommonTables}. Nothing here knows Infinispan or JGroups, and no packet waits
 * for anything here.
 */
@NullMarked
package dev.midstream.tables;

import org.jspecify.annotations.NullMarked;
