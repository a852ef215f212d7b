package dev.midstream.engines.redirect;

import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Everything that travels with a packet, as a value that can be compared. */
record Passed(
    RedirectedPacket.Kind kind,
    int bucket,
    long epoch,
    int hops,
    long origin,
    LinkType linkType,
    Leg leg,
    int interfaceId,
    ChecksumState checksumState,
    int gsoBytes,
    String octets) {

  static Passed of(RedirectedPacket what) {
    Packet packet = what.packet();
    byte[] octets =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    return new Passed(
        what.kind(),
        what.bucket(),
        what.epoch(),
        what.hops(),
        what.origin(),
        packet.linkType(),
        packet.leg(),
        packet.interfaceId(),
        packet.checksumState(),
        packet.gsoBytes(),
        packet.length() + ":" + Arrays.hashCode(octets));
  }

  /** A packet of any length that can travel. */
  static RedirectedPacket random(RandomGenerator random) {
    boolean isLong = random.nextInt(4) == 0;
    return random(random, random.nextInt(isLong ? RedirectHeader.MAX_FRAME_BYTES + 1 : 1_600));
  }

  static RedirectedPacket random(RandomGenerator random, int length) {
    byte[] octets = new byte[length + random.nextInt(10)];
    random.nextBytes(octets);
    RedirectedPacket.Kind[] kinds = RedirectedPacket.Kind.values();
    RedirectedPacket what =
        new RedirectedPacket()
            .set(
                kinds[random.nextInt(kinds.length)],
                random.nextInt(4_096),
                1 + random.nextLong(Long.MAX_VALUE),
                1 + random.nextInt(2))
            .origin(random.nextLong());
    Leg leg = random.nextBoolean() ? Leg.INSIDE : Leg.OUTSIDE;
    what.packet()
        .at(MemorySegment.ofArray(octets), octets.length - length, length)
        .from(
            random.nextBoolean() ? LinkType.ETHERNET : LinkType.RAW_IP,
            leg,
            leg == Leg.OUTSIDE ? 1 : 0,
            5)
        .offload(
            random.nextBoolean() ? ChecksumState.COMPLETE : ChecksumState.PARTIAL,
            random.nextInt(65_536));
    return what;
  }
}
