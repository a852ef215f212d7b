/**
 * What an operator sees of an engine: copies that leave its thread. {@link
 * dev.midstream.reassembly.status.StatusScan} makes them, a few connections at a time. Nothing here
 * changes a connection, and no status refers to one.
 *
 * <p>A scan runs on the thread of the engine's worker between two packets; its result never changes
 * and may go to any thread.
 */
@NullMarked
package dev.midstream.reassembly.status;

import org.jspecify.annotations.NullMarked;
