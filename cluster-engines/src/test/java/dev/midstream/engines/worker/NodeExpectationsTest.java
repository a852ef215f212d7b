package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ExpectationCodec;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What nodes tell each other of expectations, and what they make of it. */
class NodeExpectationsTest {
  private static final int EXPECTED = 1;
  private static final int OPENED = 2;
  private static final int WITHDRAWN = 3;
  private static final NodeId SELF = new NodeId(NodeAddress.ofIpv4(1, 1), new UUID(0, 1));
  private static final Ends CONTROL = Ends.IPV4.withPorts(40_000, 21);
  private static final int PORT = 2_000;

  private final BucketLog log = new BucketLog(0, 1, LogSettings.of(CommitMode.STRICT), new Links());
  private final List<byte[]> told = new ArrayList<>();
  private final NodeExpectations opener = expectations(told);
  private final NodeExpectations other = expectations(new ArrayList<>());
  private final Engine engine = new Connected(log).engine;

  private NodeExpectations expectations(List<byte[]> told) {
    BucketStates states = new BucketStates(new Alone(), BucketShare.ALL, 1);
    NodeExpectations expectations =
        new NodeExpectations(states, (_, announcement) -> told.add(announcement));
    expectations.show(new Connected(log).engine, 0);
    return expectations;
  }

  /** A node without a table. */
  private record Alone() implements NodeView {
    @Override
    public NodeId self() {
      return SELF;
    }

    @Override
    public @Nullable AllocationTable table() {
      return null;
    }

    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return true;
    }

    @Override
    public boolean isLeased(long nowNanos) {
      return true;
    }
  }

  private static ConnectionKey key(int clientPort, int port) {
    FrameView view = new FrameView();
    view.read(Connected.syn(CONTROL.withPorts(clientPort, port)));
    return new ConnectionKey().set(view, new KeyedHash(new HashSeed(1, 2)));
  }

  private static ExpectedConnection expected(int connections) {
    Endpoint to = new Endpoint(CONTROL.addressOfSender(Direction.SERVER_TO_CLIENT), PORT);
    Handler handler = new Handler.Rule("all");
    return new ExpectedConnection(
        key(40_000, 21),
        new Expectation(Direction.CLIENT_TO_SERVER, to, handler, Octets.empty(), connections),
        Connected.RULE);
  }

  /** The kinds of what a node takes that knows no ends: the rest is too long, or unknown. */
  private static List<Integer> kindsOfOlderVersion(List<byte[]> all) {
    List<Integer> kinds = new ArrayList<>();
    for (byte[] each : all) {
      StateReader in = new StateReader(each, 0, each.length);
      int kind = in.octet();
      ExpectationCodec.skipPlace(in);
      if (kind == EXPECTED || (kind <= WITHDRAWN && in.remaining() == 0)) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  private void hear(NodeExpectations hearer, List<byte[]> all) {
    Consumer<Consumer<Engine>> engines = what -> what.accept(engine);
    all.forEach(each -> hearer.hear(0, each, engines, 0));
  }

  /** How many connections are in records, by what the node tells a new member. */
  private int recorded(NodeExpectations node) {
    byte[] first = node.live(0, 0).getFirst();
    assertThat(first[0]).isEqualTo((byte) EXPECTED);
    return engine.shared().codec().read(new StateReader(first, 1, first.length)).opened();
  }

  @Test
  @DisplayName("HSI-6 a node of an older version counts a connection once that was opened")
  void isCountedByAnOlderVersion() {
    assertThat(opener.expect(log, expected(2), 0, 0)).isNotNull();
    opener.opened(log, expected(2), key(50_000, PORT));
    assertThat(kindsOfOlderVersion(told)).containsExactly(EXPECTED, OPENED);
    assertThat(kindsOfOlderVersion(opener.live(0, 0))).containsExactly(EXPECTED, OPENED);
    opener.opened(log, expected(2), null);
    opener.recorded(log, expected(2), key(50_000, PORT));
    opener.withdraw(log, expected(2));
    assertThat(kindsOfOlderVersion(told)).containsExactly(EXPECTED, OPENED, OPENED, WITHDRAWN);
  }

  @Test
  @DisplayName("HSI-6 a node that knows the ends counts a connection once, and when it is recorded")
  void isCountedOnceWithItsEnds() {
    assertThat(opener.expect(log, expected(3), 0, 0)).isNotNull();
    opener.opened(log, expected(3), key(50_000, PORT));
    hear(other, told);
    assertThat(recorded(opener)).isZero();
    assertThat(recorded(other)).isZero();
    assertThat(other.live(0, 0)).hasSameSizeAs(opener.live(0, 0));
    told.clear();
    opener.recorded(log, expected(3), key(50_000, PORT));
    hear(other, told);
    assertThat(recorded(other)).isOne();
    told.clear();
    opener.opened(log, expected(3), null);
    hear(other, told);
    assertThat(recorded(opener)).isEqualTo(2);
    assertThat(recorded(other)).isEqualTo(2);
  }
}
