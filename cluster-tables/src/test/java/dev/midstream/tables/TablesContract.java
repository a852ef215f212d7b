package dev.midstream.tables;

import static dev.midstream.tables.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.TableSettings.Times;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.NodeEntry;
import dev.midstream.tables.entry.TableEntry;
import dev.midstream.tables.service.TableService;
import dev.midstream.tables.store.TableStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds of the common tables, whatever holds their octets. */
@Timeout(120)
public abstract class TablesContract {
  private static final Times QUICK =
      new Times(
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMinutes(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(1));

  private final List<CommonTables> opened = new ArrayList<>();
  private final Map<Integer, NodeId> lives = new HashMap<>();
  private final Map<Integer, Heard> heard = new HashMap<>();

  /** The store of a life of the node {@code number}, 1 to 3, which is not open. */
  protected abstract TableStore store(int number, NodeId life, TableSettings settings);

  /** Cuts the node {@code number} off from the others. */
  protected abstract void cut(int number);

  /** Connects all nodes again. */
  protected abstract void heal();

  /** The settings of the tests. */
  protected static TableSettings settings(int rate) {
    return new TableSettings(16, 1, rate, 100_000, 1_000_000, QUICK);
  }

  private CommonTables open(int number) {
    return open(number, settings(5_000));
  }

  private CommonTables open(int number, TableSettings settings) {
    NodeId life = Entries.node(number);
    lives.put(number, life);
    Heard listener = new Heard();
    heard.put(number, listener);
    CommonTables tables = new TableService(life, settings, store(number, life, settings));
    opened.add(tables);
    try {
      tables.open(listener);
    } catch (TablesException e) {
      throw new AssertionError(e);
    }
    return tables;
  }

  private NodeId life(int number) {
    return lives.getOrDefault(number, Entries.node(0));
  }

  private Heard heard(int number) {
    return heard.getOrDefault(number, new Heard());
  }

  @AfterEach
  final void closeAll() {
    opened.forEach(CommonTables::close);
  }

  private static <E extends TableEntry> Set<E> all(CommonTables tables, Class<E> entries)
      throws TablesException {
    List<E> found = new ArrayList<>();
    tables.forEach(entries, found::add);
    assertThat(new HashSet<>(found)).as("each entry comes once").hasSameSizeAs(found);
    return new HashSet<>(found);
  }

  private static Set<ConnectionEntry> connections(CommonTables tables) throws TablesException {
    return all(tables, ConnectionEntry.class);
  }

  /** Offers the connections [from, to) of a node; returns them. */
  private static Set<ConnectionEntry> offer(CommonTables tables, NodeId owner, int from, int to) {
    Set<ConnectionEntry> offered = new HashSet<>();
    for (int number = from; number < to; number++) {
      ConnectionEntry entry = Entries.connection(number, owner);
      tables.offer(entry);
      offered.add(entry);
    }
    return offered;
  }

  @Test
  @DisplayName("HSI-1 each node lists the connections of all, and looks after its own only")
  void listsAll() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    CommonTables three = open(3);

    Set<ConnectionEntry> all = offer(one, life(1), 0, 40);
    all.addAll(offer(two, life(2), 40, 100));
    all.addAll(offer(three, life(3), 100, 200));

    for (CommonTables each : List.of(one, two, three)) {
      await("all connections", all, () -> connections(each));
    }
    assertThat(List.of(one.counts().tracked(), two.counts().tracked(), three.counts().tracked()))
        .containsExactly(40L, 60L, 100L);
    assertThat(one.counts().unreadable() + one.counts().dropped() + one.counts().failed()).isZero();
  }

  @Test
  @DisplayName("HSI-1 LD-14 an heir removes what it does not know, unless that was written anew")
  void removesWhatAnEarlierOwnerLeft() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    Set<ConnectionEntry> all = offer(one, life(1), 0, 30);
    await("all connections", all, () -> connections(two));
    for (int bucket = 0; bucket < 16; bucket++) {
      one.release(bucket, 1);
    }
    ConnectionEntry taken = Entries.connection(3, life(2), 2, 1);
    two.offer(taken);
    all.remove(Entries.connection(3, life(1)));
    all.add(taken);
    await("the heir's entry", all, () -> connections(one));

    for (int number = 0; number < 5; number++) {
      two.removeEarlier(Entries.connection(number, life(1)));
      if (number != 3) {
        all.remove(Entries.connection(number, life(1)));
      }
    }

