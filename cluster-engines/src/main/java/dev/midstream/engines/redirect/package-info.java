/**
 * The datagrams in which nodes pass packets on to each other: their octets, their keys, and which
 * of them a node obeys. They do not travel in the cluster's TLS connections, so that a lost one
 * delays no other; each is authenticated and encrypted by itself.
 *
 * <p>It must not send or receive anything.
 */
@NullMarked
package dev.midstream.engines.redirect;

import org.jspecify.annotations.NullMarked;
