/**
 * Connections at rest, kept as octets: the records, and their deadlines. A record has a number.
 * What its octets mean is not known here.
 *
 * <p>All objects belong to one engine and are used on the thread of its worker only. Nothing is
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.park;

import org.jspecify.annotations.NullMarked;
