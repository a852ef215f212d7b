package dev.midstream.testkit.box;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.nio.ByteBuffer;

/**
 * Translates the addresses of one connection at the outside of a box, as a static address
 * translator does: each end is known by another address to the other one. Ports stay.
 */
public final class TranslatingBox implements Box {
  private static final int LINK_BYTES = 14;
  private static final int IPV4_ADDRESSES = LINK_BYTES + 12;
  private static final int IPV6_ADDRESSES = LINK_BYTES + 8;
  private static final int IPV4_CHECKSUM = LINK_BYTES + 10;
  private static final int TCP_CHECKSUM = 16;

  private final Box box;
  private final Ends inside;
  private final Ends outside;

  /**
   * A translator behind {@code box}; frames have no VLAN tags, IP options and extension headers.
   *
   * @param inside the ends as the client sees them
   * @param outside the ends as the server sees them
   */
  public TranslatingBox(Box box, Ends inside, Ends outside) {
    this.box = box;
    this.inside = inside;
    this.outside = outside;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    boolean isFromServer = packet.leg() == Leg.OUTSIDE;
    byte[] frame = Frames.octets(packet);
    Packet seen =
        Frames.inPlaceOf(
            packet,
            isFromServer ? translate(frame, Direction.SERVER_TO_CLIENT, outside, inside) : frame);
    PacketOutput translating = made -> emit(made, out);
    if (box.onPacket(seen, nowNanos, translating) == Disposition.FORWARD) {
      seen.from(
          packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos());
      emit(seen, out);
    }
    return Disposition.TAKEN;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, made -> emit(made, out));
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }

  private void emit(Packet made, PacketOutput out) {
    byte[] frame = Frames.octets(made);
    boolean isToServer = made.leg() == Leg.OUTSIDE;
    out.emit(
        isToServer
            ? Frames.inPlaceOf(made, translate(frame, Direction.CLIENT_TO_SERVER, inside, outside))
            : made);
  }

  /** The frame with the addresses of {@code to} in place of those of {@code from}. */
  private static byte[] translate(byte[] frame, Direction direction, Ends from, Ends to) {
    Octets before = addresses(from, direction);
    Octets after = addresses(to, direction);
    boolean isIpv4 = from.ipVersion() == 4;
    int at = isIpv4 ? IPV4_ADDRESSES : IPV6_ADDRESSES;
    ByteBuffer octets = ByteBuffer.wrap(frame);
    long change = 0;
    for (int i = 0; i < before.length(); i += Integer.BYTES) {
      int old = ByteBuffer.wrap(before.toArray()).getInt(i);
      int other = ByteBuffer.wrap(after.toArray()).getInt(i);
      if (octets.getInt(at + i) != old) {
        throw new AssertionError("not between these ends: " + from);
      }
      octets.putInt(at + i, other);
      change += InternetChecksum.change(old, other);
    }
    int tcpAt = at + before.length();
    if (isIpv4) {
      update(octets, IPV4_CHECKSUM, change);
    }
    update(octets, tcpAt + TCP_CHECKSUM, change);
    return frame;
  }

  private static void update(ByteBuffer octets, int at, long change) {
    int checksum = Short.toUnsignedInt(octets.getShort(at));
    octets.putShort(at, (short) InternetChecksum.update(checksum, change));
  }

  /** Source and destination. */
  private static Octets addresses(Ends ends, Direction direction) {
    return Octets.join(ends.addressOfSender(direction), ends.addressOfSender(direction.opposite()));
  }
}
