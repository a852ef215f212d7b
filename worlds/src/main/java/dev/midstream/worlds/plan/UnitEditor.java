package dev.midstream.worlds.plan;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.Arrays;
import java.util.List;

/** Carries out an {@link AgentPlan}, independent of segment boundaries. */
public final class UnitEditor {
  private static final List<Change> ANY =
      List.of(Change.SAME_LENGTH, Change.GROW, Change.SHRINK, Change.DELETE, Change.INSERT);
  private static final int LINE_MASK = 31;
  private static final int LINE_END = 10;
  private static final byte GROWN = 'g';
  private static final byte INSERTED = 'i';
  private static final byte TRAILING = 't';

  private final AgentPlan plan;

  public UnitEditor(AgentPlan plan) {
    this.plan = plan;
  }

  /** Decides as much of {@code view} of {@code direction} as possible, from its start. */
  public void decide(Direction direction, OctetView view, Decisions out) {
    int at = 0;
    while (at < view.length()) {
      if (view.start() + at >= plan.editTo() && stops(direction, out)) {
        return;
      }
      long end = unitEnd(view, at);
      if (end > view.length() && !view.endOfStream()) {
        if (plan.needs()) {
          out.need((int) (end - at));
        }
        return;
      }
      at = decideUnit(view, at, (int) Math.min(end, view.length()), out);
    }
    if (view.endOfStream() && plan.trailer() && at == view.length()) {
      out.replace(0, filled(TRAILING, 1 + plan.growthBytes()));
    }
  }

  /** Stops as the plan says; returns whether it decides no further unit. */
  private boolean stops(Direction direction, Decisions out) {
    switch (plan.end()) {
      case SKIPS_REST -> out.skipRest();
      case FINISHES -> out.finish(direction);
      case ABORTS -> out.abort(aborted(direction), "the agent resets one end");
      case RESETS -> out.reset("the agent resets");
      case DETACHES -> out.detach();
      case NOT_MINE -> out.notMine("another protocol");
      case NEVER, THROWS -> {
        return false;
      }
    }
    return true;
  }

  /** Resets the receiver of what is shown, or its sender. */
  private Direction aborted(Direction direction) {
    return plan.growthBytes() % 2 == 0 ? direction : direction.opposite();
  }

  /** The end of the unit that starts at {@code at}; beyond the view if it is incomplete. */
  private long unitEnd(OctetView view, int at) {
    return switch (plan.unit()) {
      case OCTET -> at + 1L;
      case FRAME -> at + 1L + Byte.toUnsignedInt(view.at(at)) % plan.limitBytes();
      case LINE -> lineEnd(view, at);
    };
  }

  private long lineEnd(OctetView view, int at) {
    int stop = (int) Math.min(view.length(), (long) at + plan.limitBytes());
    for (int i = at; i < stop; i++) {
      if ((view.at(i) & LINE_MASK) == LINE_END) {
        return i + 1L;
      }
    }
    return stop - at == plan.limitBytes() ? stop : view.length() + 1L;
  }

  /**
   * Decides the unit [at, end); returns where the next one starts, beyond the view after a long
   * skip or drop.
   */
  private int decideUnit(OctetView view, int at, int end, Decisions out) {
    long place = view.start() + at;
    if (plan.end() == End.THROWS && place >= plan.editTo()) {
      throw new IllegalStateException("the agent throws at offset=" + place);
    }
    if (place < plan.editFrom() || place >= plan.editTo()) {
      out.pass(end - at);
      return end;
    }
    int hash = hash(view, at, end);
    if (Integer.remainderUnsigned(hash, plan.every()) != 0) {
      out.pass(end - at);
      return end;
    }
    if (plan.mayDecideUnseen()) {
      int longest = end - at + plan.growthBytes();
      int length = view.endOfStream() ? Math.min(view.length() - at, longest) : longest;
      if (plan.change() == Change.SKIP) {
        out.skip(length);
      } else {
        out.drop(length);
      }
      return at + length;
    }
    change(hash >>> 16, view.copy(at, end - at), out);
    return end;
  }

  private void change(int die, byte[] octets, Decisions out) {
    Change change = plan.change() == Change.ANY ? ANY.get(die % ANY.size()) : plan.change();
    int length = octets.length;
    switch (change) {
      case NONE, SKIP, DROP -> out.pass(length);
      case SAME_LENGTH -> out.replace(length, Octets.of(reversed(octets)));
      case GROW -> out.replace(length, grown(reversed(octets)));
      case SHRINK ->
          out.replace(length, Octets.of(Arrays.copyOf(reversed(octets), Math.max(1, length / 2))));
      case DELETE -> out.replace(length, Octets.empty());
      case INSERT -> {
        out.replace(0, filled(INSERTED, 1 + plan.growthBytes()));
        out.pass(length);
      }
      case ANY -> throw new IllegalStateException("not an edit of one unit");
    }
  }

  private Octets grown(byte[] octets) {
    byte[] grown = Arrays.copyOf(octets, octets.length + plan.growthBytes());
    Arrays.fill(grown, octets.length, grown.length, GROWN);
    return Octets.of(grown);
  }

  private static byte[] reversed(byte[] octets) {
    byte[] reversed = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      reversed[i] = (byte) ~octets[octets.length - 1 - i];
    }
    return reversed;
  }

  private static Octets filled(byte octet, int length) {
    byte[] octets = new byte[length];
    Arrays.fill(octets, octet);
    return Octets.of(octets);
  }

  private static int hash(OctetView view, int at, int end) {
    int hash = (int) (view.start() + at);
    for (int i = at; i < end; i++) {
      hash = 31 * hash + view.at(i);
    }
    hash *= 0x9e3779b9;
    return hash ^ hash >>> 15;
  }
}
