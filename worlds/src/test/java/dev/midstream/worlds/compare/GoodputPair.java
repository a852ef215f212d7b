package dev.midstream.worlds.compare;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.SplittableRandom;

/**
 * The same transfer over the same path with the same faults, without and with the engine. The cost
 * of loss before the engine must not depend on the engine.
 *
 * @param options of both endpoints
 * @param loss share of the sender's frames lost before the engine
 * @param boxPercent position of the engine on the path
 */
record GoodputPair(EndpointOptions options, double loss, int boxPercent) {
  private static final long MILLI = 1_000_000L;
  private static final long DELAY_NANOS = 25 * MILLI;
  private static final long DEADLINE_NANOS = 3_600_000 * MILLI;
  private static final int BYTES = 300_000;

  /**
   * One transfer.
   *
   * @param nanos until the receiver has read everything
   * @param timeouts of the sender
   * @param retransmissions of the sender
   * @param pawsDrops of the receiver
   */
  record Transfer(long nanos, long timeouts, long retransmissions, long pawsDrops) {}

  /** The transfer of {@code seed} without an engine. */
  Transfer direct(long seed) {
    return transfer(network(seed), seed);
  }

  /** The transfer of {@code seed} with an engine whose agent passes everything. */
  Transfer throughEngine(long seed) {
    Engine engine =
        EnginePlan.PLAIN.engine(SimpleAgents.passing(), new UnpooledByteBufAllocator(true, true));
    SimulatedNetwork network = network(seed).place(engine);
    Transfer transfer = transfer(network, seed);
    engine.finish(network.nowNanos(), packet -> {});
    return transfer;
  }

  private SimulatedNetwork network(long seed) {
    Path path =
        Path.of(DELAY_NANOS)
            .withBoxAt(boxPercent)
            .withFaults(Leg.INSIDE, Direction.CLIENT_TO_SERVER, WireFaults.losing(loss));
    return new SimulatedNetwork(path, seed);
  }

  private Transfer transfer(SimulatedNetwork network, long seed) {
    Application sending = new Application().write(octets(seed)).close();
    Application receiving = new Application().awaitEnd().close();
    Conversation talk =
        network.open(Ends.IPV4, Party.opening(options, sending), Party.waiting(options, receiving));
    if (!network.runUntilDone(DEADLINE_NANOS)) {
      throw new AssertionError("does not end: seed=" + seed + " " + this + "\n" + talk);
    }
    StreamOracle.unchanged().checkComplete(talk);
    return new Transfer(
        talk.server().lastReadNanos(),
        talk.client().counters().get(Counter.TIMEOUTS),
        talk.client().counters().get(Counter.RETRANSMISSIONS),
        talk.server().counters().get(Counter.PAWS_DROPS));
  }

  private static byte[] octets(long seed) {
    byte[] octets = new byte[BYTES];
    new SplittableRandom(seed).nextBytes(octets);
    return octets;
  }
}
