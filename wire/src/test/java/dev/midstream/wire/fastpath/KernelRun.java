package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs the program in the kernel with one frame at a time; nothing leaves. The kernel gives a
 * program the tag of a received frame beside its octets, and has no such tag for a frame of a test.
 * So a frame with a tag gets another one, and a short program before the tested one removes that:
 * then the kernel does with the inner tag what it does when it receives it.
 */
final class KernelRun {
  private static final int REDIRECT = 7;
  private static final int DROP = 2;
  private static final int MAX_BYTES = 2_048;
  private static final int PROGRAM_ARRAY = 3;
  private static final int TAG_AT = 12;
  private static final int TAG_BYTES = 4;
  private static final byte[] ANY_TAG = {(byte) 0x81, 0, 0, 7};

  private final BpfRequest request;
  private final MemorySegment before;
  private final MemorySegment after;
  private final int program;
  private final int untagging;

  KernelRun(Linux linux, int program) {
    request = new BpfRequest(linux);
    before = linux.allocate(MAX_BYTES);
    after = linux.allocate(MAX_BYTES);
    this.program = program;
    untagging = loadUntagging();
  }

  private int loadUntagging() {
    int array = request.makeMap("programs", PROGRAM_ARRAY, Integer.BYTES, Integer.BYTES, 1);
    assertThat(array).isPositive();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_INT, program);
      assertThat(request.put(array, arena.allocateFrom(JAVA_INT, 0), value)).isZero();
      MemorySegment code =
          arena.allocateFrom(
              JAVA_LONG,
              instruction(0xbf, 0x16, 0), // r6 = r1
              instruction(0x85, 0, 19), // skb_vlan_pop
              instruction(0xbf, 0x61, 0), // r1 = r6
              instruction(0x18, 0x12, array), // r2 = the array
              0,
              instruction(0xb7, 0x03, 0), // r3 = 0
              instruction(0x85, 0, 12), // tail_call
              instruction(0xb7, 0, 99), // r0 = 99
              instruction(0x95, 0, 0)); // exit
      int type = BpfRequest.TRAFFIC_PROGRAM;
      int loaded = request.load("untag", type, code, MemorySegment.NULL);
      assertThat(loaded).isPositive();
      return loaded;
    }
  }

  private static long instruction(int code, int registers, int number) {
    return code | registers << 8 | (long) number << 32;
  }

  /** The frame as the kernel would forward it, without its tag; null if it leaves it to others. */
  byte @Nullable [] frame(byte[] frame) {
    if (verdict(frame) != REDIRECT) {
      assertThat(request.verdict()).isIn(0, DROP);
      return null;
    }
    return after.asSlice(0, request.frameBytes()).toArray(JAVA_BYTE);
  }

  /** What the program returns. */
  int verdict(byte[] frame) {
    boolean isTagged = isTagged(frame);
    byte[] in = isTagged ? withTag(frame) : frame;
    MemorySegment.copy(in, 0, before, JAVA_BYTE, 0, in.length);
    int run = isTagged ? untagging : program;
    assertThat(request.run(run, before.asSlice(0, in.length), after)).isGreaterThanOrEqualTo(0);
    return request.verdict();
  }

  /** Whether the last frame was dropped. */
  boolean isDropped() {
    return request.verdict() == DROP;
  }

  static boolean isTagged(byte[] frame) {
    return frame[TAG_AT] == ANY_TAG[0] && frame[TAG_AT + 1] == ANY_TAG[1];
  }

  private static byte[] withTag(byte[] frame) {
    byte[] tagged = Arrays.copyOf(frame, frame.length + TAG_BYTES);
    System.arraycopy(frame, TAG_AT, tagged, TAG_AT + TAG_BYTES, frame.length - TAG_AT);
    System.arraycopy(ANY_TAG, 0, tagged, TAG_AT, TAG_BYTES);
    return tagged;
  }

  static byte[] withoutTag(byte[] frame) {
    if (!isTagged(frame)) {
      return frame;
    }
    byte[] plain = Arrays.copyOf(frame, frame.length - TAG_BYTES);
    System.arraycopy(frame, TAG_AT + TAG_BYTES, plain, TAG_AT, plain.length - TAG_AT);
    return plain;
  }
}
