package dev.midstream.worlds.law;

import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Brings the first fragment of a copy of some segments to an engine, which waits for the others in
 * vain. If the engine dies meanwhile, they come to the next one. A fragment that passes is lost
 * behind the box.
 */
final class StrayFragments implements Box {
  private static final int MOST = 8;

  /** The first fragment has the headers. */
  private static final int FIRST_BYTES = 64;

  private static final int OTHER_IDS = 0x8000;

  private final Box whole;
  private final Box engine;
  private final int oneIn;
  private final SplittableRandom random;
  private int strays;
  private long keptNanos;
  private byte @Nullable [] rest;
  private Leg restLeg = Leg.INSIDE;
  private boolean hasDied;

  /**
   * Fragments for {@code engine}, which gets all segments from {@code whole}, after one in {@code
   * oneIn} of them.
   */
  StrayFragments(Box whole, Box engine, int oneIn, long seed) {
    this.whole = whole;
    this.engine = engine;
    this.oneIn = oneIn;
    random = new SplittableRandom(seed);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    boolean isChosen = strays < MOST && random.nextInt(oneIn) == 0;
    byte[] frame = isChosen ? Frames.octets(packet) : new byte[0];
    Leg leg = packet.leg();
    Disposition disposition = whole.onPacket(packet, nowNanos, out);
    bringRest(nowNanos, out);
    if (isChosen && frame.length - FrameFragments.payloadOffset(frame) > FIRST_BYTES) {
      bring(frame, leg, nowNanos, out);
    }
    return disposition;
  }

  private void bring(byte[] frame, Leg leg, long nowNanos, PacketOutput out) {
    List<byte[]> cut = FrameFragments.cut(frame, OTHER_IDS + ++strays, FIRST_BYTES);
    Packet first = Frames.packet(cut.getFirst(), leg, nowNanos);
    boolean isKept = engine.onPacket(first, nowNanos, out) == Disposition.TAKEN;
    rest = isKept ? cut.getLast() : null;
    restLeg = leg;
    keptNanos = nowNanos;
  }

  private void bringRest(long nowNanos, PacketOutput out) {
    if (hasDied && rest != null) {
      Packet late = Frames.packet(rest, restLeg, nowNanos);
      Disposition ignored = engine.onPacket(late, nowNanos, out);
      rest = null;
    }
    hasDied = false;
  }

  /** Notes that the engine died. */
  void noteEngineDied() {
    hasDied = true;
  }

  /** Whether the engine keeps a fragment. */
  boolean isKept(long nowNanos) {
    return rest != null && !hasDied && nowNanos - keptNanos < FragmentLimits.DEFAULTS.nanos();
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    whole.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return whole.nextDeadlineNanos();
  }
}
