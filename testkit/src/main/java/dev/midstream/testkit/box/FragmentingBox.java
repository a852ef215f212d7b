package dev.midstream.testkit.box;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;

/** Cuts every packet into IP fragments before it reaches a box. */
public final class FragmentingBox implements Box {
  private final Box box;
  private final Fragmentation fragmentation;
  private int id;

  /** Cuts a frame into fragments, in the order of arrival, with any duplicates. */
  @FunctionalInterface
  public interface Fragmentation {
    /** The frames that replace {@code frame}, which stays unchanged. */
    List<byte[]> cut(byte[] frame, int id);
  }

  /** A box that cuts before {@code box}. */
  public FragmentingBox(Box box, Fragmentation fragmentation) {
    this.box = box;
    this.fragmentation = fragmentation;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    byte[] frame = Frames.octets(packet);
    Leg leg = packet.leg();
    for (byte[] each : fragmentation.cut(frame, ++id)) {
      Packet fragment = Frames.inPlaceOf(packet, each);
      if (box.onPacket(fragment, nowNanos, out) == Disposition.FORWARD) {
        fragment.from(packet.linkType(), leg.opposite(), packet.interfaceId(), packet.timeNanos());
        out.emit(fragment);
      }
    }
    return Disposition.TAKEN;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }
}
