package dev.midstream.gateway.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.worker.SweptBucket;
import dev.midstream.gateway.PlainEngine;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.status.ConnectionSummary;
import dev.midstream.reassembly.status.ConnectionSweep;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.Endpoint;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CensusTest {
  private static final long SECOND = 1_000_000_000;
  private static final long OPENED_MILLIS = 1_790_000_000_000L;
  private static final int BUCKET = 3;
  private static final long EPOCH = 7;
  private static final String OPEN =
      """
      c> S 0:0(0) <mss 1460>
      >s same
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      c> . 1:1(0) ack 1
      >s same
      """;

  private final ToldTables tables = new ToldTables();
  private final NodeId self = node();
  private final Census census = new Census(self, tables);
  private final Engine engine = PlainEngine.make();
  private final Script script = new Script(engine);
  private final List<Written> expected = new ArrayList<>();

  private static NodeId node() {
    return new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), UUID.randomUUID());
  }

  private void open(int port) {
    script.between(Ends.IPV4.withPorts(port, 80)).run(OPEN);
  }

  private List<ConnectionSummary> connections() {
    List<ConnectionSummary> all = new ArrayList<>();
    ConnectionSweep sweep = engine.sweep(0);
    while (!sweep.isOver()) {
      int ignored = sweep.step(ConnectionSweep.STEP_WORK, all::add);
    }
    return all;
  }

  /** A sweep at a time, after {@link #OPENED_MILLIS}. */
  private void sweep(long epoch, List<ConnectionSummary> found, boolean isWhole, long seconds) {
    long nowNanos = seconds * SECOND;
    census.begin(Map.of(BUCKET, epoch));
    census.add(
        new SweptBucket(BUCKET, epoch, isWhole, found, expected),
        nowNanos,
        OPENED_MILLIS + seconds * 1_000);
    census.review(nowNanos);
  }

  private void sweep(List<ConnectionSummary> found, long seconds) {
    sweep(EPOCH, found, true, seconds);
  }

  private static ConnectionEntry earlier(int port, long epoch) {
    return new ConnectionEntry(
        new ConnectionKey(
            BUCKET, 0, Endpoint.ofIpv4(0x0a000001, port), Endpoint.ofIpv4(0x0a000002, 80)),
        epoch,
        9,
        node(),
        Phase.ESTABLISHED,
        "web",
        null,
        0,
        0,
        OPENED_MILLIS - 60_000);
  }

  @Test
  @DisplayName("HSI-1 HSI-3 an entry has ends, bucket, epoch, owner, phase, rule and time")
  void offersWhatItFinds() {
    open(5_000);
    sweep(connections(), 1);

    assertThat(tables.offered)
        .containsExactly(
            new ConnectionEntry(
                earlier(5_000, 1).key(),
                EPOCH,
                1,
                self,
                Phase.ESTABLISHED,
                "default",
                null,
                0,
                0,
                OPENED_MILLIS + 1_000));
    assertThat(census.connections()).isOne();
  }

  @Test
  @DisplayName("HSI-1 a connection is offered when it is found, and every 10 s")
  void offersAgain() {
    open(5_000);
    for (int seconds = 0; seconds <= 20; seconds++) {
      sweep(connections(), seconds);
    }
    String offer = "offer 10.0.0.1:5000 revision 1";

    assertThat(tables.takeTold()).containsExactly(offer, offer, offer);
  }

  @Test
  @DisplayName("HSI-1 a change of the phase is offered at once")
  void offersAChangeOfThePhase() {
    open(5_000);
    sweep(connections(), 1);
    script.run("c> F. 1:1(0) ack 1\n>s same\ns> F. 1:1(0) ack 1\n>c same");
    sweep(connections(), 2);

    assertThat(tables.offered.getLast().phase()).isEqualTo(Phase.CLOSING);
    assertThat(tables.offered.getLast().revision()).isEqualTo(2);
  }

  @Test
  @DisplayName("HSI-1 a connection that two sweeps miss has ended; one may be missed by chance")
  void endsWhatIsMissing() {
    open(5_000);
    List<ConnectionSummary> found = connections();
    sweep(found, 1);
    sweep(List.of(), 2);
    sweep(found, 3);
    sweep(List.of(), 4);
    assertThat(tables.takeTold()).containsExactly("offer 10.0.0.1:5000 revision 1");
    sweep(List.of(), 5);

    assertThat(tables.takeTold()).containsExactly("end 10.0.0.1:5000");
    assertThat(census.connections()).isZero();
  }

  @Test
  @DisplayName("HSI-4 the connections of a bucket that another node has are not ended")
  void releasesABucket() {
    open(5_000);
    sweep(connections(), 1);
    census.begin(Map.of());
    assertThat(tables.takeTold())
        .containsExactly("offer 10.0.0.1:5000 revision 1", "release 3 epoch 7");

    sweep(8, connections(), true, 2);
    sweep(9, connections(), true, 3);
    census.releaseAll();
    assertThat(tables.takeTold())
        .containsExactly(
            "offer 10.0.0.1:5000 revision 1",
            "release 3 epoch 8",
            "offer 10.0.0.1:5000 revision 1",
            "release 3 epoch 9");
  }

  @Test
  @DisplayName("LD-14 an heir knows from the table since when a connection is open")
  void keepsTheTimeOfAnEarlierOwner() {
    tables.held.add(earlier(5_000, EPOCH - 1));
    open(5_000);
    open(5_001);
    sweep(EPOCH, List.of(), false, 1);
    sweep(connections(), 2);

    assertThat(tables.offered)
        .extracting(ConnectionEntry::sinceMillis)
        .containsExactlyInAnyOrder(OPENED_MILLIS - 60_000, OPENED_MILLIS + 2_000);
  }

  @Test
  @DisplayName("LD-14 an heir removes what it does not know, after 3 s, once it has read all")
  void removesWhatEarlierOwnersLeft() {
    tables.held.add(earlier(5_000, EPOCH - 1));
    tables.held.add(earlier(6_000, EPOCH - 1));
    tables.held.add(earlier(6_001, EPOCH + 1));
    open(5_000);
    List<ConnectionSummary> found = connections();
    sweep(found, 1);
    sweep(found, 3);
    sweep(EPOCH, found, false, 5);
    assertThat(tables.takeTold()).containsExactly("offer 10.0.0.1:5000 revision 1");
    sweep(found, 6);
    assertThat(tables.takeTold()).containsExactly("remove 10.0.0.1:6000 epoch 6");

    sweep(found, 9);
    assertThat(tables.takeTold()).isEmpty();
    sweep(found, 66);
    assertThat(tables.takeTold()).contains("remove 10.0.0.1:6000 epoch 6");
  }

  @Test
  @DisplayName("HSI-1 a table that cannot be read delays nothing")
  void goesOnWithAnUnreadableTable() {
    tables.isReadable = false;
    open(5_000);
    sweep(connections(), 1);
    sweep(connections(), 9);

    assertThat(tables.takeTold()).containsExactly("offer 10.0.0.1:5000 revision 1");
  }

  private Written expectedBy(ConnectionSummary parent, int opened, long restSeconds) {
    Expectation expectation =
        new Expectation(
            Direction.CLIENT_TO_SERVER,
            new dev.midstream.agent.Endpoint(
                Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT), 50_000),
            new Handler.Unseen(),
            Octets.empty(),
            2);
    RuleTable rules = new RuleTable(List.of(), Action.DROP, Mode.ENFORCE);
    return new Written(
        new ExpectedConnection(parent.key(), expectation, rules.expectedRule()),
        opened,
        restSeconds * SECOND);
  }

  private ExpectationEntry expectation(long revision, int opened, long restSeconds) {
    ConnectionKey parent = earlier(5_000, 1).key();
    return new ExpectationEntry(
        new ExpectationKey(parent, true, Endpoint.ofIpv4(0x0a000002, 50_000)),
        EPOCH,
        revision,
        self,
        "expected",
        opened,
        2,
        restSeconds * 1_000,
        Octets.empty());
  }

  @Test
  @DisplayName("HSI-1 HSI-6 an expectation is put when it is found, changes or is made anew")
  void putsExpectations() {
    open(5_000);
    List<ConnectionSummary> found = connections();
    expected.add(expectedBy(found.getFirst(), 0, 60));
    sweep(found, 1);
    expected.set(0, expectedBy(found.getFirst(), 0, 59));
    sweep(found, 2);
    assertThat(tables.put).containsExactly(expectation(1, 0, 60));

    expected.set(0, expectedBy(found.getFirst(), 1, 58));
    sweep(found, 3);
    expected.set(0, expectedBy(found.getFirst(), 1, 60));
    sweep(found, 20);
    assertThat(tables.put)
        .containsExactly(expectation(1, 0, 60), expectation(2, 1, 58), expectation(3, 1, 60));
  }

  @Test
  @DisplayName("HSI-1 HSI-6 an expectation that is met or withdrawn is removed")
  void removesExpectations() {
    open(5_000);
    List<ConnectionSummary> found = connections();
    expected.add(expectedBy(found.getFirst(), 0, 60));
    sweep(found, 1);
    expected.clear();
    sweep(found, 2);
    sweep(found, 3);

    assertThat(tables.takeTold())
        .containsExactly("offer 10.0.0.1:5000 revision 1", "remove " + expectation(1, 0, 60).key());
  }
}
