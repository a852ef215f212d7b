package dev.midstream.wire.capture;

import java.io.IOException;

/** Finds the packet records of one capture format, front to back. */
sealed interface RecordScanner permits PcapScanner, PcapngScanner {

  /** Moves {@link #record()} to the next packet; false at the end of the file or at damage. */
  boolean next() throws IOException;

  /** The current packet's record. */
  RecordView record();

  /** The interfaces seen so far. */
  InterfaceTable interfaces();

  /**
   * Edits the file's headers in memory to leave room for edits; must be called before the first
   * packet.
   */
  void makeRoomForEdits();

  /** Returns a composer of the same format that writes to {@code output}. */
  RecordComposer composer(CaptureOutput output);
}
