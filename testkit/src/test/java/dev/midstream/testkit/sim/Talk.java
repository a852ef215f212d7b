package dev.midstream.testkit.sim;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Leg;

/** One connection over a path of 20 ms with aimed faults only, and a record of all sent packets. */
final class Talk {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;
  static final long DELAY_NANOS = 20 * MILLI;
  private static final long DEADLINE_NANOS = 24 * 3_600 * SECOND;

  private final SimulatedNetwork network;
  private final Conversation conversation;
  private final PacketRecorder sent = new PacketRecorder(Place.SENT);

  Talk(Party client, Party server) {
    this(Path.of(DELAY_NANOS), client, server);
  }

  Talk(Path path, Party client, Party server) {
    network = new SimulatedNetwork(path, 1).observe(sent);
    conversation = network.open(Ends.IPV4, client, server);
  }

  /** A connection between two endpoints with the same options. */
  static Talk between(EndpointOptions options, Application client, Application server) {
    return new Talk(Party.opening(options, client), Party.waiting(options, server));
  }

  /** Aims a fault at packets from the client, between the box and the server. */
  Talk aimOut(AimedFault fault) {
    network.aim(Leg.OUTSIDE, Direction.CLIENT_TO_SERVER, fault);
    return this;
  }

  /** Aims a fault at packets from the server, between the box and the client. */
  Talk aimBack(AimedFault fault) {
    network.aim(Leg.INSIDE, Direction.SERVER_TO_CLIENT, fault);
    return this;
  }

  /** Runs until both endpoints are done and checks the streams; fails if they never are. */
  Talk complete() {
    if (!network.runUntilDone(DEADLINE_NANOS)) {
      throw new AssertionError("does not end\n" + this);
    }
    StreamOracle.unchanged().checkComplete(conversation);
    return this;
  }

  /** Runs until {@code timeNanos}. */
  Talk until(long timeNanos) {
    network.runUntil(timeNanos);
    return this;
  }

  SimulatedNetwork network() {
    return network;
  }

  TcpEndpoint client() {
    return conversation.client();
  }

  TcpEndpoint server() {
    return conversation.server();
  }

  long client(Counter counter) {
    return client().counters().get(counter);
  }

  long server(Counter counter) {
    return server().counters().get(counter);
  }

  /** The number of sent packets whose line contains {@code part}. */
  long sent(String part) {
    return sent.text(Ends.IPV4).lines().filter(line -> line.contains(part)).count();
  }

  /** All sent packets in packet notation. */
  String sent() {
    return sent.text(Ends.IPV4);
  }

  @Override
  public String toString() {
    return conversation + "\n" + sent();
  }
}
