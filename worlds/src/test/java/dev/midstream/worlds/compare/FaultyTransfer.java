package dev.midstream.worlds.compare;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A transfer over a path with aimed faults, with or without an engine. */
final class FaultyTransfer {
  static final long MILLI = 1_000_000L;
  private static final long DEADLINE_NANOS = 3_600_000 * MILLI;
  private final Path path;
  private final EndpointOptions client;
  private final EndpointOptions server;
  private final List<Aim> aims = new ArrayList<>();
  private Application clientApplication = new Application().close();
  private Application serverApplication = new Application().awaitEnd().close();
  private UnaryOperator<byte[]> expected = UnaryOperator.identity();
  private UnaryOperator<byte[]> expectedReply = UnaryOperator.identity();

  private record Aim(Leg leg, Direction direction, Supplier<AimedFault> fault) {}

  /** The outcome of a run. */
  record Outcome(Conversation talk, @Nullable Engine engine) {
    /** The time at which the server had read everything. */
    long nanos() {
      return talk.server().lastReadNanos();
    }

    long client(Counter counter) {
      return talk.client().counters().get(counter);
    }

    long server(Counter counter) {
      return talk.server().counters().get(counter);
    }

    long engine(Reason reason) {
      return engine == null ? 0 : engine.counters().of(reason);
    }
  }

  FaultyTransfer(Path path, EndpointOptions client, EndpointOptions server) {
    this.path = path;
    this.client = client;
    this.server = server;
  }

  FaultyTransfer(Path path, EndpointOptions both) {
    this(path, both, both);
  }

  /** Sets the client's application. */
  FaultyTransfer client(Application application) {
    clientApplication = application;
    return this;
  }

  /** Sets the server's application. */
  FaultyTransfer server(Application application) {
    serverApplication = application;
    return this;
  }

  /** Sets the edit of the client's stream that the engine makes. */
  FaultyTransfer edited(UnaryOperator<byte[]> change) {
    expected = change;
    return this;
  }

  /**
   * Expects that the engine denies the request: the server reads nothing, the client {@code
   * answer}.
   */
  FaultyTransfer expectReply(String answer) {
    expected = octets -> new byte[0];
    expectedReply = octets -> answer.getBytes(StandardCharsets.ISO_8859_1);
    return this;
  }

  /** Loses a client segment with the octet at {@code offset} before the engine. */
  FaultyTransfer loseBefore(int times, long offset) {
    return lose(Leg.INSIDE, times, offset);
  }

  /** Loses a client segment with the octet at {@code offset} after the engine. */
  FaultyTransfer loseAfter(int times, long offset) {
    return lose(Leg.OUTSIDE, times, offset);
  }

  private FaultyTransfer lose(Leg leg, int times, long offset) {
    for (int i = 0; i < times; i++) {
      aim(
          leg,
          Direction.CLIENT_TO_SERVER,
          () -> AimedFault.drop(1, AimedFault.carrying(Ends.IPV4.clientIsn(), offset)));
    }
    return this;
  }

  /** Adds a fault. */
  FaultyTransfer aim(Leg leg, Direction direction, Supplier<AimedFault> fault) {
    aims.add(new Aim(leg, direction, fault));
    return this;
  }

  /** The outcome without an engine. */
  Outcome direct() {
    return run(null, StreamOracle.unchanged());
  }

  /** The outcome with an engine and {@code agent}. */
  Outcome through(Agent<?> agent) {
    return run(EnginePlan.PLAIN.engine(agent), new StreamOracle(expected, expectedReply));
  }

  private Outcome run(@Nullable Engine engine, StreamOracle streams) {
    SimulatedNetwork network = new SimulatedNetwork(path, 1).place(engine);
    for (Aim each : aims) {
      network.aim(each.leg(), each.direction(), each.fault().get());
    }
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(client, clientApplication),
            Party.waiting(server, serverApplication));
    if (!network.runUntilDone(DEADLINE_NANOS)) {
      throw new AssertionError("does not end: " + path + "\n" + talk);
    }
    streams.checkComplete(talk);
    return new Outcome(talk, engine);
  }
}
