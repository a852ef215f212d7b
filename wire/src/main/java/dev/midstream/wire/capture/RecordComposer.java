package dev.midstream.wire.capture;

import dev.midstream.wire.packet.Packet;
import java.io.IOException;

/** Writes records of one capture format for packets that were not in the file. */
sealed interface RecordComposer permits PcapComposer, PcapngComposer {

  /**
   * Writes a packet with the time of the record that caused it.
   *
   * @param withOptions whether the packet gets the options of that record
   * @return false if no interface of the current section can take it
   */
  boolean compose(Packet emitted, RecordView cause, boolean withOptions) throws IOException;

  /** Writes a packet with its own time; false if no interface can take it. */
  boolean composeTimed(Packet emitted) throws IOException;
}
