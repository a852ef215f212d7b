package dev.midstream.testkit.sim;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.HonestEndOracle;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Leg;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Two endpoints with random behaviours over a random path. Both send and close. */
final class RandomPair {
  private static final long MILLI = 1_000_000L;
  private static final long DEADLINE_NANOS = 100 * 3_600_000 * MILLI;
  private static final int MAX_BYTES = 40_000;

  private final SplittableRandom random;
  private final EndpointOptions clientOptions;
  private final EndpointOptions serverOptions;
  private final Path path;
  private final Ends ends;
  private final long seed;

  RandomPair(long seed) {
    this.seed = seed;
    random = new SplittableRandom(seed);
    clientOptions = options();
    serverOptions = options();
    path = path();
    ends =
        (random.nextBoolean() ? Ends.IPV4 : Ends.IPV6).withIsns(random.nextInt(), random.nextInt());
  }

  /** Runs until both are done and checks what must be true of every TCP. */
  void run() {
    SimulatedNetwork network = new SimulatedNetwork(path, seed);
    network.observe(new HonestEndOracle(Leg.INSIDE, ends, shrinks(clientOptions)));
    network.observe(new HonestEndOracle(Leg.OUTSIDE, ends, shrinks(serverOptions)));
    boolean simultaneous = random.nextInt(8) == 0;
    int awaiting = random.nextInt(3);
    Conversation talk =
        network.open(
            ends,
            new Party(clientOptions, application(clientOptions, awaiting == 1), true),
            new Party(serverOptions, application(serverOptions, awaiting == 2), simultaneous));
    boolean done = network.runUntilDone(DEADLINE_NANOS);
    if (!done) {
      throw new AssertionError("does not end: " + this + "\n" + talk);
    }
    StreamOracle.unchanged().checkComplete(talk);
    check(talk.client(), talk.server());
    check(talk.server(), talk.client());
  }

  private void check(TcpEndpoint end, TcpEndpoint peer) {
    requireNone(Counter.CONFLICTS, end);
    requireNone(Counter.SACKS_BEYOND_SENT, end);
    if (!peer.setup().options().has(Behaviour.RENEGING)) {
      requireNone(Counter.RENEGINGS, end);
    }
  }

  private void requireNone(Counter counter, TcpEndpoint end) {
    if (end.counters().get(counter) != 0) {
      throw new AssertionError(counter + " " + this + "\n" + end);
    }
  }

  private EndpointOptions options() {
    Set<Behaviour> behaviours = EnumSet.noneOf(Behaviour.class);
    for (Behaviour each : Behaviour.values()) {
      if (random.nextInt(10) < 6) {
        behaviours.add(each);
      }
    }
    behaviours.remove(Behaviour.KEEP_ALIVE);
    int scale = random.nextInt(15);
    int largest = random.nextInt(3) == 0 ? 3_000 : 200_000;
    int buffer = Math.max(1 << scale, 1 + random.nextInt(largest));
    EndpointOptions drawn =
        new EndpointOptions(
            behaviours,
            40 + random.nextInt(1_421),
            buffer,
            scale,
            1 + random.nextInt(10),
            40,
            EndpointOptions.MODERN.times(),
            64);
    return random.nextInt(4) == 0 ? EndpointOptions.MODERN.withMaxTimeouts(40) : drawn;
  }

  private Path path() {
    WireFaults faults = WireFaults.NONE;
    if (random.nextInt(5) > 0) {
      faults =
          WireFaults.losing(random.nextDouble() * 0.05)
              .withDuplication(random.nextDouble() * 0.05)
              .withReordering(random.nextDouble() * 0.1, random.nextLong(30 * MILLI))
              .withCorruption(random.nextDouble() * 0.02)
              .withJitter(random.nextLong(5 * MILLI))
              .withBursts(random.nextDouble() * 0.003, 1 + random.nextInt(8));
    }
    Path clean = Path.of(1 + random.nextLong(100 * MILLI)).withBoxAt(random.nextInt(101));
    Path faulty = clean.withFaults(faults);
    return random.nextInt(4) == 0
        ? faulty.withRate(50_000 + random.nextInt(1 << 20), 30_000)
        : faulty;
  }

  private Application application(EndpointOptions options, boolean awaitsEnd) {
    Application script = new Application();
    int bytes = random.nextInt(1 + random.nextInt(MAX_BYTES));
    byte[] octets = Streams.random(bytes, random.nextLong());
    if (random.nextInt(3) == 0) {
      script.read(1 + random.nextInt(5_000), 1 + random.nextLong(20 * MILLI));
    }
    int mostParts = options.mssBytes() < 100 ? 3 : 12;
    int parts = random.nextInt(1, mostParts + 1);
    int at = 0;
    for (int i = 1; i <= parts; i++) {
      int end = i == parts ? bytes : at + random.nextInt(bytes - at + 1);
      script.write(octets, at, end);
      at = end;
      if (random.nextBoolean()) {
        script.pause(random.nextLong(300 * MILLI));
      }
      if (random.nextInt(6) == 0) {
        script.buffer(options.receiveBufferBytes() - random.nextInt(options.receiveBufferBytes()));
      }
    }
    script.buffer(options.receiveBufferBytes());
    return awaitsEnd ? script.readAll().awaitEnd().close() : script.close();
  }

  private static boolean shrinks(EndpointOptions options) {
    return options.has(Behaviour.SHRINKING_WINDOW);
  }

  @Override
  public String toString() {
    return path + "\nclient " + clientOptions + "\nserver " + serverOptions;
  }
}
