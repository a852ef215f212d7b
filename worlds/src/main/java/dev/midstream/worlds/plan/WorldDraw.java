package dev.midstream.worlds.plan;

import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.AgentPlan.State;
import dev.midstream.worlds.plan.AgentPlan.Unit;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws a world with all hardships from one seed. */
public final class WorldDraw {
  private static final long MILLI = 1_000_000L;
  private static final long OTHER_SEEDS = 0x5851_f42d_4c95_7f2dL;
  private static final long DISTANCE = 0x9e3779b97f4a7c15L;
  private static final int SILENCE = 1;
  private static final int LATE = 2;
  private static final int HOPS = 3;
  private static final int LINKS = 4;
  private static final int AGENTS = 5;
  private static final int CALM = 6;
  private static final int DROPS = 7;
  private static final int FINISHES = 8;
  private static final int GAPS = 9;
  private static final int ODD_ENDS = 10;
  private static final int TAKEOVERS = 15;
  private static final int MAX_TIMEOUTS = 40;
  private static final int MAX_PACKETS = 400;
  private static final int MAX_NEW_BYTES = 150_000;

  /** The others are rare, see {@link RareDraw}. */
  private static final Set<Behaviour> USUAL =
      EnumSet.complementOf(
          EnumSet.of(
              Behaviour.RENEGING,
              Behaviour.ECN,
              Behaviour.URGENT,
              Behaviour.FAST_CLOCK,
              Behaviour.ENCRYPTION));

  private final SplittableRandom random;

