package dev.midstream.bench.offline;

import java.io.EOFException;
import java.util.concurrent.TimeoutException;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapDumper;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;

/** A program that reads a capture with pcap4j and writes it again, packet by packet. */
public final class Pcap4jCopy {
  private Pcap4jCopy() {}

  /** Copies the file of the first argument to the second. */
  public static void main(String[] arguments)
      throws PcapNativeException, NotOpenException, TimeoutException {
    try (PcapHandle input = Pcaps.openOffline(arguments[0], TimestampPrecision.NANO);
        PcapDumper output = input.dumpOpen(arguments[1])) {
      while (true) {
        byte[] packet = input.getNextRawPacketEx();
        output.dumpRaw(packet, input.getTimestamp());
      }
    } catch (EOFException _) {
      // the regular end of a file
    }
  }
}
