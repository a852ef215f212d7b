package dev.midstream.worlds.heap;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Frames of many hosts that want only to take room. Both ends of each connection are forged. */
final class Flood {
  /** Connections to ports below this one have rules. */
  static final int PORTS = 4;

  private static final Kind[] KINDS = Kind.values();
  private static final int SEGMENT_BYTES = 500;
  private static final int MAX_WORDS = 10;
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final byte NO_OPERATION = 1;
  private static final int LOW_HOPS = 5;

  private final RandomGenerator random;

  /** What a host sends. */
  private enum Kind {
    /** SYNs whose headers have any length. */
    SYN,
    /** The same, and an answer. */
    SYN_AND_ANSWER,
    /** Octets after a gap. */
    GAP,
    /** Octets in order that are never acknowledged. */
    SILENCE,
    /** Octets with a hop limit that is too low. */
    LOW_HOPS,
    /** Octets of a connection whose opening was not seen. */
    MID_STREAM,
    /** The first part of a datagram. */
    FRAGMENT
  }

  /**
   * One frame.
   *
   * @param leg the side from which it comes
   * @param octets the frame
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sent(Leg leg, byte[] octets) {}

  Flood(RandomGenerator random) {
    this.random = random;
  }

  /** All frames of the next host. */
  List<Sent> next() {
    Ends base = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
    int vlan = random.nextInt(3) == 0 ? 1 + random.nextInt(4_000) : 0;
    Ends ends =
        base.withVlans(vlan)
            .withPorts(1 + random.nextInt(65_535), 1 + random.nextInt(PORTS))
            .withIsns(random.nextInt(), random.nextInt());
    Kind kind = KINDS[random.nextInt(KINDS.length)];
    List<Sent> all = new ArrayList<>();
    if (kind != Kind.MID_STREAM && kind != Kind.FRAGMENT) {
      open(all, ends, kind == Kind.SYN);
    }
    switch (kind) {
      case SYN, SYN_AND_ANSWER -> {}
      case GAP -> send(all, ends, 1 + random.nextInt(SEGMENT_BYTES), 64);
      case SILENCE, MID_STREAM -> send(all, ends, 0, 64);
      case LOW_HOPS -> send(all, ends, 0, LOW_HOPS);
      case FRAGMENT -> {
        byte[] frame = segment(ends.withVlans(0)).payload(octets()).build();
        int id = random.nextInt();
        all.add(new Sent(Leg.INSIDE, FrameFragments.cut(frame, id, 160, 320).get(1)));
      }
    }
    return all;
  }

  private void open(List<Sent> all, Ends ends, boolean unanswered) {
    for (Direction each : Direction.values()) {
      boolean client = each == Direction.CLIENT_TO_SERVER;
      if (client || !unanswered) {
        FrameBuilder syn =
            new FrameBuilder(ends, each)
                .flags(client ? TcpFlags.SYN : TcpFlags.SYN | TcpFlags.ACK)
                .sequence(ends.isn(each))
                .acknowledgement(client ? 0 : ends.clientIsn() + 1)
                .options(options());
        add(all, Ends.legOfSender(each), syn.build());
      }
    }
  }

  private String options() {
    int words = random.nextInt(MAX_WORDS);
    return "mss 1460" + ",nop".repeat(4 * words);
  }

  /** Some segments, {@code gap} octets after the opening. */
  private void send(List<Sent> all, Ends ends, int gap, int hopLimit) {
    add(all, Leg.INSIDE, segment(ends).sequence(ends.clientIsn() + 1).build());
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      int at = ends.clientIsn() + 1 + gap + i * SEGMENT_BYTES;
      FrameBuilder segment = segment(ends).sequence(at).hopLimit(hopLimit).payload(octets());
      add(all, Leg.INSIDE, segment.build());
    }
  }

  private static FrameBuilder segment(Ends ends) {
    return new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).acknowledgement(ends.serverIsn() + 1);
  }

  private Octets octets() {
    byte[] octets = new byte[SEGMENT_BYTES];
    random.nextBytes(octets);
    return Octets.of(octets);
  }

  /** Adds {@code frame}, sometimes with options of IPv4. */
  private void add(List<Sent> all, Leg leg, byte[] frame) {
    boolean plain = frame[ETHERNET_BYTES - 2] == 8 && frame[ETHERNET_BYTES] == 0x45;
    int words = plain && random.nextInt(3) == 0 ? random.nextInt(MAX_WORDS) : 0;
    all.add(new Sent(leg, words == 0 ? frame : withOptions(frame, 4 * words)));
  }

  private static byte[] withOptions(byte[] frame, int bytes) {
    int at = ETHERNET_BYTES + IPV4_BYTES;
    byte[] longer = Arrays.copyOf(frame, frame.length + bytes);
    Arrays.fill(longer, at, at + bytes, NO_OPERATION);
    System.arraycopy(frame, at, longer, at + bytes, frame.length - at);
    longer[ETHERNET_BYTES] += (byte) (bytes / 4);
    ByteBuffer ip = ByteBuffer.wrap(longer, ETHERNET_BYTES, IPV4_BYTES + bytes).slice();
    ip.putShort(2, (short) (longer.length - ETHERNET_BYTES)).putShort(10, (short) 0);
    MemorySegment memory = MemorySegment.ofArray(longer);
    long sum = InternetChecksum.sum(memory, ETHERNET_BYTES, IPV4_BYTES + bytes);
    ip.putShort(10, (short) InternetChecksum.checksum(sum));
    return longer;
  }
}
