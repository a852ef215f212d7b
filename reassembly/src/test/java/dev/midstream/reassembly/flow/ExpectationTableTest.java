package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long expectations stay, and which of them give way. */
class ExpectationTableTest {
  private static final int TOTAL = 8;
  private static final long LIFE = 60_000;
  private static final ExpectationLimits LIMITS = new ExpectationLimits(TOTAL, 4, LIFE);
  private static final Rule RULE =
      new Rule("data", Match.ANY, Action.ALLOW, null, null, Mode.ENFORCE);
  private static final int PORT = 2_000;

  private final Counters counters = new Counters();
  private final ExpectationTable table =
      new ExpectationTable(LIMITS, ConnectionRouter.ALONE, ExpectationLog.NONE, counters);

  /** What {@link #heir} has taken back from its log. */
  private final List<ExpectedConnection> removed = new ArrayList<>();

  /** That of an engine with records. */
  private final ExpectationTable heir =
      new ExpectationTable(LIMITS, ConnectionRouter.ALONE, new Kept(removed), counters);

  @Test
  @DisplayName("law 6 a client that expects too many connections pushes out its own only")
  void keepsExpectationsOfOtherClients() {
    announce(1, 0, 0, 0);
    for (int i = 0; i < 3 * TOTAL; i++) {
      announce(2, i / 3, i, 0);
    }

    assertThat(isExpected(1, 0, 0)).isTrue();
    assertThat(isExpected(2, 3 * TOTAL - TOTAL, 0)).isFalse();
    assertThat(isExpected(2, 3 * TOTAL - TOTAL + 1, 0)).isTrue();
    assertThat(counters.of(Reason.EXPECTATION_LIMIT)).isEqualTo(1 + 2 * TOTAL);
    assertThat(counters.of(Reason.EXPECTATION_UNMET)).isZero();
  }

  @Test
  @DisplayName("law 6 of clients that expect equally many the one that asked first loses one")
  void evictsTheOldest() {
    for (int client = 1; client <= TOTAL; client++) {
      announce(client, 0, 0, 0);
    }
    assertThat(isExpected(1, 0, 0)).isTrue();

    announce(TOTAL + 1, 0, 0, 0);

    assertThat(isExpected(1, 0, 0)).isFalse();
    assertThat(isExpected(2, 0, 0)).isTrue();
  }

  @Test
  @DisplayName("law 6 a connection that expects too many loses its own, though the table has room")
  void boundsOneConnection() {
    announce(1, 0, 0, 0);
    for (int i = 1; i <= LIMITS.perConnection() + 1; i++) {
      announce(1, 1, i, 0);
    }

    assertThat(isExpected(1, 0, 0)).isTrue();
    assertThat(isExpected(1, 1, 0)).isFalse();
    assertThat(isExpected(1, 2, 0)).isTrue();
    assertThat(counters.of(Reason.EXPECTATION_LIMIT)).isOne();
  }

  @Test
  @DisplayName("expectations that have expired evict none")
  void forgetsExpiredExpectations() {
    for (int i = 0; i < TOTAL - 1; i++) {
      announce(2, i, i, 0);
    }
    announce(1, 0, 0, 1);
    announce(3, 0, 0, LIFE);

    assertThat(isExpected(1, 0, LIFE)).isTrue();
    assertThat(isExpected(2, TOTAL - 2, LIFE)).isFalse();
    assertThat(counters.of(Reason.EXPECTATION_LIMIT)).isZero();
    assertThat(counters.of(Reason.EXPECTATION_UNMET)).isEqualTo(TOTAL - 1);
    assertThat(table.nextEndNanos()).isEqualTo(1 + LIFE);
  }

  @Test
  @DisplayName("law 6 what was forgotten counts for no client")
  void countsNothingAfterClear() {
    for (int i = 0; i < TOTAL; i++) {
      announce(1, i, i, 0);
    }
    table.clear();
    assertThat(table.nextEndNanos()).isEqualTo(Long.MAX_VALUE);
    announce(2, 0, 0, 0);
    announce(2, 1, 1, 0);
    for (int i = 2; i < TOTAL; i++) {
      announce(3 + i, 0, 0, 0);
    }
    announce(1, 0, 0, 0);

    assertThat(isExpected(2, 0, 0)).isFalse();
    assertThat(isExpected(2, 1, 0)).isTrue();
    assertThat(isExpected(5, 0, 0)).isTrue();
  }

