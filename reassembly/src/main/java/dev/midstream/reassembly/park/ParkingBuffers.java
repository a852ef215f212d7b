package dev.midstream.reassembly.park;

import dev.midstream.modcmd.state.StateWriter;

/**
 * Memory in which a connection is written or read, of all {@link ParkedConnections} of a worker.
 * What it holds is valid until another connection is written or read.
 */
public final class ParkingBuffers {
  final StateWriter out = new StateWriter();
  final byte[] packed = new byte[ParkedConnections.MAX_RECORD_BYTES];
  final byte[] unpacked = new byte[ParkedConnections.MAX_SNAPSHOT_BYTES];
}
