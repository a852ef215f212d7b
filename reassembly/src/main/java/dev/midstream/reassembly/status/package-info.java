/**
 * The status of an engine, for operators. {@link dev.midstream.reassembly.status.StatusScan} copies
 * it, a few connections at a time; {@link dev.midstream.reassembly.status.ConnectionSweep} lists
 * all connections. Nothing here changes a connection, and no status refers to one.
 *
 * <p>A scan runs on the thread of the engine's worker, between two packets. Its result is immutable
 * and may go to any thread.
 */
@NullMarked
package dev.midstream.reassembly.status;

import org.jspecify.annotations.NullMarked;
