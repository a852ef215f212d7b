package dev.midstream.wire.fastpath;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the kernel's program does with a frame, in other words: from the octets, step by step. */
final class KernelTwin {
  private static final int IP_AT = 14;
  private static final int CONTROL_BITS = 0x3f & ~8;
  private static final int ACK = 16;

  private final Map<ByteBuffer, Entry> entries = new HashMap<>();

  /** One direction of a connection. */
  static final class Entry {
    boolean fast = true;
    int from;
    @Nullable Integer edge;
    int sequenceShift;
    int acknowledgementShift;
    int acknowledgedFrom;
    RecallReason reason = RecallReason.NONE;
    int end;
    int acknowledgement;
    int window;
    int timestamp;
    int timestampEcho;
    long packets;
    long octets;
  }

  /** A frame as far as it reads. */
  private static final class Reader {
    private final ByteBuffer frame;
    private int tcpAt;
    private int payload;
    private int optionsEnd;
    private int timestampsAt;
    private int sackAt;
    private int sackEnd;

    private Reader(byte[] octets) {
      frame = ByteBuffer.wrap(octets);
    }

    private int octet(int at) {
      return frame.get(at) & 0xff;
    }

    private int two(int at) {
      return frame.getShort(at) & 0xffff;
    }

    private boolean readNetwork() {
      if (frame.capacity() < IP_AT + 20) {
        return false;
      }
      boolean isFour = two(12) == 0x0800;
      int length;
      if (isFour) {
        boolean plain = octet(IP_AT) == 0x45 && (two(IP_AT + 6) & 0x3fff) == 0;
        if (!plain || octet(IP_AT + 9) != 6) {
          return false;
        }
        tcpAt = IP_AT + 20;
        length = two(IP_AT + 2) - 20;
      } else if (two(12) == 0x86dd && frame.capacity() >= IP_AT + 40) {
        if (octet(IP_AT) >> 4 != 6 || octet(IP_AT + 6) != 6) {
          return false;
        }
        tcpAt = IP_AT + 40;
        length = two(IP_AT + 4);
      } else {
        return false;
      }
      if (length < 20 || tcpAt + length > frame.capacity()) {
        return false;
      }
      int header = (octet(tcpAt + 12) >> 4) * 4;
      optionsEnd = tcpAt + header;
      payload = length - header;
      return header >= 20 && payload >= 0;
    }

    private boolean readOptions() {
      int at = tcpAt + 20;
      while (at < optionsEnd && octet(at) != 0) {
        int kind = octet(at);
        int length = kind == 1 ? 1 : at + 1 < optionsEnd ? octet(at + 1) : 0;
        if (length == 0 || (kind != 1 && length == 1) || at + length > optionsEnd) {
          return false;
        }
        if (kind == 8) {
          if (length != 10 || timestampsAt > 0) {
            return false;
          }
          timestampsAt = at + 2;
        } else if (kind == 5) {
          if (length < 10 || length % 8 != 2 || sackAt > 0) {
            return false;
          }
          sackAt = at + 2;
          sackEnd = at + length;
        }
        at += length;
      }
      return true;
    }

    private int sequence() {
      return frame.getInt(tcpAt + 4);
    }

    private int acknowledgement() {
      return frame.getInt(tcpAt + 8);
    }

    private ByteBuffer key(boolean opposite) {
      boolean isFour = tcpAt == IP_AT + 20;
      int bytes = isFour ? 4 : 16;
      int source = isFour ? IP_AT + 12 : IP_AT + 8;
      ByteBuffer key = ByteBuffer.allocate(2 * bytes + 4);
      key.put(frame.array(), opposite ? source + bytes : source, bytes);
      key.put(frame.array(), opposite ? source : source + bytes, bytes);
      key.putShort(frame.getShort(opposite ? tcpAt + 2 : tcpAt));
      key.putShort(frame.getShort(opposite ? tcpAt : tcpAt + 2));
      return key.flip();
    }
  }

