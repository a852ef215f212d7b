package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.PcapngDescriptor.*;

import dev.midstream.wire.packet.LinkType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the packet blocks of a pcapng file: enhanced, simple and obsolete ones. Reads sections and
 * interfaces on the way and skips other blocks.
 */
final class PcapngScanner implements RecordScanner {
  private final CaptureInput input;
  private final CaptureLimits limits;
  private final RecordView record = new RecordView();
  private final InterfaceTable interfaces = new InterfaceTable();
  private final OptionCursor option;
  private boolean roomForEdits;
  private int blockBytes;
  private long lastTimeNanos;

  private PcapngScanner(CaptureInput input, CaptureLimits limits) {
    this.input = input;
    this.limits = limits;
    option = new OptionCursor(input, 0, 0);
  }

  /** Reads the first section header. */
  static PcapngScanner open(CaptureInput input, CaptureLimits limits) throws IOException {
    PcapngScanner scanner = new PcapngScanner(input, limits);
    boolean sound = scanner.openBlock(0);
    CaptureDamage damage = input.damage();
    if (!sound && damage != null) {
      throw new CaptureException(
          "capture header cannot be read, " + damage.reason() + " file=" + input.file());
    }
    scanner.record.setEmpty(scanner.blockBytes);
    return scanner;
  }

  @Override
  public boolean next() throws IOException {
    long offset = record.end;
    while (true) {
      if (!openBlock(offset)) {
        record.setEmpty(offset);
        return false;
      }
      if (isPacket(input.intAt(offset + TYPE_OFFSET))) {
        return readPacket(offset) || stopAt(offset);
      }
      if (!readOther(offset)) {
        return stopAt(offset);
      }
      offset += blockBytes;
    }
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
    roomForEdits = true;
    clearSectionLength(0);
  }

  @Override
  public RecordComposer composer(CaptureOutput output) {
    return new PcapngComposer(input, output, interfaces);
  }

  private boolean stopAt(long offset) {
    record.setEmpty(offset);
    return false;
  }

  private static boolean isPacket(int type) {
    return type == ENHANCED_PACKET_BLOCK
        || type == SIMPLE_PACKET_BLOCK
        || type == OBSOLETE_PACKET_BLOCK;
  }

  /**
   * Loads the whole block at {@code offset} and checks its lengths; false at the end of the file or
   * at damage.
   */
  private boolean openBlock(long offset) throws IOException {
    if (!input.load(offset, MIN_BLOCK_BYTES)) {
      return input.loadedFrom(offset) > 0 && input.markDamaged(offset, "block header is cut off");
    }
    if (input.intAt(offset + TYPE_OFFSET) == SECTION_BLOCK) {
      return openSection(offset);
    }
    return loadBlock(offset, MIN_BLOCK_BYTES);
  }

  /** Adopts the byte order of the section; keeps the previous one if the section is invalid. */
  private boolean openSection(long offset) throws IOException {
    boolean bigEndianBefore = input.bigEndian();
    if (input.intAt(offset + BODY_OFFSET) != BYTE_ORDER_MAGIC) {
      input.bigEndian(!bigEndianBefore);
    }
    @Nullable String flaw = null;
    if (input.intAt(offset + BODY_OFFSET) != BYTE_ORDER_MAGIC) {
      flaw = "section has no byte-order mark";
    } else if (loadBlock(offset, MIN_SECTION_BYTES)) {
      if (input.unsignedShortAt(offset + SECTION_VERSION_OFFSET) == 1) {
        interfaces.startSection();
        return true;
      }
      flaw = "section has an unknown version";
    }
    input.bigEndian(bigEndianBefore);
    return flaw != null && input.markDamaged(offset, flaw);
  }

