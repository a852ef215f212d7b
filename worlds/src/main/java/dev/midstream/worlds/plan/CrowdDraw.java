package dev.midstream.worlds.plan;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.worlds.plan.CrowdWorld.Member;
import dev.midstream.worlds.plan.CrowdWorld.Start;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.Neighbour.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws a world of many connections from one seed. */
public final class CrowdDraw {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  /**
   * A hold time that is never over: under memory pressure senders are silent for long, and held
   * octets would pass undecided.
   */
  private static final long NO_HOLD_NANOS = 86_400 * SECOND;

  /** The port of the rule for neighbours. */
  public static final int NEIGHBOURS_PORT = 9;

  private static final Set<Hardship> EXCLUDED =
      EnumSet.of(Hardship.LONG_STREAMS, Hardship.DAYS, Hardship.FRAGMENTS, Hardship.JOINING);

  private static final int CLIENT_PORT = 40_000;
  private static final int SERVER_PORT = 1_000;
  private static final int NEIGHBOURS_CLIENT_PORT = 20_000;
  private static final int PORTS_EACH = 100;
  private static final int MAX_TUPLES = 20;
  private static final long LEFTOVER_NANOS = 100 * MILLI;
  private static final int LEFTOVER_DISTANCE = 1 << 24;
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final long[] DELAYS = {50 * MILLI, 5 * SECOND, 90 * SECOND, 400 * SECOND};

  private final SplittableRandom random;

  private CrowdDraw(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The world of {@code seed}. */
  public static CrowdWorld of(long seed) {
    return of(seed, CommitDraw.of(seed));
  }

  /** The world of {@code seed}, whose engine writes records and dies if that fits. */
  public static CrowdWorld dying(long seed) {
    return of(seed, CommitDraw.of(seed).always());
  }

  private static CrowdWorld of(long seed, CommitDraw commits) {
    CrowdWorld world = new CrowdDraw(seed).world();
    EnginePlan moving = MoveDraw.of(seed).changed(world.engine());
    EnginePlan committing = commits.changed(moving, seed);
    CodecDraw codecs = CodecDraw.of(seed);
    CrowdWorld changed = world.withEngine(committing);
    for (int i = 0; i < world.members().size(); i++) {
      SimulatedWorld pair = CommitDraw.withoutUnsafe(changed.members().get(i).world());
      changed = changed.with(i, codecs.changed(pair));
    }
    return changed;
  }

  private CrowdWorld world() {
    int tuples = 2 + random.nextInt(oneIn(4) ? MAX_TUPLES - 1 : 5);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < tuples; i++) {
      addTuple(members, CLIENT_PORT + i, SERVER_PORT + i);
    }
    List<Neighbour> neighbours = oneIn(3) ? neighbours(members) : List.of();
    return new CrowdWorld(engine(tuples), members, neighbours);
  }

  private EnginePlan engine(int tuples) {
    EnginePlan drawn = WorldDraw.of(random.nextLong()).engine();
    EngineLimits limits = drawn.limits();
    if (random.nextInt(3) > 0) {
      limits = limits.withTotalBytes(4_000L * tuples + random.nextLong(60_000L * tuples));
    }
    if (oneIn(4)) {
      limits = limits.withConnections(1 + random.nextInt(tuples + 2));
    }
    if (oneIn(8)) {
      long inspected = 1L + random.nextInt(tuples + 2);
      limits = limits.withConnectionBytes(inspected * ConnectionHeap.INSPECTED_BYTES * 4 / 3 + 2);
    }
    return drawn
        .withLimits(limits)
        .withHoldTime(NO_HOLD_NANOS)
        .joining(0, oneIn(2) ? MidStream.PASS : MidStream.RESET);
  }

  private void addTuple(List<Member> members, int clientPort, int serverPort) {
    SimulatedWorld first = pair(treatment());
    Ends ends = first.ends().withPorts(clientPort, serverPort);
    int followers = oneIn(3) ? 1 + random.nextInt(3) : 0;
    SimulatedWorld world = (followers > 0 ? first.opening(false) : first).withEnds(ends);
    Start start = Start.FIRST;
    long delay = random.nextLong(oneIn(3) ? 1 : 3 * SECOND);
    for (int i = 0; i <= followers; i++) {
      boolean last = i == followers;
      SimulatedWorld own = !last && oneIn(5) ? vanishing(world) : world;
      own = oneIn(i > 0 ? 4 : 40) ? encrypting(own) : own;
      members.add(new Member(own, start, delay));
      start = oneIn(2) ? Start.AFTER_CLIENT : Start.AFTER_BOTH;
      delay = random.nextLong(DELAYS[random.nextInt(DELAYS.length)]);
      world = last ? world : next(own);
    }
  }

