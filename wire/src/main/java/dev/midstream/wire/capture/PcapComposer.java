package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.PcapDescriptor.*;
import static dev.midstream.wire.capture.TimeResolution.NANOS_PER_SECOND;

import dev.midstream.wire.packet.Packet;
import java.io.IOException;

/** Writes pcap records. */
final class PcapComposer implements RecordComposer {
  private final CaptureOutput output;
  private final int nanosPerFraction;
  private final int frameCheckBytes;

  PcapComposer(CaptureOutput output, boolean bigEndian, int nanosPerFraction, int frameCheckBytes) {
    this.output = output;
    this.nanosPerFraction = nanosPerFraction;
    this.frameCheckBytes = frameCheckBytes;
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
    int checkBytes = FrameCheck.presentBytes(emitted, frameCheckBytes);
    int position = output.reserve(RECORD_HEADER_BYTES + length + checkBytes);
    output.putInt(position + SECONDS_OFFSET, seconds);
    output.putInt(position + FRACTION_OFFSET, fraction);
    output.putInt(position + CAPTURED_OFFSET, length + checkBytes);
    output.putInt(position + ORIGINAL_OFFSET, length + emitted.missingBytes() + frameCheckBytes);
    output.putOctets(position + RECORD_HEADER_BYTES, emitted.memory(), emitted.offset(), length);
    if (checkBytes > 0) {
      output.putIntLittleEndian(position + RECORD_HEADER_BYTES + length, FrameCheck.of(emitted));
    }
    return true;
  }
}
