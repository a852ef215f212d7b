package dev.midstream.wire.fastpath;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts frames that the kernel forwarded by what they have, so that a draw without it is seen. */
final class ForwardedKinds {
  private static final int TYPE_AT = 12;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int TCP_BYTES = 20;
  private static final int BLOCK_BYTES = 8;
  private static final int NO_OPERATION = 1;
  private static final int SACK = 5;

  private static final List<Kind> MOVED_BLOCKS =
      List.of(
          Kind.ONE_MOVED_BLOCK,
          Kind.TWO_MOVED_BLOCKS,
          Kind.THREE_MOVED_BLOCKS,
          Kind.FOUR_MOVED_BLOCKS);

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  /** What a frame has. The blocks of SACK were moved, each of them. */
  enum Kind {
    MOVED_SEQUENCE,
    MOVED_ACKNOWLEDGEMENT,
    ONE_MOVED_BLOCK,
    TWO_MOVED_BLOCKS,
    THREE_MOVED_BLOCKS,
    FOUR_MOVED_BLOCKS,
    IPV6,
    TAGGED,
    /** Its payload begins before number 0 and ends beyond it. */
    WRAPPED
  }

  /** Frames of {@code kind} so far. */
  long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** Notes a frame as it came, and as the kernel forwarded it, without its tag. */
  void note(byte[] frame, byte[] forwarded) {
    byte[] plain = KernelRun.withoutTag(frame);
    int tcp = FrameDraw.tcpAt(plain);
    ByteBuffer before = ByteBuffer.wrap(plain);
    ByteBuffer after = ByteBuffer.wrap(forwarded);
    add(Kind.IPV6, (before.getShort(TYPE_AT) & 0xffff) == TYPE_IPV6);
    add(Kind.TAGGED, KernelRun.isTagged(frame));
    add(Kind.MOVED_SEQUENCE, before.getInt(tcp + 4) != after.getInt(tcp + 4));
    add(Kind.MOVED_ACKNOWLEDGEMENT, before.getInt(tcp + 8) != after.getInt(tcp + 8));
    int options = tcp + TCP_BYTES;
    int payload = tcp + (before.get(tcp + TCP_BYTES - 8) >> 4 & 15) * 4;
    int end = before.getInt(tcp + 4) + plain.length - payload;
    add(Kind.WRAPPED, Integer.compareUnsigned(end, before.getInt(tcp + 4)) < 0);
    noteBlocks(Arrays.copyOfRange(plain, options, payload), after, options);
  }

  private void noteBlocks(byte[] options, ByteBuffer after, int at) {
    int sack = 0;
    while (sack < options.length && options[sack] != SACK) {
      if (options[sack] == 0) {
        return;
      }
      sack += options[sack] == NO_OPERATION ? 1 : options[sack + 1];
    }
    if (sack < options.length) {
      int blocks = options[sack + 1] / BLOCK_BYTES;
      ByteBuffer before = ByteBuffer.wrap(options);
      boolean isMoved = true;
      for (int i = sack + 2; i < sack + 2 + blocks * BLOCK_BYTES; i += Integer.BYTES) {
        isMoved &= before.getInt(i) != after.getInt(at + i);
      }
      add(MOVED_BLOCKS.get(blocks - 1), isMoved);
    }
  }

  private void add(Kind kind, boolean isOne) {
    if (isOne) {
      counts.merge(kind, 1L, Long::sum);
    }
  }
}
