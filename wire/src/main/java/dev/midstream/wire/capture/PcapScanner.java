package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.PcapDescriptor.*;

import dev.midstream.wire.packet.LinkType;
import java.io.IOException;

/** Finds the records of a pcap file, which has one interface, number 0. */
final class PcapScanner implements RecordScanner {
  private static final int VERSION_MAJOR = 2;

  private final CaptureInput input;
  private final RecordView record = new RecordView();
  private final InterfaceTable interfaces = new InterfaceTable();
  private final int packetLimitBytes;
  private final int nanosPerFraction;

  private PcapScanner(CaptureInput input, int packetLimitBytes, int nanosPerFraction) {
    this.input = input;
    this.packetLimitBytes = packetLimitBytes;
    this.nanosPerFraction = nanosPerFraction;
    int code = input.intAt(LINK_TYPE_OFFSET) & LINK_TYPE_MASK;
    record.setEmpty(FILE_HEADER_BYTES);
    record.linkType = LinkTypes.of(code);
    record.frameCheckBytes = frameCheckBytes(input, record.linkType);
    interfaces.add(
        new CaptureInterface(
            code,
            record.linkType,
            input.intAt(SNAP_LENGTH_OFFSET),
            record.frameCheckBytes,
            TimeResolution.MICROSECONDS));
  }

  private static int frameCheckBytes(CaptureInput input, LinkType linkType) {
    int field = input.intAt(LINK_TYPE_OFFSET);
    int units = (field & FRAME_CHECK_KNOWN) == 0 ? 0 : field >>> 28;
    return FrameCheck.supported(linkType, units * FRAME_CHECK_UNIT_BYTES);
  }

  /** Reads the file header; the byte order of the input is already set. */
  static PcapScanner open(CaptureInput input, int packetLimitBytes, boolean nanoseconds)
      throws IOException {
    if (!input.load(0, FILE_HEADER_BYTES)) {
      throw new CaptureException("capture header is cut off file=" + input.file());
    }
    int version = input.unsignedShortAt(VERSION_MAJOR_OFFSET);
    if (version != VERSION_MAJOR) {
      throw new CaptureException(
          "unknown pcap version file=" + input.file() + " version=" + version);
    }
    return new PcapScanner(input, packetLimitBytes, nanoseconds ? 1 : 1_000);
  }

  @Override
  public boolean next() throws IOException {
    long start = record.end;
    record.setEmpty(start);
    if (!input.load(start, RECORD_HEADER_BYTES)) {
      return input.loadedFrom(start) > 0 && input.markDamaged(start, "record header is cut off");
    }
    int captured = input.intAt(start + CAPTURED_OFFSET);
    if (captured < 0 || captured > packetLimitBytes) {
      return input.markDamaged(start, "record claims an impossible length");
    }
    if (!input.load(start, RECORD_HEADER_BYTES + captured)) {
      return input.markDamaged(start, "record is cut off");
    }
    fill(start, captured);
    return true;
  }

  @Override
  public RecordView record() {
    return record;
  }

  @Override
  public InterfaceTable interfaces() {
    return interfaces;
  }

  @Override
  public void makeRoomForEdits() {
    if (Integer.compareUnsigned(input.intAt(SNAP_LENGTH_OFFSET), MAX_SNAP_LENGTH) < 0) {
      input.putInt(SNAP_LENGTH_OFFSET, MAX_SNAP_LENGTH);
    }
  }

  @Override
  public RecordComposer composer(CaptureOutput output) {
    return new PcapComposer(output, input.bigEndian(), nanosPerFraction, record.frameCheckBytes);
  }

  private void fill(long start, int captured) {
    long seconds = Integer.toUnsignedLong(input.intAt(start + SECONDS_OFFSET));
    long fraction = Integer.toUnsignedLong(input.intAt(start + FRACTION_OFFSET));
    record.packetOffset = start + RECORD_HEADER_BYTES;
    record.capturedBytes = captured;
    record.originalBytes = Integer.toUnsignedLong(input.intAt(start + ORIGINAL_OFFSET));
    record.end = record.packetOffset + captured;
    record.optionsOffset = record.end;
    record.stamp = seconds << Integer.SIZE | fraction;
    // A fraction of a second or more is invalid but harmless: it is added as it is.
    record.timeNanos = seconds * TimeResolution.NANOS_PER_SECOND + fraction * nanosPerFraction;
  }
}
