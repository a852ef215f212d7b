package dev.midstream.gateway.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.gateway.admin.TablesStatus;
import dev.midstream.gateway.admin.TablesStatus.State;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.Endpoint;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import dev.midstream.tables.service.TableService;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Common tables that take nothing any more cost the node their entries, and no time. */
@Timeout(60)
class BlockedTablesTest {
  private static final int BUCKETS = 8;

  /** How much of each waits at most. */
  private static final int CONNECTIONS = 65_536;

  private static final int EXPECTED = 16_384;
  private static final int MORE = 100;

  /** Some milliseconds, on a machine that does other things. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private final BlockedStore store = new BlockedStore();
  private final NodeId self = new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), UUID.randomUUID());
  private final TableService service = new TableService(self, TableSettings.of(BUCKETS, 1), store);
  private final NodeTables tables =
      new NodeTables(life -> service, new NodeDescription("n1", "1.0", 5), (level, line) -> {});
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final AtomicInteger sweeps = new AtomicInteger();

  private void begin() {
    tables.setWorkers(List.of(new SweptWorker(worker, this::sweep)));
    tables.begin(self);
    await(() -> store.puts(Table.NODES) == 1);
  }

  /** The node has no life: what its worker is asked for is counted. */
  private @Nullable NodeSweep sweep(@Nullable NodeSweep before) {
    sweeps.incrementAndGet();
    return before;
  }

  @AfterEach
  void close() {
    store.unblock();
    tables.close();
    worker.shutdown();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void assertWithin(Duration most, Runnable action) {
    long beginNanos = System.nanoTime();
    action.run();
    assertThat(Duration.ofNanos(System.nanoTime() - beginNanos)).isLessThan(most);
  }

  private ConnectionEntry connection(int number) {
    Endpoint client = Endpoint.ofIpv4(0x0a000000 + number, 40_000);
    return new ConnectionEntry(
        new ConnectionKey(number % BUCKETS, 0, client, Endpoint.ofIpv4(0x0a010001, 80)),
        1,
        1,
        self,
        Phase.ESTABLISHED,
        "web",
        "substitute",
        0,
        0,
        0);
  }

  private ExpectationEntry expectation(int number) {
    ExpectationKey key =
        new ExpectationKey(connection(number).key(), true, Endpoint.ofIpv4(0x0a010001, 50_000));
    return new ExpectationEntry(key, 1, 1, self, "data", 0, 1, 60_000, Octets.empty());
  }

  private void offer(CommonTables to, int connections, int expected) {
    for (int number = 0; number < connections; number++) {
      to.offer(connection(number));
    }
    for (int number = 0; number < expected; number++) {
      to.put(expectation(number));
    }
  }

  /** The worker answers, and is asked on and on. */
  private void assertWorkerGoesOn() {
    int before = sweeps.get();
    await(() -> sweeps.get() >= before + 2);
    assertWithin(AT_ONCE, () -> CompletableFuture.runAsync(() -> {}, worker).join());
  }

  @Test
  @DisplayName("a put that never returns: nothing waits for it, and what has no room is counted")
  void waitsForNoCall() {
    store.block();
    begin();

    assertWithin(AT_ONCE, () -> offer(service, CONNECTIONS + MORE, EXPECTED + MORE));
    List<Boolean> outcomes = new CopyOnWriteArrayList<>();
    service.put(expectation(0), outcomes::add);
    assertWithin(AT_ONCE, () -> offer(service, 0, EXPECTED + MORE));
    assertThat(outcomes).as("it had no room").containsExactly(false);
    service.end(connection(CONNECTIONS).key());
    service.remove(expectation(EXPECTED).key());
    service.removeEarlier(connection(0));
    service.release(1, 1);
    assertWorkerGoesOn();

    TablesStatus status = tables.status();
    assertThat(status.state()).isEqualTo(State.READY);
    assertThat(status.dropped()).isGreaterThanOrEqualTo(2 * MORE);
    assertThat(store.puts(Table.EXPECTATIONS) + store.puts(Table.CONNECTIONS)).isZero();
    assertWithin(AT_ONCE, tables::close);
  }

  @Test
  @DisplayName("a put that is never done: one batch of each table is given, and the rest waits")
  void givesOneBatch() {
    begin();
    offer(service, MORE, 1);
    await(() -> store.puts(Table.EXPECTATIONS) == 1 && tables.status().listed() == MORE);
    offer(service, MORE, MORE);
    await(() -> store.puts(Table.CONNECTIONS) == 1); // they are a second old
    assertWithin(AT_ONCE, () -> offer(service, CONNECTIONS, EXPECTED + MORE));
    assertWorkerGoesOn();

    TablesStatus status = tables.status();
    assertThat(status.state()).isEqualTo(State.READY);
    assertThat(status.listed()).isEqualTo(CONNECTIONS);
    assertThat(status.dropped()).isEqualTo(MORE);
    for (Table each : Table.values()) {
      assertThat(store.puts(each)).as("batches of %s", each).isEqualTo(1);
    }
    assertWithin(AT_ONCE, service::close);
  }
}