    await("what is left", all, () -> connections(one));
  }

  @Test
  @DisplayName("HSI-3 the connections of a bucket are found by the bucket, at each node")
  void findsByBucket() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    Set<ConnectionEntry> all = offer(one, life(1), 0, 160);
    await("all connections", all, () -> connections(two));

    for (CommonTables each : List.of(one, two)) {
      for (int bucket = 0; bucket < 16; bucket++) {
        int wanted = bucket;
        Set<ConnectionEntry> expected =
            new HashSet<>(all.stream().filter(entry -> entry.bucket() == wanted).toList());
        await(
            "the connections of bucket " + bucket,
            expected,
            () -> {
              Set<ConnectionEntry> found = new HashSet<>();
              each.forEachIn(wanted, found::add);
              return found;
            });
      }
    }
  }

  @Test
  @DisplayName("PDP-3 a connection changes its phase in the table, and leaves it when it ends")
  void followsAConnection() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    ConnectionEntry first = Entries.connection(1, life(1));
    ConnectionEntry closing = Entries.connection(1, life(1), 1, 2, Phase.CLOSING);
    ConnectionEntry other = Entries.connection(2, life(1));
    one.offer(first);
    one.offer(other);
    await("both", Set.of(first, other), () -> connections(two));

    one.offer(closing);
    await("the other phase", Set.of(closing, other), () -> connections(two));
    one.end(first.key());
    await("one has ended", Set.of(other), () -> connections(two));
    await("one is removed", 1L, () -> one.counts().removed());
  }

  @Test
  @DisplayName("HSI-4 a bucket that moves keeps its connections, which the next owner writes")
  void keepsTheConnectionsOfAMovedBucket() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    one.offer(Entries.connection(3, life(1), 1, 9));
    await("the first owner's", 1, () -> connections(two).size());

    one.release(3, 1);
    ConnectionEntry moved = Entries.connection(3, life(2), 2, 10);
    two.offer(moved);
    await("the next owner's", Set.of(moved), () -> connections(one));
    await("nothing", 0L, () -> one.counts().tracked());
    one.end(moved.key());
    one.close();
    await("still the next owner's", Set.of(moved), () -> connections(two));
  }

  @Test
  @DisplayName("HSI-4 what an earlier owner writes late hides nothing")
  void keepsWhatIsNewer() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    ConnectionEntry late = Entries.connection(3, life(2), 2, 1);
    two.offer(late);
    await("the later owner's", Set.of(late), () -> connections(one));

    ConnectionEntry other = Entries.connection(4, life(1));
    one.offer(Entries.connection(3, life(1), 1, 9));
    one.offer(other);
    await("both are written", 2L, () -> one.counts().connectionsPut());
    await("the later owner's", Set.of(late, other), () -> connections(two));
    await("the later owner's", Set.of(late, other), () -> connections(one));
  }

  @Test
  @DisplayName("HSI-6 an expectation is at all nodes when that is said, and goes with its time")
  void storesExpectationsEverywhere() throws Exception {
    CommonTables one = open(1);
    CommonTables two = open(2);
    CommonTables three = open(3);
    ExpectationEntry lasting = Entries.expectation(2_001, life(2), 600_000);
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();

    two.put(lasting, outcome::complete);
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isTrue();
    for (int number = 1; number <= 3; number++) {
      assertThat(heard(number).stored).containsOnly(lasting);
    }
    for (CommonTables each : List.of(one, two, three)) {
      assertThat(all(each, ExpectationEntry.class)).containsExactly(lasting);
    }
    ExpectationEntry brief = Entries.expectation(2_002, life(3), 1_500);
    three.put(brief);
    await("both", 2, () -> Set.copyOf(heard(1).stored).size());
    await("the lasting one", Set.of(lasting), () -> all(one, ExpectationEntry.class));
    two.remove(lasting.key());
    await("none", Set.of(), () -> all(one, ExpectationEntry.class));
    await("it is heard of", true, () -> heard(1).removed.contains(lasting.key()));
  }

  @Test
  @DisplayName("HSI-1 each node has the nodes and what is expected, as they were put last")
  void holdsNodesAndExpectations() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    for (int revision = 1; revision <= 50; revision++) {
      one.put(Entries.said(life(1), revision, revision));
      two.put(Entries.said(life(2), revision, revision));
      for (int port = 0; port < 16; port++) {
        one.put(Entries.expectation(port, life(1 + port % 2), revision, revision));
      }
    }
    Set<NodeEntry> nodes = Set.of(Entries.said(life(1), 50, 50), Entries.said(life(2), 50, 50));
    Set<ExpectationEntry> expected = new HashSet<>();
    for (int port = 0; port < 16; port++) {
      expected.add(Entries.expectation(port, life(1 + port % 2), 50, 50));
    }
    for (CommonTables each : List.of(one, two)) {
      await("the nodes", nodes, () -> all(each, NodeEntry.class));
      await("what is expected", expected, () -> all(each, ExpectationEntry.class));
    }
    CommonTables three = open(3);
    await("the nodes", nodes, () -> all(three, NodeEntry.class));
    await("what is expected", expected, () -> all(three, ExpectationEntry.class));
  }

  @Test
  @DisplayName("PDP-7 what belongs to a node leaves the tables with it, within 10 s")
  void leavesNothingBehind() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    Set<ConnectionEntry> own = offer(one, life(1), 0, 10);
    Set<ConnectionEntry> all = offer(two, life(2), 10, 3_000);
    all.addAll(own);
    two.put(Entries.said(life(2), 1, 1));
    two.put(Entries.expectation(2_001, life(2), 600_000));
    await("all connections", all, () -> connections(one));
    await("an expectation", 1, () -> all(one, ExpectationEntry.class).size());

    long begin = System.nanoTime();
    two.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));

    await("its own connections", own, () -> connections(one));
    assertThatThrownBy(() -> two.open(new Heard())).isInstanceOf(IllegalStateException.class);
    await("no expectation", Set.of(), () -> all(one, ExpectationEntry.class));
    await("no node", Set.of(), () -> all(one, NodeEntry.class));
  }

  @Test
  @DisplayName("LD-3 entries of a node that is cut off go after a while, and come back with it")
  void removesWhatIsGone() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    CommonTables three = open(3);
    Set<ConnectionEntry> rest = offer(one, life(1), 0, 50);
    rest.addAll(offer(two, life(2), 50, 100));
    Set<ConnectionEntry> all = offer(three, life(3), 100, 300);
    all.addAll(rest);
    three.put(Entries.said(life(3), 1, 200));
    await("all connections", all, () -> connections(one));
    await("the node", 1, () -> all(two, NodeEntry.class).size());

    cut(3);
    await("the connections of the others", rest, () -> connections(one));
    await("the connections of the others", rest, () -> connections(two));
    await("no node", Set.of(), () -> all(two, NodeEntry.class));

    heal();
    await("the node", 1, () -> all(two, NodeEntry.class).size());
    await("the node's connections", true, () -> connections(one).containsAll(all));
  }

  @Test
  @DisplayName("LD-3 after a partition the higher epoch counts, then the higher revision")
  void mergesByEpoch() {
    CommonTables one = open(1);
    CommonTables two = open(2);
    CommonTables three = open(3);
    Set<ExpectationEntry> before = new HashSet<>();
    for (int port = 0; port < 16; port++) {
      before.add(Entries.expectation(port, life(1), 1, 1));
    }
    before.forEach(one::put);
    await("what was expected", before, () -> all(three, ExpectationEntry.class));

    cut(3);
    Set<ExpectationEntry> expected = new HashSet<>();
    for (int port = 0; port < 16; port++) {
      boolean isHereHigh = port % 2 == 0;
      NodeId winner = life(isHereHigh ? 2 : 3);
      NodeId loser = life(isHereHigh ? 3 : 2);
      ExpectationEntry low = Entries.expectation(port, loser, 2, port < 8 ? 9 : 2);
      ExpectationEntry high = Entries.expectation(port, winner, port < 8 ? 3 : 2, 3);
      two.put(isHereHigh ? high : low);
      three.put(isHereHigh ? low : high);
      expected.add(high);
    }
    ConnectionEntry early = Entries.connection(1, life(1), 2, 90);
    ConnectionEntry late = Entries.connection(1, life(3), 3, 4);
    one.offer(early);
    three.offer(late);
    await("one side", Set.of(early), () -> connections(two));
    await("the other side", Set.of(late), () -> connections(three));

    heal();
    for (CommonTables each : List.of(one, two, three)) {
      await("the higher ones", expected, () -> all(each, ExpectationEntry.class));
      await("the later connection", Set.of(late), () -> connections(each));
    }
  }

  @Test
  @DisplayName("HSI-5 a node never writes more connections in a second than the budget permits")
  void keepsTheBudget() throws InterruptedException {
    int rate = 400;
    long begin = System.nanoTime();
    CommonTables one = open(1, settings(rate));
    Set<ConnectionEntry> all = offer(one, life(1), 0, 500);
    long put;
    do {
      put = one.counts().connectionsPut();
      double seconds = (System.nanoTime() - begin) / 1e9;
      assertThat((double) put).isLessThanOrEqualTo(rate * (0.1 + 0.9 * seconds));
      Thread.sleep(5); // the count grows with real time
    } while (put < 500);
    await("all connections", all, () -> connections(one));
  }
}