  private boolean loadBlock(long offset, int minBytes) throws IOException {
    int length = input.intAt(offset + LENGTH_OFFSET);
    if (length < minBytes || length > limits.blockBytes() || (length & 3) != 0) {
      return input.markDamaged(offset, "block claims an impossible length");
    }
    if (!input.load(offset, length)) {
      return input.markDamaged(offset, "block is cut off");
    }
    if (input.intAt(offset + length - TRAILER_BYTES) != length) {
      return input.markDamaged(offset, "block has two different lengths");
    }
    blockBytes = length;
    return true;
  }

  private boolean readOther(long offset) throws IOException {
    return switch (input.intAt(offset + TYPE_OFFSET)) {
      case SECTION_BLOCK -> {
        if (roomForEdits) {
          clearSectionLength(offset);
        }
        yield true;
      }
      case INTERFACE_BLOCK -> readInterface(offset);
      case CUSTOM_BLOCK_NOT_COPIED -> {
        if (roomForEdits) {
          input.omit(offset, offset + blockBytes);
        }
        yield true;
      }
      default -> true;
    };
  }

  private void clearSectionLength(long offset) {
    input.putInt(offset + SECTION_LENGTH_OFFSET, -1);
    input.putInt(offset + SECTION_LENGTH_OFFSET + Integer.BYTES, -1);
  }

  private boolean readInterface(long offset) {
    if (blockBytes < MIN_INTERFACE_BYTES) {
      return input.markDamaged(offset, "interface block is too short");
    }
    if (interfaces.count() == limits.interfaces()) {
      return input.markDamaged(offset, "too many interfaces");
    }
    int code = input.unsignedShortAt(offset + INTERFACE_LINK_TYPE_OFFSET);
    int snapLength = input.intAt(offset + INTERFACE_SNAP_LENGTH_OFFSET);
    LinkType linkType = LinkTypes.of(code);
    interfaces.add(
        new CaptureInterface(
            code, linkType, snapLength, readFrameCheck(offset, linkType), readResolution(offset)));
    boolean limited =
        snapLength != 0 && Integer.compareUnsigned(snapLength, PcapDescriptor.MAX_SNAP_LENGTH) < 0;
    if (roomForEdits && limited) {
      input.putInt(offset + INTERFACE_SNAP_LENGTH_OFFSET, PcapDescriptor.MAX_SNAP_LENGTH);
    }
    return true;
  }

  private TimeResolution readResolution(long offset) {
    int resolution = 6;
    long offsetSeconds = 0;
    resetToInterfaceOptions(offset);
    while (option.next()) {
      if (option.code() == OPTION_TIME_RESOLUTION && option.length() >= 1) {
        resolution = input.unsignedByteAt(option.valueOffset());
      } else if (option.code() == OPTION_TIME_OFFSET && option.length() >= Long.BYTES) {
        offsetSeconds = longAt(option.valueOffset());
      }
    }
    return TimeResolution.of(resolution, offsetSeconds);
  }

  /**
   * Reads the length of frame check sequences, which some writers state in bits, some in octets.
   */
  private int readFrameCheck(long offset, LinkType linkType) {
    int claimed = 0;
    resetToInterfaceOptions(offset);
    while (option.next()) {
      if (option.code() == OPTION_FRAME_CHECK && option.length() >= 1) {
        claimed = input.unsignedByteAt(option.valueOffset());
      }
    }
    return FrameCheck.supported(linkType, claimed < Byte.SIZE ? claimed : claimed / Byte.SIZE);
  }

  private void resetToInterfaceOptions(long offset) {
    option.reset(offset + INTERFACE_OPTIONS_OFFSET, offset + blockBytes - TRAILER_BYTES);
  }

  private long longAt(long offset) {
    long first = Integer.toUnsignedLong(input.intAt(offset));
    long second = Integer.toUnsignedLong(input.intAt(offset + Integer.BYTES));
    return input.bigEndian() ? first << Integer.SIZE | second : second << Integer.SIZE | first;
  }

