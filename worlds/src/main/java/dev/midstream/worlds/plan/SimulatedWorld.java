package dev.midstream.worlds.plan;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Behaviour;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * All parameters of a run: two endpoints, the path, the engine and its agent.
 *
 * @param seed of the streams' octets and of the wires' faults
 * @param ends addresses and initial sequence numbers
 * @param simultaneous whether both endpoints open
 * @param client the inside endpoint
 * @param server the outside endpoint
 * @param path the wires
 * @param engine the box
 * @param agent the edits
 */
public record SimulatedWorld(
    long seed,
    Ends ends,
    boolean simultaneous,
    EndpointPlan client,
    EndpointPlan server,
    PathPlan path,
    EnginePlan engine,
    AgentPlan agent) {
  /** The limit of what an agent replies in one world, without the last reply. */
  public static final int MAX_REPLIED_BYTES = 50_000;

  private static final long SECOND = 1_000_000_000L;
  private static final long WAITING_NANOS = SECOND / 4;

  /** An endpoint gives up within 80 minutes, and the box two hours later. */
  private static final long GIVE_UP_NANOS = 6 * 3_600 * SECOND;

  /** An engine dies so often at most. */
  public static final int MOST_TAKEOVERS = 4;

  /** After each takeover the box waits anew for the end of a silence, and probes. */
  private static final long PROBES_NANOS = 150 * SECOND;

  /** The octets that the sender of {@code direction} writes. */
  public byte[] stream(Direction direction) {
    byte[] octets = new byte[sender(direction).bytes()];
    long own = direction == Direction.CLIENT_TO_SERVER ? seed : seed + 1;
    new SplittableRandom(own).nextBytes(octets);
    return octets;
  }

  public EndpointPlan sender(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? client : server;
  }

  public EndpointPlan receiver(Direction direction) {
    return sender(direction.opposite());
  }

  /**
   * The time by which both streams must have arrived: several times what windows and timers can
   * take after the last fault. Octets dropped by the engine, or by a receiver that shrinks its
   * window, are retransmitted by timeout only. If an endpoint is cut off, the time by which the
   * other one and the box have given up.
   */
  public long deadlineNanos(long toServerBytes, long toClientBytes) {
    long transfer =
        transferNanos(client, server, toServerBytes) + transferNanos(server, client, toClientBytes);
    long takeovers = engine.isTakenOver() ? MOST_TAKEOVERS : 0;
    long silences = takeovers * (Timeouts.DEFAULTS.establishedNanos() + PROBES_NANOS);
    long givingUp = path.isCut() ? path.cutNanos() + GIVE_UP_NANOS + silences : 0;
    return path.calmNanos() + 4 * transfer + 600 * SECOND + givingUp;
  }

  private long transferNanos(EndpointPlan from, EndpointPlan to, long newBytes) {
    long bytes = Math.max(from.bytes(), newBytes);
    int window = Math.min(from.options().segmentBytes(), to.options().segmentBytes()) / 2;
    long atOnce = Math.max(1, Math.min(window, to.options().receiveBufferBytes() / 2));
    long rounds = bytes / atOnce + 16 + from.parts();
    long entering = path.bytesPerSecond() == 0 ? 0 : bytes * SECOND / path.bytesPerSecond();
    boolean shrinks = to.options().has(Behaviour.SHRINKING_WINDOW);
    long waiting = shrinks || isDropping() ? to.options().times().maxRtoNanos() : WAITING_NANOS;
    long each = 2 * path.delayNanos() + waiting;
    return rounds * each + 4 * entering + from.minNanos(0) + to.minNanos(bytes);
  }

  /**
   * Whether the engine may drop octets that reached it, or want to see them twice, or a router
   * drops what is too large.
   */
  public boolean isDropping() {
    return engine.isDropping() || path.hops().isLowering() || path.links().isNarrow();
  }

  SimulatedWorld withEnds(Ends other) {
    return new SimulatedWorld(seed, other, simultaneous, client, server, path, engine, agent);
  }

  SimulatedWorld opening(boolean both) {
    return new SimulatedWorld(seed, ends, both, client, server, path, engine, agent);
  }

  SimulatedWorld withClient(UnaryOperator<EndpointPlan> change) {
    EndpointPlan changed = change.apply(client);
    return new SimulatedWorld(seed, ends, simultaneous, changed, server, path, engine, agent);
  }

  SimulatedWorld withServer(UnaryOperator<EndpointPlan> change) {
    EndpointPlan changed = change.apply(server);
    return new SimulatedWorld(seed, ends, simultaneous, client, changed, path, engine, agent);
  }

  public SimulatedWorld withBoth(UnaryOperator<EndpointPlan> change) {
    return withClient(change).withServer(change);
  }

  /** The same with streams of at least so many octets, such as an agent makes of them. */
  public SimulatedWorld withAtLeast(long toServerBytes, long toClientBytes) {
    return withClient(end -> end.withAtLeast(toServerBytes))
        .withServer(end -> end.withAtLeast(toClientBytes));
  }

  /** The same with {@code rate} of the frames lost on wires without faults, until {@code nanos}. */
  public SimulatedWorld withLossUntil(double rate, long nanos) {
    return withPath(path ->
        path.withEachFault(
            each -> each.equals(WireFaults.NONE) ? WireFaults.losing(rate).withEnd(nanos) : each));
  }

  /** The same with a path on which each round trip takes as long as one with a record. */
  public SimulatedWorld withRecordTime() {
    return withPath(path -> path.withDelay(path.delayNanos() + engine.commits().delayNanos() / 2));
  }

  SimulatedWorld withPath(UnaryOperator<PathPlan> change) {
    PathPlan changed = change.apply(path);
    return new SimulatedWorld(seed, ends, simultaneous, client, server, changed, engine, agent);
  }

  public SimulatedWorld withEngine(UnaryOperator<EnginePlan> change) {
    EnginePlan changed = change.apply(engine);
    return new SimulatedWorld(seed, ends, simultaneous, client, server, path, changed, agent);
  }

  public SimulatedWorld withAgent(UnaryOperator<AgentPlan> change) {
    AgentPlan changed = change.apply(agent);
    return new SimulatedWorld(seed, ends, simultaneous, client, server, path, engine, changed);
  }

  /** The same without {@code hardships}. */
  public SimulatedWorld without(Set<Hardship> hardships) {
    SimulatedWorld easier = this;
    for (Hardship each : hardships) {
      easier = each.removedFrom(easier);
    }
    return easier;
  }

  /** As {@link WorldText}. */
  @Override
  public String toString() {
    return WorldText.of(this);
  }
}