  @Test
  @DisplayName("an expectation that was renewed is fulfilled once, and lasts its whole time anew")
  void isFulfilledOnceAfterItWasRenewed() {
    announce(1, 0, 0, 0);
    announce(1, 0, 0, LIFE - 1);
    assertThat(table.take(syn(1, 0), new ConnectionKey(), LIFE))
        .isEqualTo(new Assignment(RULE, Octets.empty(), true));

    assertThat(table.take(syn(1, 0), new ConnectionKey(), LIFE)).isNull();
    assertThat(table.nextEndNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(counters.of(Reason.EXPECTATION_UNMET)).isZero();
  }

  @Test
  @DisplayName(
      "of two connections that expect the same, the newer one's expectation is taken first")
  void takesTheNewestFirst() {
    announce(1, 0, 0, 0);
    announce(1, 1, 0, 1);
    table.expire(LIFE);
    assertThat(isExpected(1, 0, LIFE)).isTrue();
    announce(1, 2, 0, LIFE);
    assertThat(table.take(syn(1, 0), new ConnectionKey(), LIFE)).isNotNull();
    table.expire(1 + LIFE);

    assertThat(counters.of(Reason.EXPECTATION_UNMET)).isEqualTo(2);
    assertThat(isExpected(1, 0, 1 + LIFE)).isFalse();
  }

  @Test
  @DisplayName("law 10 what another engine expects is bounded here and counted there")
  void leavesCountsToTheOtherEngine() {
    for (int i = 0; i < TOTAL + 1; i++) {
      table.add(expected(1, 0, i), 0);
    }
    assertThat(isExpected(1, 4, 0)).isFalse();
    assertThat(isExpected(1, 5, 0)).isTrue();
    table.noteOpened(expected(1, 0, 5), null);
    table.remove(expected(1, 0, 6));
    table.remove(expected(1, 1, 7));
    assertThat(isExpected(1, 5, 0)).isFalse();
    assertThat(isExpected(1, 6, 0)).isFalse();
    assertThat(isExpected(1, 7, 0)).isTrue();
    table.expire(LIFE);

    assertThat(isExpected(1, 7, 0)).isFalse();
    assertThat(counters.of(Reason.EXPECTATION_LIMIT)).isZero();
    assertThat(counters.of(Reason.EXPECTATION_UNMET)).isZero();
  }

  @Test
  @DisplayName("other engines hear how many connections have met what an engine goes on with")
  void tellsHowManyHaveMetIt() {
    ExpectationTable next =
        new ExpectationTable(LIMITS, new TellingRouter(table), ExpectationLog.NONE, counters);
    next.addInherited(expected(1, 0, 0, 3), 2, LIFE, 0);
    assertThat(isExpected(1, 0, 0)).isTrue();
    assertThat(table.take(syn(1, 0), new ConnectionKey(), 0)).isNotNull();
    assertThat(isExpected(1, 0, 0)).isFalse();
  }

  @Test
  @DisplayName("an engine that goes on with an old record expects nothing that is in records since")
  void expectsNothingThatIsInRecordsSince() {
    heir.add(expected(1, 0, 0), 0);
    heir.add(expected(1, 0, 1, 2), 0);
    recordElsewhere(heir, expected(1, 0, 0), 0);
    recordElsewhere(heir, expected(1, 0, 1, 2), 1);
    assertThat(heir.nextEndNanos()).isEqualTo(LIFE);

    heir.addInherited(expected(1, 0, 0), 0, LIFE, 1);
    heir.addInherited(expected(1, 0, 1, 2), 0, LIFE, 1);

    assertThat(heir.peek(syn(1, 0), 1)).isNull();
    assertThat(heir.take(syn(1, 1), new ConnectionKey(), 1)).isNotNull();
    assertThat(heir.take(syn(1, 1), new ConnectionKey(), 1)).isNull();
  }

  @Test
  @DisplayName("what is met is known as long as it would have been expected, or until it is anew")
  void forgetsWhatWasMet() {
    heir.add(expected(1, 0, 0), 0);
    recordElsewhere(heir, expected(1, 0, 0), 0);
    heir.add(expected(1, 0, 0), 1);
    heir.addInherited(expected(1, 0, 0), 0, LIFE, 2);
    assertThat(heir.take(syn(1, 0), new ConnectionKey(), 2)).isNotNull();

    heir.add(new Written(expected(1, 0, 1), 1, LIFE), 1, 3);
    assertThat(heir.peek(syn(1, 1), 3)).isNull();
    heir.expire(3 + LIFE);
    assertThat(heir.nextEndNanos()).isEqualTo(Long.MAX_VALUE);
    heir.addInherited(expected(1, 0, 1), 0, LIFE, 3 + LIFE);
    assertThat(heir.peek(syn(1, 1), 3 + LIFE)).isNotNull();
  }

  /** Another engine opens the connection to a port, and its record is committed. */
  private static void recordElsewhere(ExpectationTable at, ExpectedConnection expected, int place) {
    at.noteOpened(expected, ends(1, place));
    at.noteRecorded(expected, ends(1, place), 0);
  }

  /** The ends of the connection that a client opens to a port. */
  static ConnectionKey ends(int client, int place) {
    KeyedHash hash = new KeyedHash(new HashSeed(1, 2));
    return new ConnectionKey().set(syn(client, place), hash).copy(true);
  }

  @Test
  @DisplayName("the record of a connection that the rules decide takes no expectation back")
  void takesNothingBackForAnotherConnection() {
    assertThat(heir.announce(expected(1, 0, 0), 0)).isTrue();
    heir.noteOpened(expected(1, 0, 0), ends(1, 0));

    heir.noteRecord(recorded(false), 0);
    assertThat(removed).isEmpty();
    heir.noteRecord(recorded(true), 0);
    assertThat(removed).hasSize(1);
  }

  /** A connection to the first port with a record. */
  static Connection recorded(boolean isExpected) {
    Connection connection = new Connection(ends(1, 0));
    connection.decide(
        new Assignment(RULE, Octets.empty(), isExpected), AgentTerms.NONE, Handling.UNTOUCHED);
    connection.setRecord(new RecordMark());
    return connection;
  }

  @Test
  @DisplayName("law 6 a client whose connections wait for records pushes out its own only")
  void keepsWhatOtherClientsHaveOpened() {
    for (int place = 0; place < TOTAL; place++) {
      openElsewhere(heir, 2, place);
    }
    openElsewhere(heir, 1, 0);
    assertThat(heir.peek(syn(1, 0), 0)).isNotNull();
    assertThat(known(heir, 2)).isEqualTo(TOTAL - 1);
    openElsewhere(heir, 2, TOTAL);
    assertThat(heir.peek(syn(1, 0), 0)).isNotNull();
    assertThat(known(heir, 2)).isEqualTo(TOTAL - 1);

    heir.noteRecorded(expected(1, 0, 0), ends(1, 0), 0);
    openElsewhere(heir, 3, 0);
    assertThat(heir.peek(syn(3, 0), 0)).isNotNull();
    assertThat(known(heir, 2)).isEqualTo(TOTAL - 1);
    heir.expire(LIFE);
    openElsewhere(heir, 1, 0);
    assertThat(heir.peek(syn(1, 0), 0)).isNotNull();
  }

  /** Another engine opens an expected connection, of which there is no record. */
  private static void openElsewhere(ExpectationTable at, int client, int place) {
    at.add(expected(client, place, place), 0);
    at.noteOpened(expected(client, place, place), ends(client, place));
  }

  /** How many of the client's connections are known that another engine has opened. */
  private static long known(ExpectationTable at, int client) {
    return IntStream.rangeClosed(0, TOTAL)
        .filter(place -> at.peek(syn(client, place), 0) != null)
        .count();
  }

  /** Of an engine whose records other engines keep. */
  record Kept(List<ExpectedConnection> removed) implements ExpectationLog {
    @Override
    public void add(ExpectedConnection expected, int opened, long restNanos) {}

    @Override
    public void remove(ExpectedConnection expected) {
      removed.add(expected);
    }

    @Override
    public boolean isCommitted(Connection connection) {
      return true;
    }

    @Override
    public void holdBack(Connection parent, long toServerFrom, long toClientFrom) {}

    @Override
    public boolean isKept() {
      return true;
    }

    @Override
    public void clear() {}
  }

  /** Parent {@code parent} of a client expects the connection to its port {@code place}. */
  private void announce(int client, int parent, int place, long nowNanos) {
    assertThat(table.announce(expected(client, parent, place), nowNanos)).isTrue();
  }

  private boolean isExpected(int client, int place, long nowNanos) {
    return table.peek(syn(client, place), nowNanos) != null;
  }

  private static ExpectedConnection expected(int client, int parent, int place) {
    return expected(client, parent, place, 1);
  }

  static ExpectedConnection expected(int client, int parent, int place, int connections) {
    Ends ends = ends(client).withPorts(50_000 + parent, 21);
    ConnectionKey key = new ConnectionKey().set(view(ends), new KeyedHash(new HashSeed(1, 2)));
    Endpoint to = new Endpoint(ends.addressOfSender(Direction.SERVER_TO_CLIENT), PORT + place);
    Handler handler = new Handler.Rule("data");
    Expectation expectation =
        new Expectation(Direction.CLIENT_TO_SERVER, to, handler, Octets.empty(), connections);
    return new ExpectedConnection(key.copy(true), expectation, RULE);
  }

  static FrameView syn(int client, int place) {
    return view(ends(client).withPorts(40_000, PORT + place));
  }

  /** The ends of another client in each VLAN. */
  static Ends ends(int client) {
    return Ends.IPV4.withVlans(client);
  }

  static FrameView view(Ends ends) {
    byte[] frame = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).build();
    FrameView view = new FrameView();
    view.read(new Packet().at(MemorySegment.ofArray(frame), 0, frame.length));
    return view;
  }
}