  private boolean readPacket(long offset) {
    int type = input.intAt(offset + TYPE_OFFSET);
    boolean simple = type == SIMPLE_PACKET_BLOCK;
    if (blockBytes < (simple ? MIN_SIMPLE_BYTES : MIN_PACKET_BYTES)) {
      return input.markDamaged(offset, "packet block is too short");
    }
    int sectionId = simple ? 0 : sectionInterface(offset, type);
    int interfaceId = interfaces.ofSection(sectionId);
    if (interfaceId < 0) {
      return input.markDamaged(offset, "packet of an unknown interface");
    }
    record.interfaceId = interfaceId;
    record.linkType = interfaces.at(interfaceId).linkType();
    record.frameCheckBytes = interfaces.at(interfaceId).frameCheckBytes();
    return simple ? readSimple(offset) : readStamped(offset);
  }

  private int sectionInterface(long offset, int type) {
    return type == ENHANCED_PACKET_BLOCK
        ? input.intAt(offset + PACKET_INTERFACE_OFFSET)
        : input.unsignedShortAt(offset + PACKET_INTERFACE_OFFSET);
  }

  private boolean readStamped(long offset) {
    int captured = input.intAt(offset + PACKET_CAPTURED_OFFSET);
    boolean fits =
        captured >= 0
            && captured <= limits.packetBytes()
            && captured <= blockBytes - MIN_PACKET_BYTES;
    if (!fits) {
      return input.markDamaged(offset, "packet block claims an impossible length");
    }
    long high = Integer.toUnsignedLong(input.intAt(offset + PACKET_TIME_HIGH_OFFSET));
    long low = Integer.toUnsignedLong(input.intAt(offset + PACKET_TIME_LOW_OFFSET));
    record.stamp = high << Integer.SIZE | low;
    record.timeNanos = interfaces.at(record.interfaceId).resolution().toNanos(record.stamp);
    record.originalBytes = Integer.toUnsignedLong(input.intAt(offset + PACKET_ORIGINAL_OFFSET));
    record.simple = false;
    locate(offset, PACKET_OFFSET, captured);
    readFlags();
    lastTimeNanos = record.timeNanos;
    return true;
  }

  /** The flags of a packet can state the length of its frame check sequence. */
  private void readFlags() {
    option.reset(record.optionsOffset, record.end - TRAILER_BYTES);
    while (option.next()) {
      if (option.code() == OPTION_PACKET_FLAGS && option.length() == Integer.BYTES) {
        int flags = input.intAt(option.valueOffset());
        int bytes = flags >>> FLAGS_FRAME_CHECK_SHIFT & FLAGS_FRAME_CHECK_MASK;
        record.frameCheckBytes =
            bytes == 0 ? record.frameCheckBytes : FrameCheck.supported(record.linkType, bytes);
      }
    }
  }

  private boolean readSimple(long offset) {
    long original = Integer.toUnsignedLong(input.intAt(offset + SIMPLE_ORIGINAL_OFFSET));
    CaptureInterface source = interfaces.at(record.interfaceId);
    long snapLength =
        source.snapLength() == 0 ? original : Integer.toUnsignedLong(source.snapLength());
    long captured = Math.min(Math.min(original, snapLength), blockBytes - MIN_SIMPLE_BYTES);
    if (captured > limits.packetBytes()) {
      return input.markDamaged(offset, "packet block claims an impossible length");
    }
    record.originalBytes = original;
    record.timeNanos = lastTimeNanos;
    record.stamp = source.resolution().fromNanos(lastTimeNanos);
    record.simple = true;
    locate(offset, SIMPLE_PACKET_OFFSET, (int) captured);
    record.optionsOffset = record.end;
    return true;
  }

  private void locate(long offset, int packetOffset, int captured) {
    record.start = offset;
    record.end = offset + blockBytes;
    record.packetOffset = offset + packetOffset;
    record.capturedBytes = captured;
    record.optionsOffset = record.packetOffset + padded(captured);
  }
}
