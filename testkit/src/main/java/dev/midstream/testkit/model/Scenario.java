package dev.midstream.testkit.model;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A short conversation through a box that replaces a text, with faults aimed at chosen segments. It
 * is the same for every box and may run any number of times.
 */
public final class Scenario {
  private static final long MILLI = 1_000_000L;
  private static final long DELAY_NANOS = 20 * MILLI;
  private static final long DEADLINE_NANOS = 300_000 * MILLI;
  private static final long START_NANOS = 200 * MILLI;
  private static final long GAP_NANOS = 5 * MILLI;

  private final String name;
  private final String find;
  private final String replacement;
  private final EndpointOptions options;
  private final List<String> clientWrites = new ArrayList<>();
  private final List<String> serverWrites = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private long seed = 1;

  /** A fault and the wire that it is aimed at. */
  private record Fault(Leg leg, Direction direction, Supplier<AimedFault> fault) {}

  /**
   * The result of a scenario.
   *
   * @param right whether both streams arrived edited and complete, and no acknowledgement was wrong
   * @param text a short description of the result
   */
  public record Verdict(boolean right, String text) {}

  /** A scenario in which the box replaces {@code find} by {@code replacement}. */
  public Scenario(String name, String find, String replacement, EndpointOptions options) {
    this.name = name;
    this.find = find;
    this.replacement = replacement;
    this.options = options;
  }

  /** The client writes each of {@code texts} separately, shortly after the previous one. */
  public Scenario clientWrites(String... texts) {
    clientWrites.addAll(Arrays.asList(texts));
    return this;
  }

  /** The server writes each of {@code texts} separately, shortly after the previous one. */
  public Scenario serverWrites(String... texts) {
    serverWrites.addAll(Arrays.asList(texts));
    return this;
  }

  /**
   * The first copy of the client's octet at {@code offset} is lost between the box and the server.
   */
  public Scenario losesAfterBox(long offset) {
    Supplier<AimedFault> fault =
        () -> AimedFault.drop(1, AimedFault.carrying(Ends.IPV4.clientIsn(), offset));
    faults.add(new Fault(Leg.OUTSIDE, Direction.CLIENT_TO_SERVER, fault));
    return this;
  }

  /** The server's first acknowledgement of data is delayed by {@code nanos}. */
  public Scenario acknowledgesLate(long nanos) {
    faults.add(
        new Fault(
            Leg.OUTSIDE,
            Direction.SERVER_TO_CLIENT,
            () -> AimedFault.delay(1, AimedFault::pureAck, nanos)));
    return this;
  }

  /** Draws the random choices of the endpoints from {@code seed}. */
  public Scenario withSeed(long seed) {
    this.seed = seed;
    return this;
  }

  /** The title of the scenario. */
  public String name() {
    return name;
  }

  /** The text that the box searches for. */
  public String find() {
    return find;
  }

  /** The text that replaces it. */
  public String replacement() {
    return replacement;
  }

  /** Runs the scenario through {@code box}. */
  public Verdict run(Box box) {
    SimulatedNetwork network = new SimulatedNetwork(Path.of(DELAY_NANOS), seed).place(box);
    for (Fault each : faults) {
      network.aim(each.leg(), each.direction(), each.fault().get());
    }
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(options, writing(clientWrites)),
            Party.waiting(options, writing(serverWrites)));
    boolean done = network.runUntilDone(DEADLINE_NANOS);
    return judge(talk, done);
  }

  private static Application writing(List<String> texts) {
    Application script = new Application().pause(START_NANOS);
    for (String each : texts) {
      script.write(each).pause(GAP_NANOS);
    }
    return script.close();
  }

  private Verdict judge(Conversation talk, boolean done) {
    String toServer = fault(talk.client(), talk.server(), "server");
    String toClient = fault(talk.server(), talk.client(), "client");
    if (!toServer.isEmpty() || !toClient.isEmpty()) {
      return new Verdict(false, toServer.isEmpty() ? toClient : toServer);
    }
    return new Verdict(done, done ? "right" : "hangs");
  }

  private String fault(TcpEndpoint sender, TcpEndpoint receiver, String name) {
    String expected = text(sender.written()).replace(find, replacement);
    String got = text(receiver.received());
    if (!expected.startsWith(got)) {
      int common = Math.min(got.length(), expected.length());
      int at = 0;
      while (at < common && got.charAt(at) == expected.charAt(at)) {
        at++;
      }
      return name + " gets wrong octets at " + at;
    }
    if (got.length() < expected.length()) {
      return name + " waits forever for octet " + got.length();
    }
    boolean wrongAck =
        sender.counters().get(Counter.ACKS_BEYOND_SENT) > 0
            || sender.counters().get(Counter.SACKS_BEYOND_SENT) > 0;
    return wrongAck ? "sender gets an acknowledgement of unsent octets" : "";
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
