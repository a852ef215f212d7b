package dev.midstream.worlds.crowd;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The incarnations of one connection: the same ports on both ends, one after the other. It tells by
 * sequence numbers which one a segment belongs to, and is the agent of all: its state says which
 * one is decided, and is otherwise that of the agent of that one.
 */
final class Tuple implements Agent<Tuple.Decided> {
  private static final long FAR = 1L << 31;

  /** The incarnation that is decided, and the state of its agent. */
  record Decided(Incarnation incarnation, String own) {
    private Agent<String> agent() {
      return incarnation.pair().agent();
    }
  }

  private final List<Incarnation> incarnations = new ArrayList<>();
  private final Codec codec = new Codec();
  private int current;

  void add(Incarnation incarnation) {
    incarnations.add(incarnation);
  }

  List<Incarnation> incarnations() {
    return incarnations;
  }

  /** The connection that the engine knows by these ports, as far as can be told from outside. */
  Incarnation current() {
    return incarnations.get(current);
  }

  /** The last connection whose SYN reached the box, or the first one. */
  Incarnation latest() {
    Incarnation latest = incarnations.getFirst();
    for (Incarnation each : incarnations) {
      latest = each.isBegun() ? each : latest;
    }
    return latest;
  }

  /**
   * The incarnation of the segment in {@code view} from the side {@code leg}: the one whose initial
   * numbers lie nearest below those of the segment; null if there is none.
   */
  @Nullable Incarnation of(SegmentReader view, Leg leg) {
    Direction sent = Ends.directionFrom(leg);
    boolean numbered = !view.isRst() || view.sequence() != 0 || !view.isAck();
    boolean acknowledges = view.isAck() && !(view.isRst() && numbered);
    Incarnation nearest = null;
    long distance = FAR;
    for (Incarnation each : incarnations) {
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

  /** The incarnation whose initial sequence numbers are those of {@code handshakes}, if any. */
  @Nullable Incarnation of(Handshakes handshakes) {
    for (Incarnation each : incarnations) {
      Ends ends = each.pair().world().ends();
      if (isOf(handshakes, ends.clientIsn()) && isOf(handshakes, ends.serverIsn())) {
        return each;
      }
    }
    return null;
  }

  private static boolean isOf(Handshakes handshakes, int isn) {
    return Direction.BOTH.stream().anyMatch(each -> handshakes.sequence(each) == isn);
  }

  private static long above(int isn, int number) {
    return Integer.toUnsignedLong(number - isn);
  }

  /**
   * Notes a segment that is about to reach the box. The old numbers serve until the SYN of another
   * connection is answered, unless nothing was left to serve.
   */
  void arrive(Incarnation incarnation, SegmentReader view, long nowNanos) {
    if (view.isRst()) {
      incarnation.noteReset(nowNanos);
    }
    if (!view.isSyn()) {
      return;
    }
    if (!view.isAck()) {
      incarnation.noteBegun();
    }
    Incarnation before = current();
    int index = incarnations.indexOf(incarnation);
    boolean edited = before.pair().world().engine().treatment() == Treatment.EDIT;
    boolean serves = edited && !before.isReset() && !before.pair().talk().isDone();
    if (index > current && (view.isAck() || !serves)) {
      incarnations.subList(0, index).forEach(Incarnation::unwatch);
      current = index;
    }
  }

  @Override
  public Decided newConnection() {
    Incarnation opened = current();
    return new Decided(opened, opened.pair().agent().newConnection());
  }

  @Override
  public Decided newConnection(Opening told) {
    Decided opened = newConnection();
    if (opened.incarnation().mayOpenAnew()) {
      opened.incarnation().pair().openedAnew(told);
    }
    return opened;
  }

  @Override
  public Decided onOctets(Decided state, Direction direction, OctetView view, Decisions out) {
    String own = state.agent().onOctets(state.own(), direction, view, out);
    return new Decided(state.incarnation(), own);
  }

  @Override
  public boolean wantsFlush(Decided state, Direction direction) {
    return state.agent().wantsFlush(state.own(), direction);
  }

  @Override
  public boolean replaysExactly() {
    return incarnations.stream().allMatch(each -> each.pair().agent().replaysExactly());
  }

  @Override
  public StateCodec<Decided> codec() {
    return codec;
  }

  /** The number of an incarnation, and what the codec of its own agent writes. */
  private final class Codec implements StateCodec<Decided> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Decided state) {
      byte[] own = state.agent().codec().encode(state.own());
      byte[] octets = new byte[1 + own.length];
      octets[0] = (byte) incarnations.indexOf(state.incarnation());
      System.arraycopy(own, 0, octets, 1, own.length);
      return octets;
    }

    @Override
    public Decided decode(int version, byte[] octets) {
      Incarnation incarnation = incarnations.get(octets[0]);
      byte[] own = Arrays.copyOfRange(octets, 1, octets.length);
      return new Decided(incarnation, incarnation.pair().agent().codec().decode(version, own));
    }
  }
}
