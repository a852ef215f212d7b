package dev.midstream.reassembly.script;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;

/** Cuts every packet before a box into IP fragments. */
public final class FragmentingBox implements Box {
  private final Box behind;
  private final Cutting cutting;
  private int id;

  /** How a frame is cut, in which order its fragments come, and which come twice. */
  @FunctionalInterface
  public interface Cutting {
    /** What comes in the place of {@code frame}; the frame itself stays whole. */
    List<byte[]> cut(byte[] frame, int id);
  }

  public FragmentingBox(Box behind, Cutting cutting) {
    this.behind = behind;
    this.cutting = cutting;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    byte[] frame = Frames.octets(packet);
    Leg leg = packet.leg();
    for (byte[] each : cutting.cut(frame, ++id)) {
      Packet fragment = Frames.inPlaceOf(packet, each);
      if (behind.onPacket(fragment, nowNanos, out) == Disposition.FORWARD) {
        fragment.from(packet.linkType(), leg.opposite(), packet.interfaceId(), packet.timeNanos());
        out.emit(fragment);
      }
    }
    return Disposition.TAKEN;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    behind.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return behind.nextDeadlineNanos();
  }
}
