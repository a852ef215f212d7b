package dev.midstream.wire.capture;

import dev.midstream.wire.packet.Packet;
import java.io.IOException;

/** Makes records of one kind of capture file for packets that were not in the file. */
sealed interface RecordComposer permits PcapComposer, PcapngComposer {

  /**
   * Writes a packet with the time of the record that caused it.
   *
   * @param withOptions whether what the cause's options say goes with this packet
   * @return false if no interface of the current section can take it
   */
  boolean compose(Packet emitted, RecordView cause, boolean withOptions) throws IOException;

  /** Writes a packet with a time of its own; false if no interface can take it. */
  boolean composeTimed(Packet emitted) throws IOException;
}
