/**
 * What somebody outside may know of an engine: copies that leave its thread. {@link
 * dev.midstream.reassembly.snapshot.Survey} makes them, a few connections at a time.
 *
 * <p>Place on the path: none, between two packets. Nothing here changes a connection, and no
 * snapshot refers to one.
 *
 * <p>A survey is made on the thread of the engine's worker; its result, which never changes, is for
 * any other.
 */
@NullMarked
package dev.midstream.reassembly.snapshot;

import org.jspecify.annotations.NullMarked;
