/**
 * Connections at rest, kept as octets: the records, found by their ends, and their deadlines. Only
 * the beginning of a record is read here.
 *
 * <p>All objects belong to one engine and are used on the thread of its worker only. Nothing is
 * thread-safe.
 */
@NullMarked
package dev.midstream.reassembly.park;

import org.jspecify.annotations.NullMarked;
