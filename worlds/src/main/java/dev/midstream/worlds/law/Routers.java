package dev.midstream.worlds.law;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.IcmpErrors;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.LinkPlan;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Routers on both sides of a box. Packets that leave the box may be too large for a link, and are
 * then dropped and answered with an ICMP error. Other errors come too, true and forged ones.
 */
public final class Routers implements Box {
  private static final int LEAST_LINK_BYTES = 68;
  private static final int DONT_FRAGMENT = 0x40;
  private static final int SEQUENCE = 4;

  private final Box box;
  private final LinkPlan links;
  private final RandomGenerator random;
  private final FrameView view = new FrameView();
  private final Deque<Packet> errors = new ArrayDeque<>();
  private Consumer<Packet> drops = _ -> {};
  private int dropped;

  /**
   * Routers beside {@code box}.
   *
   * @param links those to the endpoints
   */
  public Routers(Box box, LinkPlan links, RandomGenerator random) {
    this.box = box;
    this.links = links;
    this.random = random;
  }

  /** Shows {@code observer} each packet that is too large; it is valid during the call. */
  Routers observe(Consumer<Packet> observer) {
    drops = observer;
    return this;
  }

  /** How many packets were too large. */
  public int dropped() {
    return dropped;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    pass(packet, nowNanos, out);
    answer(nowNanos, out);
    return Disposition.TAKEN;
  }

  private void pass(Packet packet, long nowNanos, PacketOutput out) {
    if (box.onPacket(packet, nowNanos, sent -> route(sent, nowNanos, out)) == Disposition.FORWARD) {
      Leg to = packet.leg().opposite();
      packet.from(packet.linkType(), to, packet.interfaceId(), packet.timeNanos());
      route(packet, nowNanos, out);
    }
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, sent -> route(sent, nowNanos, out));
    answer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }

  /** Sends the errors to the box, which may send others because of them. */
  private void answer(long nowNanos, PacketOutput out) {
    while (!errors.isEmpty()) {
      pass(errors.remove(), nowNanos, out);
    }
  }

  private void route(Packet packet, long nowNanos, PacketOutput out) {
    if (view.read(packet) != FrameKind.TCP) {
      out.emit(packet);
      return;
    }
    int linkBytes = links.mtu(packet.leg(), nowNanos);
    byte[] frame = Frames.octets(packet);
    boolean whole = view.ipVersion() == 6 || (frame[view.ipOffset() + 6] & DONT_FRAGMENT) != 0;
    if (whole && frame.length - view.ipOffset() > linkBytes) {
      dropped++;
      drops.accept(packet);
      send(IcmpErrors.tooBig(frame, linkBytes), packet.leg(), nowNanos);
      return;
    }
    if (links.errorsOneIn() > 0 && random.nextInt(links.errorsOneIn()) == 0) {
      send(anyError(frame), packet.leg(), nowNanos);
    }
    out.emit(packet);
  }

  private void send(byte[] error, Leg leg, long nowNanos) {
    errors.add(Frames.packet(error, leg, nowNanos));
  }

  /** An error that ends no connection, or one that quotes a number which no end sent. */
  private byte[] anyError(byte[] frame) {
    int linkBytes = LEAST_LINK_BYTES + random.nextInt(1_500);
    return switch (random.nextInt(3)) {
      case 0 -> IcmpErrors.unreachable(frame);
      case 1 -> IcmpErrors.tooBig(frame, linkBytes);
      default -> {
        ByteBuffer octets = ByteBuffer.wrap(frame);
        octets.putInt(view.tcpOffset() + SEQUENCE, random.nextInt());
        yield IcmpErrors.tooBig(frame, linkBytes);
      }
    };
  }
}
