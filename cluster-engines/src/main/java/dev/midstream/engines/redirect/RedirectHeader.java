package dev.midstream.engines.redirect;

import dev.midstream.engines.redirect.RedirectedPacket.Kind;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where the fields of a datagram lie, in network byte order. The header is authenticated, and not
 * encrypted.
 *
 * <pre>
 *    0  version, 1        1  flags          2  hops            3  worker
 *    4  bucket                              6  octets of a segment of a super-segment, or 0
 *    8  epoch
 *   16  sender: the upper half of its incarnation
 *   24  counter
 *   32  origin: the same of the node where the packet came
 *   40  octets of the frame                44  part            45  parts
 *   46  octets of the part, encrypted
 *       tag of 16 octets
 * </pre>
 */
final class RedirectHeader {
  static final int VERSION = 1;
  static final int BYTES = 46;
  static final int TAG_BYTES = 16;
  static final int NONCE_BYTES = 12;

  /** A frame of 64 KiB, a link header with two tags, and some room. */
  static final int MAX_FRAME_BYTES = (1 << 16) + 64;

  /** So many parts has the longest frame in datagrams of an IPv6 link with the least MTU. */
  static final int MAX_PARTS = 64;

  static final int MAX_WORKER = 0xff;
  static final int MAX_BUCKET = 4_095;
  static final int MAX_HOPS = 2;

  private static final int FLAGS = 1;
  private static final int HOPS = 2;
  private static final int WORKER = 3;
  private static final int BUCKET = 4;
  private static final int SEGMENT = 6;
  private static final int EPOCH = 8;
  private static final int SENDER = 16;
  private static final int COUNTER = 24;
  private static final int ORIGIN = 32;
  private static final int LENGTH = 40;
  private static final int PART = 44;
  private static final int PARTS = 45;

  private static final int OUTSIDE = 1;
  private static final int LEAVES = 2;
  private static final int PARTIAL_CHECKSUM = 4;
  private static final int RAW_IP = 8;
  private static final int STAYS = 16;
  private static final int ALL_FLAGS = 31;
  private static final int OCTET = 0xff;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private RedirectHeader() {}

  /** Writes what is the same in all parts of a frame, all but the counter and the part. */
  static void write(byte[] to, RedirectedPacket what, int worker, long sender, int parts) {
    to[0] = VERSION;
    to[FLAGS] = (byte) flags(what);
    to[HOPS] = (byte) what.hops();
    to[WORKER] = (byte) worker;
    SHORT.set(to, BUCKET, (short) what.bucket());
    SHORT.set(to, SEGMENT, (short) what.packet().gsoBytes());
    LONG.set(to, EPOCH, what.epoch());
    LONG.set(to, SENDER, sender);
    LONG.set(to, ORIGIN, what.origin());
    INT.set(to, LENGTH, what.packet().length());
    to[PARTS] = (byte) parts;
  }

  /** Writes what differs between the parts of a frame. */
  static void write(byte[] to, long counter, int part) {
    LONG.set(to, COUNTER, counter);
    to[PART] = (byte) part;
  }

  /** Reads what describes the packet but its octets. */
  static void read(byte[] from, RedirectedPacket what) {
    int flags = from[FLAGS];
    what.set(kind(flags), bucket(from), (long) LONG.get(from, EPOCH), from[HOPS]);
    what.origin((long) LONG.get(from, ORIGIN));
    Leg leg = (flags & OUTSIDE) == 0 ? Leg.INSIDE : Leg.OUTSIDE;
    what.packet()
        .from((flags & RAW_IP) == 0 ? LinkType.ETHERNET : LinkType.RAW_IP, leg, flags & OUTSIDE, 0)
        .offload(
            (flags & PARTIAL_CHECKSUM) == 0 ? ChecksumState.COMPLETE : ChecksumState.PARTIAL,
            (short) SHORT.get(from, SEGMENT) & 0xffff);
  }

  /** The nonce of a datagram: its worker and its counter. */
  static void writeNonce(byte[] header, byte[] nonce) {
    INT.set(nonce, 0, worker(header));
    LONG.set(nonce, Integer.BYTES, counter(header));
  }

  /** Whether the fields are in their ranges and fit the length of the datagram. */
  static boolean isValid(byte[] from, int length) {
    int frame = (int) INT.get(from, LENGTH);
    int parts = parts(from);
    int part = part(from);
    return (from[FLAGS] & ~ALL_FLAGS) == 0
        && bucket(from) <= MAX_BUCKET
        && epoch(from) > 0
        && counter(from) >= 0
        && frame >= 0
        && frame <= MAX_FRAME_BYTES
        && parts >= 1
        && parts <= MAX_PARTS
        && part < parts
        && length - BYTES - TAG_BYTES == partLength(frame, parts, part);
  }

  /** Whether the packet was passed on once or twice. */
  static boolean hasPossibleHops(byte[] from) {
    return from[HOPS] >= 1 && from[HOPS] <= MAX_HOPS;
  }

  static int bucket(byte[] from) {
    return (short) SHORT.get(from, BUCKET) & 0xffff;
  }

  static long epoch(byte[] from) {
    return (long) LONG.get(from, EPOCH);
  }

  static long sender(byte[] from) {
    return (long) LONG.get(from, SENDER);
  }

  static long counter(byte[] from) {
    return (long) LONG.get(from, COUNTER);
  }

  static int worker(byte[] from) {
    return from[WORKER] & OCTET;
  }

  static int part(byte[] from) {
    return from[PART] & OCTET;
  }

  static int parts(byte[] from) {
    return from[PARTS] & OCTET;
  }

  static int frameLength(byte[] from) {
    return (int) INT.get(from, LENGTH);
  }

  /** Where a part begins in its frame: all parts but the last ones have the same length. */
  static int partOffset(int frame, int parts, int part) {
    return Math.min(frame, part * Math.ceilDiv(frame, parts));
  }

  static int partLength(int frame, int parts, int part) {
    return partOffset(frame, parts, part + 1) - partOffset(frame, parts, part);
  }

  private static Kind kind(int flags) {
    if ((flags & STAYS) == 0) {
      return (flags & LEAVES) == 0 ? Kind.TO_OWNER : Kind.TO_LEAVE;
    }
    return (flags & LEAVES) == 0 ? Kind.TO_STAYER : Kind.TO_LEAVE_STAYING;
  }

  private static int flags(Kind kind) {
    return switch (kind) {
      case TO_OWNER -> 0;
      case TO_LEAVE -> LEAVES;
      case TO_STAYER -> STAYS;
      case TO_LEAVE_STAYING -> STAYS | LEAVES;
    };
  }

  private static int flags(RedirectedPacket what) {
    return (what.packet().leg() == Leg.OUTSIDE ? OUTSIDE : 0)
        | flags(what.kind())
        | (what.packet().checksumState() == ChecksumState.PARTIAL ? PARTIAL_CHECKSUM : 0)
        | (what.packet().linkType() == LinkType.RAW_IP ? RAW_IP : 0);
  }
}
