/**
 * The authority of a cluster: it issues the certificates of nodes, and signs what nodes load.
 * {@link dev.midstream.ca.Authority} is its directory of files.
 */
@NullMarked
package dev.midstream.ca;

import org.jspecify.annotations.NullMarked;
