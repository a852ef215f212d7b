package dev.midstream.worlds.hostile;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.segment.OptionsReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.Windows;
import java.util.random.RandomGenerator;

/**
 * A host that sees what one end sends, and plants octets before it: with the right numbers, the
 * newest timestamp, the newest acknowledgement and the right hop limit. It also notes which octets
 * reached the box at each place, and checks that no others are acknowledged.
 */
final class Planter implements PacketObserver {
  private static final int ONE_IN = 6;
  private static final int MAX_PLANTED_BYTES = 1_200;
  private static final int MAX_GAP_BYTES = 3_000;

  private final Ends ends;
  private final Direction direction;
  private final Leg leg;
  private final int hopLimit;
  private final int maxPlanted;
  private final RandomGenerator random;
  private final WatchedSegment arriving;
  private final WatchedSegment acknowledging;
  private final Windows windows = new Windows();
  private final Copies copies = new Copies();
  private long next;
  private int acknowledgement;
  private int window;
  private String options = "";
  private boolean planting;
  private boolean due;
  private int planted;

  /**
   * Plants octets of {@code direction}.
   *
   * @param maxPlanted how many segments it plants at most
   */
  Planter(Ends ends, Direction direction, int hopLimit, int maxPlanted, RandomGenerator random) {
    this.ends = ends;
    this.direction = direction;
    this.hopLimit = hopLimit;
    this.maxPlanted = maxPlanted;
    this.random = random;
    leg = Ends.legOfSender(direction);
    arriving = WatchedSegment.sentBy(leg, ends);
    acknowledging = WatchedSegment.sentBy(leg.opposite(), ends);
  }

  @Override
  public void seen(Place place, Leg where, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX && where == leg && arriving.read(packet)) {
      windows.arrives(where, arriving, nowNanos);
      arrive();
    } else if (place == Place.INTO_BOX && where != leg && acknowledging.read(packet)) {
      windows.arrives(where, acknowledging, nowNanos);
    } else if (place == Place.OUT_OF_BOX && where == leg && acknowledging.read(packet)) {
      windows.leaves(where, acknowledging, nowNanos);
      boolean acknowledges = acknowledging.view().isAck() && !acknowledging.view().isRst();
      LawBroken.unless(
          !acknowledges || acknowledging.ack() <= copies.end(),
          Law.HONESTY,
          () -> "acknowledges octets that did not arrive: at=" + acknowledging.ack());
    }
  }

  private void arrive() {
    copies.add(arriving, planting, windows.promisedTo(leg));
    boolean counts = !planting && !arriving.view().isRst() && !arriving.view().isSyn();
    if (!counts || arriving.end() < next) {
      return;
    }
    next = arriving.end();
    acknowledgement = arriving.view().acknowledgement();
    window = arriving.view().windowField();
    options = arriving.options().hasTimestamps() ? stamp(arriving.options()) : "";
    due = true;
  }

  private static String stamp(OptionsReader stamped) {
    return "nop,nop,TS "
        + Integer.toUnsignedString(stamped.timestampValue())
        + "/"
        + Integer.toUnsignedString(stamped.timestampEcho());
  }

  /** Plants a segment, now and then, after a segment of its direction reached the box. */
  void plant(SimulatedNetwork network) {
    if (!due || planted == maxPlanted) {
      return;
    }
    due = false;
    if (random.nextInt(ONE_IN) == 0) {
      planted++;
      byte[] frame = frame();
      planting = true;
      network.inject(leg, frame);
      planting = false;
    }
  }

  /** Notes that the engine died, and another one has the octets up to {@code end} only. */
  void noteDied(long end) {
    copies.forgetFrom(end);
  }

  boolean hasPlanted() {
    return planted > 0;
  }

  /** Octets at the next place, after a gap, or over others; sometimes with a FIN. */
  private byte[] frame() {
    long start =
        switch (random.nextInt(4)) {
          case 0 -> next + 1 + random.nextInt(MAX_GAP_BYTES);
          case 1 -> Math.max(0, next - random.nextInt(MAX_PLANTED_BYTES));
          default -> next;
        };
    byte[] octets = new byte[1 + random.nextInt(random.nextBoolean() ? 20 : MAX_PLANTED_BYTES)];
    random.nextBytes(octets);
    return new FrameBuilder(ends, direction)
        .flags(TcpFlags.ACK | (random.nextInt(10) == 0 ? TcpFlags.FIN : 0))
        .sequence(ends.isn(direction) + 1 + (int) start)
        .acknowledgement(acknowledgement)
        .window(window)
        .hopLimit(hopLimit)
        .options(options)
        .payload(Octets.of(octets))
        .build();
  }

  /** Checks that each of {@code shown} was written, or planted before the written one arrived. */
  void check(byte[] shown, byte[] written) {
    copies.check(shown, written, direction);
  }
}