  private Treatment treatment() {
    return oneIn(10) ? Treatment.NO_RULE : oneIn(10) ? Treatment.MONITOR : Treatment.EDIT;
  }

  private SimulatedWorld pair(Treatment treatment) {
    SimulatedWorld world = WorldDraw.of(random.nextLong()).without(EXCLUDED);
    SimulatedWorld treated =
        treatment == Treatment.EDIT ? world : Hardship.RESETTING_AGENT.removedFrom(world);
    return treated.withEngine(engine -> engine.withTreatment(treatment));
  }

  /** The pair that takes the ports of {@code before}, with higher initial sequence numbers. */
  private SimulatedWorld next(SimulatedWorld before) {
    Treatment treatment = before.engine().treatment();
    SimulatedWorld next = pair(treatment).opening(false);
    if (treatment == Treatment.MONITOR && new WorldTraits(before).isAborting()) {
      // After a reset, which may be forged, octets on a SYN are not inspected.
      next = Hardship.FAST_OPEN.removedFrom(next);
    }
    Ends old = before.ends();
    return next.withEnds(
        old.withIsns(
            isnAfter(old.clientIsn(), before, Direction.CLIENT_TO_SERVER),
            isnAfter(old.serverIsn(), before, Direction.SERVER_TO_CLIENT)));
  }

  /** A number above all that {@code before} sends, as RFC 9293 section 3.6.1 wants it. */
  private int isnAfter(int isn, SimulatedWorld before, Direction direction) {
    byte[] octets = before.stream(direction);
    AgentPlan whole = before.agent().uninterrupted();
    long edited = WholeStream.of(new UnitEditor(whole), octets).editedLength();
    long replied = 2L * SimulatedWorld.MAX_REPLIED_BYTES;
    long above = oneIn(2) ? random.nextInt(1 << 16) : random.nextInt(1 << 24);
    return isn + (int) (Math.max(edited, octets.length) + replied + 2 + above);
  }

  private static SimulatedWorld vanishing(SimulatedWorld world) {
    return world.withClient(end -> end.withClosing(Closing.VANISH));
  }

  private static SimulatedWorld encrypting(SimulatedWorld world) {
    return world.withClient(end -> end.withOptions(end.options().with(Behaviour.ENCRYPTION)));
  }

  private List<Neighbour> neighbours(List<Member> members) {
    List<Neighbour> all = new ArrayList<>();
    int count = 1 + random.nextInt(oneIn(4) ? 12 : 3);
    for (int i = 0; i < count; i++) {
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      Member member = members.get(random.nextInt(members.size()));
      if (kind != Kind.LEFTOVER) {
        all.add(neighbour(kind, NEIGHBOURS_CLIENT_PORT + i * PORTS_EACH));
      } else if (mayHaveLeftover(member)) {
        all.add(leftover(member));
      }
    }
    return all;
  }

  /**
   * Whether leftover SYNs can come before the server of {@code member} listens. The inside end must
   * be the client.
   */
  private static boolean mayHaveLeftover(Member member) {
    return member.start() == Start.FIRST
        && member.delayNanos() >= LEFTOVER_NANOS
        && !member.world().simultaneous();
  }

  private Neighbour neighbour(Kind kind, int clientPort) {
    return new Neighbour(
        kind,
        clientPort,
        NEIGHBOURS_PORT,
        random.nextLong(3 * SECOND),
        random.nextLong(20 * MILLI),
        1 + random.nextInt(oneIn(3) ? PORTS_EACH - 1 : 20),
        random.nextInt());
  }

  /** SYNs that no host answers, because the pair opens later. */
  private Neighbour leftover(Member member) {
    Ends ends = member.world().ends();
    return new Neighbour(
        Kind.LEFTOVER,
        ends.clientPort(),
        ends.serverPort(),
        0,
        member.delayNanos() / 8,
        1 + random.nextInt(3),
        ends.clientIsn() - LEFTOVER_DISTANCE - random.nextInt(1 << 24));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
