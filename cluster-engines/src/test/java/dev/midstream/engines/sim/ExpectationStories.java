package dev.midstream.engines.sim;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.OctetView;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stories of an agent as that of FTP: the reply of a server names a port, and the client connects
 * to it. The path is so short that this connection reaches its owner before any message of another
 * node does that was sent with the reply.
 */
class ExpectationStories {
  private static final int BUCKETS = 8;
  private static final long MILLI = EngineCluster.MILLI;
  static final int DATA_CLIENT_PORT = 50_000;

  private static final int CONTROL_PORT = 21;
  private static final int UNUSED_PORT = 9;
  private static final Pattern REPLY = Pattern.compile("227 (\\d+) ");
  static final Ends CONTROL = Ends.IPV4.withPorts(40_000, CONTROL_PORT);

  final RandomGenerator random = SeededRounds.generator(1);
  final Set<Integer> opened = new HashSet<>();

  static ClusterStory story(int machines, int copies, CommitMode mode) {
    return story(machines, copies, mode, LambdaAgent.by(ExpectationStories::announce));
  }

  /** The same, with a state that is another one after each call. */
  static LambdaAgent counting() {
    return LambdaAgent.withState((state, direction, view, out) -> {
      announce(direction, view, out);
      return state + 1;
    });
  }

  static ClusterStory story(int machines, int copies, CommitMode mode, LambdaAgent control) {
    return new ClusterStory(
        new Plan(
            machines,
            BUCKETS,
            copies,
            LogSettings.of(mode),
            List.of(
                rule("control", CONTROL_PORT, control), rule("data", UNUSED_PORT, Texts.agent())),
            Timeouts.DEFAULTS,
            Path.of(2_000),
            1));
  }

  private static Rule rule(String name, int port, LambdaAgent agent) {
    Match match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    return new Rule(name, match, Action.ALLOW, name, agent, Mode.ENFORCE);
  }

  private static void announce(Direction direction, OctetView view, Decisions out) {
    Matcher reply = REPLY.matcher(SimpleAgents.text(view));
    while (direction == Direction.SERVER_TO_CLIENT && reply.find()) {
      Endpoint to =
          new Endpoint(
              CONTROL.addressOfSender(Direction.SERVER_TO_CLIENT),
              Integer.parseInt(reply.group(1)));
      out.expect(Expectation.of(Direction.CLIENT_TO_SERVER, to, new Handler.Rule("data")));
    }
    out.pass(view.length());
  }

  /** A control connection whose server names each of these ports, the first after 100 ms. */
  void control(ClusterStory story, int... ports) {
    Application server = new Application();
    for (int i = 0; i < ports.length; i++) {
      long nanos = story.network.nowNanos() + (1L + i) * 100 * MILLI;
      server.until(nanos).write("227 " + ports[i] + " ");
    }
    story.transfer(
        new Transfer(
            CONTROL,
            EndpointOptions.MODERN,
            new Application().awaitEnd().close(),
            server.pause(5_000 * MILLI).close(),
            UnaryOperator.identity()));
  }

  static Ends data(int port) {
    return Ends.IPV4.withPorts(DATA_CLIENT_PORT, port);
  }

  void open(ClusterStory story, int port) {
    open(story, data(port), Texts::edited);
  }

  void open(ClusterStory story, Ends ends, UnaryOperator<byte[]> decided) {
    story.transfer(
        new Transfer(
            ends,
            EndpointOptions.MODERN,
            new Application().write(Texts.drawn(random, 3_000)).close(),
            new Application().write(Texts.drawn(random, 3_000)).close(),
            decided));
  }

  /** The data connections are opened when the replies leave the cluster. */
  void openAtOnce(ClusterStory story) {
    story.network.observe((place, leg, packet, nowNanos) -> {
      if (place == Place.OUT_OF_BOX) {
        String text =
            new String(SentFrame.ofEnd(packet).octets().toArray(), StandardCharsets.ISO_8859_1);
        Matcher reply = REPLY.matcher(text);
        while (reply.find()) {
          int port = Integer.parseInt(reply.group(1));
          if (opened.add(port)) {
            story.cluster.at(nowNanos, () -> open(story, port));
          }
        }
      }
    });
  }

  static int portAt(ClusterStory story, Machine machine, int from) {
    for (int port = from; ; port++) {
      if (story.ownerOf(data(port)) == machine) {
        return port;
      }
    }
  }

  /** Ports of data connections that the machines own in turn. */
  static int[] ports(ClusterStory story, int count) {
    int[] ports = new int[count];
    for (int i = 0; i < count; i++) {
      Machine owner = story.machine(i % story.cluster.machines.size());
      ports[i] = portAt(story, owner, 2_000 + 1_000 * i);
    }
    return ports;
  }

  static Machine other(ClusterStory story, Machine... not) {
    return story.cluster.running().stream()
        .filter(each -> !List.of(not).contains(each))
        .findFirst()
        .orElseThrow();
  }
}