  private WorldDraw(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The world of {@code seed}, whose ends reach each other in the end. */
  public static SimulatedWorld of(long seed) {
    return new WorldDraw(seed).connected(seed);
  }

  /**
   * The world of {@code seed}. In one of 20 an end is cut off for ever; the others are the same.
   */
  public static SimulatedWorld withCuts(long seed) {
    return CommitDraw.of(seed).changed(withoutRecords(seed));
  }

  /** The world of {@code seed}, whose engine writes records and dies if that fits. */
  public static SimulatedWorld dying(long seed) {
    return CommitDraw.of(seed).always().changed(withoutRecords(seed));
  }

  /** The world of {@code seed}, whose engine writes records if that fits, and may be alone. */
  public static SimulatedWorld committing(long seed) {
    return CommitDraw.of(seed).committing(withoutRecords(seed));
  }

  private static SimulatedWorld withoutRecords(long seed) {
    WorldDraw draw = new WorldDraw(seed);
    SimulatedWorld world = new CutDraw(draw.random).changed(draw.connected(seed));
    SimulatedWorld holding = new SilenceDraw(own(seed, SILENCE)).changed(world);
    SimulatedWorld late = new LateDraw(own(seed, LATE)).changed(holding);
    SimulatedWorld routed = new HopDraw(own(seed, HOPS)).changed(late);
    SimulatedWorld linked = new LinkDraw(own(seed, LINKS)).changed(routed);
    SimulatedWorld narrowing = NarrowingDraw.of(seed).changed(linked);
    SimulatedWorld drawn = new AgentDraw(own(seed, AGENTS)).changed(narrowing);
    SimulatedWorld calm = new CalmDraw(own(seed, CALM)).changed(drawn);
    SimulatedWorld dropping = new DropDraw(own(seed, DROPS)).changed(calm);
    SimulatedWorld finishing = new FinishDraw(own(seed, FINISHES)).changed(dropping);
    SimulatedWorld losing = new GapDraw(own(seed, GAPS)).changed(finishing);
    SimulatedWorld odd = new OddEndDraw(own(seed, ODD_ENDS)).changed(losing);
    SimulatedWorld moving = MoveDraw.of(seed).changed(odd);
    SimulatedWorld parking = ParkDraw.of(seed).changed(moving);
    SimulatedWorld failing = CodecDraw.of(seed).changed(parking);
    SimulatedWorld fragmented = FragmentDraw.of(seed).changed(failing);
    return new TakeoverDraw(own(seed, TAKEOVERS)).changed(fragmented);
  }

  /** Random numbers of a further draw, so that the seeds of all other worlds mean the same. */
  static SplittableRandom own(long seed, int draw) {
    return new SplittableRandom(~seed + draw * DISTANCE);
  }

  private SimulatedWorld connected(long seed) {
    SimulatedWorld rare = new RareDraw(random).changed(world());
    SimulatedWorld kind = new KindDraw(random).changed(rare);
    SimulatedWorld drawn = new DetachDraw(new SplittableRandom(~seed)).changed(kind);
    SimulatedWorld alternating =
        new AlternatingDraw(new SplittableRandom(seed ^ OTHER_SEEDS)).changed(drawn);
    return StateDraw.of(seed).changed(alternating);
  }

  private SimulatedWorld world() {
    Ends ends = oneIn(4) ? Ends.IPV6 : Ends.IPV4;
    EndpointPlan client = end(options());
    EndpointPlan server = end(options());
    boolean mutual =
        client.closing() == Closing.AFTER_PEER && server.closing() == Closing.AFTER_PEER;
    EndpointPlan closing = mutual ? server.withClosing(Closing.AT_ONCE) : server;
    int largest = Math.max(client.bytes(), server.bytes());
    return new SimulatedWorld(
        random.nextLong(),
        ends.withIsns(isn(), isn()),
        oneIn(12),
        client,
        closing,
        path(),
        engine(),
        agent(largest));
  }

  private int isn() {
    return oneIn(2) ? -random.nextInt(3_000) : random.nextInt();
  }

  private EndpointOptions options() {
    if (oneIn(3)) {
      return EndpointOptions.MODERN.withMaxTimeouts(MAX_TIMEOUTS);
    }
    Set<Behaviour> behaviours = EnumSet.noneOf(Behaviour.class);
    for (Behaviour each : USUAL) {
      if (random.nextInt(10) < 6) {
        behaviours.add(each);
      }
    }
    int scale = random.nextInt(15);
    int mss = oneIn(4) ? 48 + random.nextInt(8_953) : 536 + random.nextInt(925);
    int buffer = oneIn(3) ? 1 + random.nextInt(4_000) : 4_000 + random.nextInt(1 << 20);
    return new EndpointOptions(
        behaviours,
        mss,
        Math.max(1 << scale, buffer),
        scale,
        1 + random.nextInt(10),
        MAX_TIMEOUTS,
        EndpointOptions.MODERN.times().withKeepAlive(1_000 * MILLI),
        64);
  }

  private EndpointPlan end(EndpointOptions options) {
    int most = Math.min(options.mssBytes() * MAX_PACKETS / 4, options.receiveBufferBytes() * 40);
    int bytes = random.nextInt(1 + Math.min(most, 1 << random.nextInt(4, 17)));
    int parts = oneIn(8) ? Math.max(1, Math.min(bytes, 200)) : 1 + random.nextInt(6);
    boolean slow = oneIn(5);
    return new EndpointPlan(
        options,
        bytes,
        parts,
        oneIn(2) ? 0 : random.nextLong(40 * MILLI),
        1 + random.nextInt(5_000),
        slow ? 1 + random.nextLong(20 * MILLI) : 0,
        oneIn(25) ? Closing.ABORT : oneIn(3) ? Closing.AFTER_PEER : Closing.AT_ONCE);
  }

  private PathPlan path() {
    boolean faulty = random.nextInt(4) > 0;
    long until = 50 * MILLI + random.nextLong(3_000 * MILLI);
    List<WireFaults> faults = new ArrayList<>();
    for (int i = 0; i < PathPlan.PLACES.size(); i++) {
      WireFaults drawn = faults(until);
      faults.add(faulty && oneIn(2) ? drawn : WireFaults.NONE);
    }
    return new PathPlan(
        1 + random.nextLong(60 * MILLI),
        random.nextInt(101),
        oneIn(6) ? 100_000 + random.nextInt(1 << 20) : 0,
        faults,
        0,
        0,
        HopPlan.NONE,
        LinkPlan.NONE);
  }

  private WireFaults faults(long until) {
    return WireFaults.NONE
        .withLoss(oneIn(2) ? random.nextDouble() * 0.1 : 0)
        .withDuplication(oneIn(3) ? random.nextDouble() * 0.1 : 0)
        .withReordering(oneIn(3) ? random.nextDouble() * 0.1 : 0, random.nextLong(30 * MILLI))
        .withCorruption(oneIn(4) ? random.nextDouble() * 0.03 : 0)
        .withJitter(oneIn(4) ? random.nextLong(5 * MILLI) : 0)
        .withBursts(oneIn(4) ? random.nextDouble() * 0.01 : 0, 1 + random.nextInt(8))
        .withEnd(until);
  }

  private EnginePlan engine() {
    Treatment treatment =
        oneIn(16) ? Treatment.NO_RULE : oneIn(12) ? Treatment.MONITOR : Treatment.EDIT;
    OutOfOrder order =
        oneIn(8)
            ? OutOfOrder.DISCARD
            : oneIn(3) ? OutOfOrder.DELAY_SINGLE : OutOfOrder.DELAY_JOINED;
    OnFailure failure = oneIn(3) ? OnFailure.RESET : OnFailure.PASS;
    return EnginePlan.PLAIN
        .withTreatment(treatment)
        .withOutOfOrder(order)
        .onFailure(failure, Policies.DEFAULTS.onHoldLimit())
        .withLimits(limits(oneIn(6)));
  }

  private EngineLimits limits(boolean small) {
    int delayed = 2_000 + random.nextInt(50_000);
    long total = delayed / 2 + random.nextLong(100_000);
    int commands = 64 + random.nextInt(4_000);
    return small
        ? EngineLimits.DEFAULTS
            .withDelayedBytes(delayed)
            .withTotalBytes(total)
            .withWaitingBytes(commands)
            .withCommands(commands)
        : EngineLimits.DEFAULTS;
  }

  private AgentPlan agent(int bytes) {
    Unit unit = oneOf(List.of(Unit.OCTET, Unit.OCTET, Unit.LINE, Unit.FRAME));
    Change change =
        oneIn(8)
            ? Change.NONE
            : oneOf(
                List.of(
                    Change.SAME_LENGTH,
                    Change.GROW,
                    Change.SHRINK,
                    Change.DELETE,
                    Change.INSERT,
                    Change.SKIP,
                    Change.ANY,
                    Change.ANY));
    int every = oneIn(4) ? 1 : oneIn(2) ? 1 + random.nextInt(8) : 1 + random.nextInt(400);
    int growth = random.nextInt(oneIn(5) ? 4_000 : 30);
    long maxGrowth = (long) MAX_NEW_BYTES * every / (2L * bytes + 1);
    long from = oneIn(3) ? random.nextInt(1 + bytes) : 0;
    long to = oneIn(3) ? from + random.nextInt(1 + bytes) : Long.MAX_VALUE;
    End end = oneIn(12) ? End.THROWS : oneIn(10) ? End.SKIPS_REST : End.NEVER;
    boolean trailer = oneIn(3) && change != Change.SKIP && end == End.NEVER;
    int limit = oneIn(4) ? 1 + random.nextInt(3_000) : 2 + random.nextInt(100);
    return new AgentPlan(
        unit,
        change,
        every,
        limit,
        (int) Math.min(growth, maxGrowth),
        oneIn(2),
        trailer,
        end,
        from,
        to,
        0,
        false,
        CodecPlan.SOUND,
        State.NOTHING);
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
