package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.PcapDescriptor.*;
import static dev.midstream.wire.capture.TimeResolution.NANOS_PER_SECOND;

import dev.midstream.wire.packet.Packet;
import java.io.IOException;

/** Writes pcap records. */
final class PcapComposer implements RecordComposer {
  private final CaptureOutput output;
  private final int nanosPerFraction;

  PcapComposer(CaptureOutput output, boolean bigEndian, int nanosPerFraction) {
    this.output = output;
    this.nanosPerFraction = nanosPerFraction;
    output.bigEndian(bigEndian);
  }

  @Override
  public boolean compose(Packet emitted, RecordView cause, boolean withOptions) throws IOException {
    return put(emitted, (int) (cause.stamp >>> Integer.SIZE), (int) cause.stamp);
  }

  @Override
  public boolean composeTimed(Packet emitted) throws IOException {
    long nanos = emitted.timeNanos();
    int fraction = (int) Math.floorMod(nanos, NANOS_PER_SECOND) / nanosPerFraction;
    return put(emitted, (int) Math.floorDiv(nanos, NANOS_PER_SECOND), fraction);
  }

  private boolean put(Packet emitted, int seconds, int fraction) throws IOException {
    int length = emitted.length();
    int position = output.reserve(RECORD_HEADER_BYTES + length);
    output.putInt(position + SECONDS_OFFSET, seconds);
    output.putInt(position + FRACTION_OFFSET, fraction);
    output.putInt(position + CAPTURED_OFFSET, length);
    output.putInt(position + ORIGINAL_OFFSET, length + emitted.missingBytes());
    output.putOctets(position + RECORD_HEADER_BYTES, emitted.memory(), emitted.offset(), length);
    return true;
  }
}
