package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.notation.EmittedFrame;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Keeps a copy of each packet seen at the given places, or at all places. */
public final class PacketRecorder implements PacketObserver {
  private final List<Place> places;
  private final List<Seen> seen = new ArrayList<>();

  /**
   * One packet.
   *
   * @param place where it was seen
   * @param leg the wire
   * @param timeNanos the time
   * @param emittedFrame the frame, with the side it is bound for
   */
  public record Seen(Place place, Leg leg, long timeNanos, EmittedFrame emittedFrame) {}

  /** Records packets at {@code places}, or everywhere if none is given. */
  public PacketRecorder(Place... places) {
    this.places = List.of(places.length == 0 ? Place.values() : places);
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (places.contains(place)) {
      boolean towardsBox = place == Place.SENT || place == Place.INTO_BOX;
      Leg boundFor = towardsBox ? leg.opposite() : leg;
      seen.add(new Seen(place, leg, nowNanos, EmittedFrame.of(packet, boundFor)));
    }
  }

  /** The packets so far. */
  public List<Seen> packets() {
    return List.copyOf(seen);
  }

  /** One line for each packet, in packet notation, with its time in seconds. */
  public String text(Ends ends) {
    StringBuilder text = new StringBuilder();
    for (Seen each : seen) {
      double seconds = each.timeNanos() / 1e9;
      text.append(String.format(Locale.ROOT, "%.6f %-10s %-7s ", seconds, each.place(), each.leg()))
          .append(line(each.emittedFrame(), ends))
          .append('\n');
    }
    return text.toString();
  }

  private static String line(EmittedFrame emittedFrame, Ends ends) {
    try {
      return emittedFrame.line(ends);
    } catch (AssertionError | RuntimeException e) {
      return "damaged " + emittedFrame.frame();
    }
  }
}
