package dev.midstream.wire.capture;

import java.io.IOException;

/** Finds the packet records of one kind of capture file, front to back. */
sealed interface RecordScanner permits PcapScanner, PcapngScanner {

  /** Moves {@link #record()} to the next packet; false at the end of the file or at damage. */
  boolean next() throws IOException;

  /** The current packet's record. */
  RecordView record();

  /** The interfaces seen so far. */
  InterfaceTable interfaces();

  /** Makes the file's headers, in memory, leave room for edits; call it before the first packet. */
  void makeRoomForEdits();

  /** What writes records of the same kind to {@code output}. */
  RecordComposer composer(CaptureOutput output);
}
