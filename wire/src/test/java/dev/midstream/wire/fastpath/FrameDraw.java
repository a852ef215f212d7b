package dev.midstream.wire.fastpath;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Draws frames of one of a few connections, most of them plain, some odd in one way. */
final class FrameDraw {
  private static final int MOST_OPTIONS = 40;
  private static final int STEP = 200;
  private static final int[] VLAN_IDS = {0, 5, 5, 5, 4_095};
  private static final int[] FLAGS = {16, 16, 16, 24, 80, 144, 17, 18, 20, 48, 0, 2};

  private final RandomGenerator random;
  private int start;

  FrameDraw(RandomGenerator random) {
    this.random = random;
  }

  /** Sets near which number sequence and acknowledgement numbers are. */
  void near(int number) {
    start = number;
  }

  /** A plain segment without octets, in VLAN 5 or without a tag. */
  byte[] plain(boolean isFour, boolean opposite, boolean isTagged) {
    byte[] frame = frame(isFour, opposite, new byte[0], 0, 16, start, start);
    return isTagged ? tag(frame, 5) : frame;
  }

  /** A plain segment of the connection and direction with this number, 0 to 7. */
  byte[] connection(int number) {
    return plain((number & 4) != 0, (number & 1) != 0, (number & 2) != 0);
  }

  /** A plain segment with one octet, so many octets later than others. */
  byte[] withOctets(int later) {
    return withOctets(later, 1);
  }

  /** The same with so many octets. */
  byte[] withOctets(int later, int octets) {
    return frame(true, false, new byte[0], octets, 16, start + later, start);
  }

  /** Where the TCP header of a frame starts that was drawn plain. */
  static int tcpAt(byte[] frame) {
    int ip = KernelRun.isTagged(frame) ? 18 : 14;
    return ip + (frame[ip - 2] == 8 ? 20 : 40);
  }

  private static byte[] tag(byte[] frame, int id) {
    return ByteBuffer.allocate(frame.length + 4)
        .put(frame, 0, 12)
        .putShort((short) 0x8100)
        .putShort((short) (0x6000 | id))
        .put(frame, 12, frame.length - 12)
        .array();
  }

  byte[] next() {
    boolean isFour = random.nextBoolean();
    byte[] options = random.nextInt(3) == 0 ? new byte[0] : options();
    int payload = random.nextBoolean() ? 0 : Math.max(1, distance(0, 1_400));
    int flags = random.nextInt(4) > 0 ? 16 : FLAGS[random.nextInt(FLAGS.length)];
    boolean opposite = random.nextBoolean();
    byte[] frame = frame(isFour, opposite, options, payload, flags, number(), number());
    if (random.nextInt(10) == 0) {
      frame[random.nextInt(12, isFour ? 54 : 74)] = (byte) random.nextInt();
    }
    byte[] whole = random.nextInt(50) == 0 ? cut(frame, isFour ? 34 : 54) : frame;
    return random.nextInt(3) == 0 ? tag(whole, VLAN_IDS[random.nextInt(VLAN_IDS.length)]) : whole;
  }

  /** The kernel runs no program with a frame that ends inside of its IP header. */
  private byte[] cut(byte[] frame, int leastBytes) {
    byte[] shorter = new byte[random.nextInt(leastBytes, frame.length + 1)];
    System.arraycopy(frame, 0, shorter, 0, shorter.length);
    return shorter;
  }

  /** A few are far from all others. */
  private int number() {
    return random.nextInt(20) == 0 ? random.nextInt() : start + distance(-2_000, 6_000);
  }

  /** Half of the numbers are multiples, so that two are often equal. */
  int distance(int from, int to) {
    int each = random.nextBoolean() ? STEP : 1;
    return random.nextInt(from, to) / each * each;
  }

  private byte[] options() {
    ByteBuffer options = ByteBuffer.allocate(MOST_OPTIONS);
    int count = random.nextInt(1, 6);
    for (int i = 0; i < count; i++) {
      put(options);
    }
    while (options.position() % 4 != 0) {
      options.put((byte) 1);
    }
    byte[] octets = new byte[options.position()];
    options.get(0, octets);
    return octets;
  }

  private void put(ByteBuffer options) {
    switch (random.nextInt(8)) {
      case 0, 1 -> put(options, 8, 10);
      case 2, 3 -> put(options, 5, 2 + 8 * random.nextInt(1, 5));
      case 4 -> put(options, random.nextInt(9, 254), random.nextInt(2, 12));
      case 5 -> putEnd(options);
      default -> putNothing(options);
    }
  }

  private void putEnd(ByteBuffer options) {
    if (random.nextInt(4) == 0 && options.hasRemaining()) {
      options.put((byte) 0);
    }
  }

  private void putNothing(ByteBuffer options) {
    for (int i = random.nextInt(4); i > 0 && options.hasRemaining(); i--) {
      options.put((byte) 1);
    }
  }

  private void put(ByteBuffer options, int kind, int length) {
    if (options.remaining() < length) {
      return;
    }
    int told = random.nextInt(20) == 0 ? random.nextInt(64) : length;
    options.put((byte) kind).put((byte) told);
    for (int i = 2; i < length; i += 4) {
      if (length - i >= 4) {
        options.putInt(number());
      } else {
        options.put(new byte[length - i]);
      }
    }
  }

  private byte[] frame(
      boolean isFour,
      boolean opposite,
      byte[] options,
      int payload,
      int flags,
      int sequence,
      int acknowledgement) {
    int segment = 20 + options.length + payload;
    ByteBuffer frame = ByteBuffer.allocate(14 + (isFour ? 20 : 40) + segment);
    frame.position(6);
    frame.putInt(0x0200_0000).putShort((short) random.nextInt(4));
    if (isFour) {
      frame
          .putShort((short) 0x0800)
          .put((byte) 0x45)
          .put((byte) 0)
          .putShort((short) (20 + segment));
      frame.putInt(0x4000).put((byte) 64).put((byte) 6).putShort((short) 0);
      frame.putInt(opposite ? 0x0a000002 : 0x0a000001).putInt(opposite ? 0x0a000001 : 0x0a000002);
    } else {
      frame.putShort((short) 0x86dd).putInt(0x6000_0000).putShort((short) segment);
      frame.put((byte) 6).put((byte) 64);
      frame.putLong(0x20010db8_00000000L).putLong(opposite ? 2 : 1);
      frame.putLong(0x20010db8_00000000L).putLong(opposite ? 1 : 2);
    }
    frame.putShort((short) (opposite ? 80 : 4_000)).putShort((short) (opposite ? 4_000 : 80));
    frame.putInt(sequence).putInt(acknowledgement);
    frame.put((byte) (((20 + options.length) / 4) << 4)).put((byte) flags);
    frame.putShort((short) random.nextInt()).putShort((short) random.nextInt()).putShort((short) 0);
    frame.put(options);
    while (frame.hasRemaining()) {
      frame.put((byte) random.nextInt());
    }
    return frame.array();
  }
}
