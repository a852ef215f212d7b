package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.PcapngDescriptor.*;

import dev.midstream.wire.packet.Packet;
import java.io.IOException;

/**
 * Writes pcapng packet blocks in the byte order of the current section: a simple block if the cause
 * is a simple block and the packet is complete, else an enhanced block. Of the cause's options it
 * keeps comments, and of its flags the direction and the reception type. Hashes, packet
 * identifiers, verdicts and link errors would no longer be true; the length of the frame check
 * sequence is that of the interface.
 */
final class PcapngComposer implements RecordComposer {
  private static final int KEPT_OPTION_BYTES = 1 << 16;
  private static final int KEPT_FLAGS = 0x1f;
  private static final int FLAGS_BYTES = 4;

  private final CaptureInput input;
  private final CaptureOutput output;
  private final InterfaceTable interfaces;
  private final OptionCursor option;

  PcapngComposer(CaptureInput input, CaptureOutput output, InterfaceTable interfaces) {
    this.input = input;
    this.output = output;
    this.interfaces = interfaces;
    option = new OptionCursor(input, 0, 0);
  }

  @Override
  public boolean compose(Packet emitted, RecordView cause, boolean withOptions) throws IOException {
    int interfaceId = interfaces.outputInterface(emitted.interfaceId());
    if (interfaceId < 0) {
      return false;
    }
    boolean sameInterface = interfaceId == cause.interfaceId;
    if (cause.simple && sameInterface && emitted.missingBytes() == 0) {
      putSimple(emitted, interfaceId);
      return true;
    }
    long stamp = sameInterface ? cause.stamp : stampOf(cause.timeNanos, interfaceId);
    int optionBytes = withOptions ? keptOptionBytes(cause) : 0;
    int position = putEnhanced(emitted, interfaceId, stamp, optionBytes);
    if (optionBytes > 0) {
      putOptions(position, cause, optionBytes);
    }
    return true;
  }

  @Override
  public boolean composeTimed(Packet emitted) throws IOException {
    int interfaceId = interfaces.outputInterface(emitted.interfaceId());
    if (interfaceId < 0) {
      return false;
    }
    putEnhanced(emitted, interfaceId, stampOf(emitted.timeNanos(), interfaceId), 0);
    return true;
  }

  private long stampOf(long timeNanos, int interfaceId) {
    return interfaces.at(interfaceId).resolution().fromNanos(timeNanos);
  }

  private void putSimple(Packet emitted, int interfaceId) throws IOException {
    int checkBytes = checkBytes(emitted, interfaceId);
    int length = emitted.length() + checkBytes;
    int blockBytes = MIN_SIMPLE_BYTES + padded(length);
    int position = output.reserve(blockBytes);
    putFrame(position, SIMPLE_PACKET_BLOCK, blockBytes);
    output.putInt(position + SIMPLE_ORIGINAL_OFFSET, length);
    putPacket(position + SIMPLE_PACKET_OFFSET, emitted, checkBytes);
  }

  private int checkBytes(Packet emitted, int interfaceId) {
    return FrameCheck.presentBytes(emitted, interfaces.at(interfaceId).frameCheckBytes());
  }

  /** Writes all but the options; returns their position. */
  private int putEnhanced(Packet emitted, int interfaceId, long stamp, int optionBytes)
      throws IOException {
    int checkBytes = checkBytes(emitted, interfaceId);
    int length = emitted.length() + checkBytes;
    int blockBytes = MIN_PACKET_BYTES + padded(length) + optionBytes;
    int position = output.reserve(blockBytes);
    putFrame(position, ENHANCED_PACKET_BLOCK, blockBytes);
    output.putInt(position + PACKET_INTERFACE_OFFSET, interfaceId - interfaces.sectionStart());
    output.putInt(position + PACKET_TIME_HIGH_OFFSET, (int) (stamp >>> Integer.SIZE));
    output.putInt(position + PACKET_TIME_LOW_OFFSET, (int) stamp);
    output.putInt(position + PACKET_CAPTURED_OFFSET, length);
    output.putInt(
        position + PACKET_ORIGINAL_OFFSET,
        emitted.length() + emitted.missingBytes() + interfaces.at(interfaceId).frameCheckBytes());
    putPacket(position + PACKET_OFFSET, emitted, checkBytes);
    return position + PACKET_OFFSET + padded(length);
  }

  /** Writes type and lengths of a block, in the byte order of the section like all of the block. */
  private void putFrame(int position, int type, int blockBytes) {
    output.bigEndian(input.bigEndian());
    output.putInt(position + TYPE_OFFSET, type);
    output.putInt(position + LENGTH_OFFSET, blockBytes);
    output.putInt(position + blockBytes - TRAILER_BYTES, blockBytes);
  }

  private void putPacket(int position, Packet emitted, int checkBytes) {
    output.putOctets(position, emitted.memory(), emitted.offset(), emitted.length());
    if (checkBytes > 0) {
      output.putIntLittleEndian(position + emitted.length(), FrameCheck.of(emitted));
    }
    int length = emitted.length() + checkBytes;
    output.putZeros(position + length, padded(length) - length);
  }

  /** Octets of the options to keep with their end marker; 0 if there are none. */
  private int keptOptionBytes(RecordView cause) {
    int total = 0;
    option.reset(cause.optionsOffset, cause.end - TRAILER_BYTES);
    while (option.next()) {
      int bytes = OPTION_HEADER_BYTES + padded(option.length());
      if (isKept() && total + bytes <= KEPT_OPTION_BYTES) {
        total += bytes;
      }
    }
    return total == 0 ? 0 : total + OPTION_HEADER_BYTES;
  }

  private void putOptions(int start, RecordView cause, int optionBytes) {
    int position = start;
    int end = start + optionBytes - OPTION_HEADER_BYTES;
    option.reset(cause.optionsOffset, cause.end - TRAILER_BYTES);
    while (option.next()) {
      int bytes = OPTION_HEADER_BYTES + padded(option.length());
      if (isKept() && position + bytes <= end) {
        putOption(position, bytes);
        position += bytes;
      }
    }
    output.putInt(end, OPTION_END);
  }

  private boolean isKept() {
    return option.code() == OPTION_COMMENT
        || (option.code() == OPTION_PACKET_FLAGS && option.length() == FLAGS_BYTES);
  }

  private void putOption(int position, int bytes) {
    output.putShort(position, option.code());
    output.putShort(position + Short.BYTES, option.length());
    int valuePosition = position + OPTION_HEADER_BYTES;
    if (option.code() == OPTION_PACKET_FLAGS) {
      output.putInt(valuePosition, input.intAt(option.valueOffset()) & KEPT_FLAGS);
      return;
    }
    output.putOctets(
        valuePosition,
        input.memory(),
        input.memoryOffset(option.valueOffset()),
        bytes - OPTION_HEADER_BYTES);
  }
}
