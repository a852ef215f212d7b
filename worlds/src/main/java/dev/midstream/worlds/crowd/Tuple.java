package dev.midstream.worlds.crowd;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one pair of ports, in order. It tells by their sequence numbers which one a
 * segment belongs to, and is the agent of all: its state says which one is decided.
 */
final class Tuple implements Agent<Tenant> {
  private static final long FAR = 1L << 31;

  private final List<Tenant> tenants = new ArrayList<>();
  private int current;

  void add(Tenant tenant) {
    tenants.add(tenant);
  }

  List<Tenant> tenants() {
    return tenants;
  }

  /** The connection that the engine knows by these ports, as far as can be told from outside. */
  Tenant current() {
    return tenants.get(current);
  }

  /** The last connection whose SYN reached the box, or the first one. */
  Tenant latest() {
    Tenant latest = tenants.getFirst();
    for (Tenant each : tenants) {
      latest = each.isBegun() ? each : latest;
    }
    return latest;
  }

  /**
   * The connection of the segment in {@code view} from the side {@code leg}; null if of none. Its
   * numbers lie above the initial ones, and above no later ones.
   */
  @Nullable Tenant of(SegmentReader view, Leg leg) {
    Direction sent = Ends.directionFrom(leg);
    boolean numbered = !view.isRst() || view.sequence() != 0 || !view.isAck();
    boolean acknowledges = view.isAck() && !(view.isRst() && numbered);
    Tenant nearest = null;
    long distance = FAR;
    for (Tenant each : tenants) {
      Ends ends = each.pair().world().ends();
      long above = above(ends.isn(sent), view.sequence());
      long acknowledged = above(ends.isn(sent.opposite()), view.acknowledgement());
      long both = Math.max(numbered ? above : acknowledged, acknowledges ? acknowledged : above);
      if (each.isOpened() && both < distance) {
        nearest = each;
        distance = both;
      }
    }
    return nearest;
  }

  private static long above(int isn, int number) {
    return Integer.toUnsignedLong(number - isn);
  }

  /**
   * Notes a segment that is about to reach the box. The old numbers serve until the SYN of another
   * connection is answered, unless nothing was left to serve.
   */
  void arrive(Tenant tenant, SegmentReader view, long nowNanos) {
    if (view.isRst()) {
      tenant.noteReset(nowNanos);
    }
    if (!view.isSyn()) {
      return;
    }
    if (!view.isAck()) {
      tenant.begin();
    }
    Tenant before = current();
    int index = tenants.indexOf(tenant);
    boolean edited = before.pair().world().engine().treatment() == Treatment.EDIT;
    boolean serves = edited && !before.isReset() && !before.pair().talk().isDone();
    if (index > current && (view.isAck() || !serves)) {
      tenants.subList(0, index).forEach(Tenant::unwatch);
      current = index;
    }
  }

  @Override
  public Tenant newConnection() {
    return current();
  }

  @Override
  public Tenant onOctets(Tenant state, Direction direction, OctetView view, Decisions out) {
    state.pair().agent().onOctets("", direction, view, out);
    return state;
  }

  @Override
  public boolean wantsFlush() {
    return tenants.getFirst().pair().agent().wantsFlush();
  }

  @Override
  public boolean replaysExactly() {
    return tenants.stream().allMatch(each -> each.pair().agent().replaysExactly());
  }

  @Override
  public StateCodec<Tenant> codec() {
    return StateCodec.stateless(current());
  }
}