  private static boolean isBefore(int one, int other) {
    return one - other < 0;
  }

  /** Adds an entry for the direction of {@code frame}, which must read plainly. */
  void put(byte[] frame, Entry entry) {
    entries.put(keyOf(frame), entry);
  }

  /** The entry of the direction of {@code frame}, which must be there. */
  Entry entry(byte[] frame) {
    return Objects.requireNonNull(entries.get(keyOf(frame)));
  }

  private static ByteBuffer keyOf(byte[] frame) {
    Reader reader = new Reader(frame);
    if (!reader.readNetwork()) {
      throw new IllegalArgumentException("does not read plainly");
    }
    return reader.key(false);
  }

  /** Processes {@code frame}; returns it as it leaves, or null if it is not for the kernel. */
  byte @Nullable [] process(byte[] frame) {
    Reader reader = new Reader(frame);
    Entry entry = reader.readNetwork() ? entries.get(reader.key(false)) : null;
    if (entry == null || !entry.fast) {
      return null;
    }
    RecallReason reason = reason(reader, entry);
    if (reason != RecallReason.NONE) {
      entry.fast = false;
      entry.reason = reason;
      Entry other = entries.get(reader.key(true));
      if (other != null) {
        other.fast = false;
      }
      return null;
    }
    note(reader, entry);
    return moved(reader, entry);
  }

  private static RecallReason reason(Reader reader, Entry entry) {
    if (!reader.readOptions()) {
      return RecallReason.HEADERS;
    }
    if ((reader.octet(reader.tcpAt + 13) & CONTROL_BITS) != ACK) {
      return RecallReason.CONTROL_BITS;
    }
    if (reader.payload > 0 && isBefore(reader.sequence(), entry.from)) {
      return RecallReason.BEFORE_START;
    }
    int end = reader.sequence() + reader.payload;
    if (reader.payload > 0 && entry.edge != null && isBefore(entry.edge, end)) {
      return RecallReason.BEYOND_EDGE;
    }
    for (int at = reader.sackAt; at > 0 && at < reader.sackEnd; at += 8) {
      if (isBefore(reader.frame.getInt(at), entry.acknowledgedFrom)) {
        return RecallReason.BEFORE_START;
      }
    }
    return RecallReason.NONE;
  }

  private static void note(Reader reader, Entry entry) {
    int end = reader.sequence() + reader.payload;
    if (isBefore(entry.end, end)) {
      entry.end = end;
    }
    if (!isBefore(reader.acknowledgement(), entry.acknowledgement)) {
      entry.acknowledgement = reader.acknowledgement();
      entry.window = reader.two(reader.tcpAt + 14);
    }
    int stampAt = reader.timestampsAt;
    if (stampAt > 0 && !isBefore(reader.frame.getInt(stampAt), entry.timestamp)) {
      entry.timestamp = reader.frame.getInt(stampAt);
      entry.timestampEcho = reader.frame.getInt(stampAt + 4);
    }
    entry.packets++;
    entry.octets += reader.payload;
  }

  /** The frame with moved numbers; its checksum is as it was. */
  private static byte[] moved(Reader reader, Entry entry) {
    byte[] octets = Arrays.copyOf(reader.frame.array(), reader.frame.capacity());
    ByteBuffer frame = ByteBuffer.wrap(octets);
    frame.putInt(reader.tcpAt + 4, reader.sequence() + entry.sequenceShift);
    frame.putInt(reader.tcpAt + 8, reader.acknowledgement() + entry.acknowledgementShift);
    for (int at = reader.sackAt; at > 0 && at < reader.sackEnd; at += 4) {
      frame.putInt(at, frame.getInt(at) + entry.acknowledgementShift);
    }
    return octets;
  }

  /** Where the TCP header of a frame starts that reads plainly. */
  static int tcpAt(byte[] frame) {
    return ByteBuffer.wrap(frame).getShort(12) == 0x0800 ? IP_AT + 20 : IP_AT + 40;
  }
}
