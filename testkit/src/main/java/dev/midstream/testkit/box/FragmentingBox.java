package dev.midstream.testkit.box;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts every packet into IP fragments before it reaches a box. */
public final class FragmentingBox implements Box {
  private final Box box;
  private final Fragmentation fragmentation;
  private final @Nullable ForwardedFragments forwarded;
  private int id;

  /** Cuts a frame into fragments, in the order of arrival, with any duplicates. */
  @FunctionalInterface
  public interface Fragmentation {
    /** The frames that replace {@code frame}, which stays unchanged. */
    List<byte[]> cut(byte[] frame, int id);
  }

  /** A box that cuts before {@code box}. */
  public FragmentingBox(Box box, Fragmentation fragmentation) {
    this(box, fragmentation, null);
  }

  private FragmentingBox(
      Box box, Fragmentation fragmentation, @Nullable ForwardedFragments forwarded) {
    this.box = box;
    this.fragmentation = fragmentation;
    this.forwarded = forwarded;
  }

  /** The same, but fragments that leave {@code box} bit for bit are joined again behind it. */
  public FragmentingBox joining() {
    return new FragmentingBox(box, fragmentation, new ForwardedFragments());
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    byte[] frame = Frames.octets(packet);
    Leg leg = packet.leg();
    List<byte[]> fragments = fragmentation.cut(frame, ++id);
    if (forwarded != null) {
      forwarded.expect(frame, fragments);
    }
    PacketOutput behind = behind(out);
    for (byte[] each : fragments) {
      Packet fragment = Frames.inPlaceOf(packet, each);
      if (box.onPacket(fragment, nowNanos, behind) == Disposition.FORWARD) {
        fragment.from(packet.linkType(), leg.opposite(), packet.interfaceId(), packet.timeNanos());
        behind.emit(fragment);
      }
    }
    return Disposition.TAKEN;
  }

  private PacketOutput behind(PacketOutput out) {
    return forwarded == null ? out : forwarded.joining(out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, behind(out));
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }
}
