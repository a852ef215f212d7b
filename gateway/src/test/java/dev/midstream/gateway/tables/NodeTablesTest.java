package dev.midstream.gateway.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.gateway.admin.CommonConnections;
import dev.midstream.gateway.admin.TablesStatus;
import dev.midstream.gateway.admin.TablesStatus.State;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.TablesListener;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.Endpoint;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.NodeEntry;
import dev.midstream.tables.entry.NodeEntry.LeaseState;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeTablesTest {
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<ToldTables> made = new CopyOnWriteArrayList<>();
  private final CountDownLatch mayOpen = new CountDownLatch(1);
  private final AtomicInteger failures = new AtomicInteger();
  private final NodeTables tables =
      new NodeTables(
          self -> make(), new NodeDescription("n1", "1.0", 5), (level, line) -> log.add(line));

  private ToldTables make() {
    ToldTables next =
        new ToldTables() {
          @Override
          public void open(TablesListener listener) throws TablesException {
            try {
              mayOpen.await();
            } catch (InterruptedException e) {
              throw new TablesException("interrupted", e);
            }
            if (failures.getAndDecrement() > 0) {
              throw new TablesException("the port is in use, address=10.9.0.1:7802", null);
            }
            super.open(listener);
          }
        };
    made.add(next);
    return next;
  }

  private static NodeId life(int number) {
    return new NodeId(NodeAddress.ofIpv4(0x0a090000 + number, 7800), UUID.randomUUID());
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void awaitReady() {
    await(() -> tables.status().state() == State.READY);
  }

  @AfterEach
  void close() {
    mayOpen.countDown();
    tables.close();
  }

  @Test
  @DisplayName(
      "HSI-1 a life begins without waiting for its tables, and says that they are not ready")
  void waitsForNoTable() {
    tables.begin(life(1));

    assertThat(tables.status()).isEqualTo(TablesStatus.closed(State.STARTING, null));
    assertThatThrownBy(() -> tables.connections(10))
        .isInstanceOf(IOException.class)
        .hasMessage("the common tables are not ready");
    mayOpen.countDown();
    awaitReady();
    assertThat(tables.status()).isEqualTo(new TablesStatus(State.READY, null, 7, 5, 4, 3, 2, 1));
  }

  @Test
  @DisplayName("HSI-1 tables that cannot be opened are tried again, and the reason is said once")
  void triesAgain() throws IOException {
    mayOpen.countDown();
    failures.set(2);
    tables.begin(life(1));
    await(() -> tables.status().problem() != null);

    assertThat(tables.status().problem()).isEqualTo("the port is in use, address=10.9.0.1:7802");
    assertThatThrownBy(() -> tables.connections(10))
        .hasMessage("the common tables are not ready, the port is in use, address=10.9.0.1:7802");
    awaitReady();
    assertThat(tables.connections(10).known()).isZero();
    assertThat(log)
        .containsExactly(
            "common tables cannot be opened, and will be tried again:"
                + " the port is in use, address=10.9.0.1:7802",
            "common tables are ready");
  }

  @Test
  @DisplayName("each life has tables of its own; those of the life before are closed first")
  void opensTheTablesOfEachLife() {
    mayOpen.countDown();
    tables.begin(life(1));
    awaitReady();
    tables.begin(life(1));
    await(() -> made.size() == 2 && tables.status().state() == State.READY);

    assertThat(made.getFirst().told).containsExactly("open", "close");
    tables.close();
    assertThat(made.getLast().told).containsExactly("open", "close");
    assertThat(tables.status().state()).isEqualTo(State.CLOSED);
  }

  @Test
  @DisplayName("the end does not wait for tables that do not open")
  void endsInTime() {
    tables.begin(life(1));
    long beginNanos = System.nanoTime();
    tables.close();

    assertThat(System.nanoTime() - beginNanos).isLessThan(3_000_000_000L);
  }

  @Test
  @DisplayName("tables that were never begun are closed at once")
  void endsWithoutALife() {
    tables.close();
    tables.begin(life(1));

    assertThat(made).isEmpty();
  }

  @Test
  @DisplayName("HSI-1 the list has the latest connections of all nodes, each with its node's name")
  void listsTheLatest() throws IOException {
    mayOpen.countDown();
    tables.begin(life(1));
    awaitReady();
    NodeId known = life(2);
    NodeId unknown = life(3);
    ToldTables open = made.getFirst();
    open.held.add(new NodeEntry(known, 1, "n2", "1.0", 5, LeaseState.HELD, 8, 1, 0));
    open.held.add(connection(1, known, 3_000));
    open.held.add(connection(2, unknown, 1_000));
    open.held.add(connection(3, unknown, 2_000));

    assertThat(tables.connections(2))
        .isEqualTo(
            new CommonConnections(
                3,
                List.of(
                    shown(1, "n2", "10.9.0.2:7800", 3_000),
                    shown(3, "10.9.0.3:7800", "10.9.0.3:7800", 2_000)),
                List.of()));
  }

  @Test
  @DisplayName("HSI-1 HSI-6 the list has the connections that the agents of all nodes expect")
  void listsWhatIsExpected() throws IOException {
    mayOpen.countDown();
    tables.begin(life(1));
    awaitReady();
    NodeId owner = life(2);
    ToldTables open = made.getFirst();
    open.held.add(new NodeEntry(owner, 1, "n2", "1.0", 5, LeaseState.HELD, 8, 1, 0));
    for (boolean clientOpens : new boolean[] {true, false}) {
      ExpectationKey key =
          new ExpectationKey(
              connection(3, owner, 0).key(), clientOpens, Endpoint.ofIpv4(0x0a000002, 50_000));
      open.held.add(new ExpectationEntry(key, 1, 1, owner, "data", 0, 2, 60_000, Octets.empty()));
    }

    assertThat(tables.connections(10).expected())
        .extracting(CommonConnections.Expected::ends)
        .containsExactly("10.0.0.2:* > 10.0.0.2:50000", "[2001:db8::1]:* > 10.0.0.2:50000");
    assertThat(tables.connections(1).expected())
        .containsExactly(
            new CommonConnections.Expected(
                "10.0.0.2:* > 10.0.0.2:50000", "n2", "10.9.0.2:7800", 3, "data", 0, 2));
  }

  private static ConnectionEntry connection(int port, NodeId owner, long sinceMillis) {
    return new ConnectionEntry(
        new ConnectionKey(
            port, 0, Endpoint.ofIpv6(0x20010db8L << 32, 1, port), Endpoint.ofIpv4(0x0a000002, 80)),
        1,
        1,
        owner,
        Phase.ESTABLISHED,
        "web",
        "substitute",
        10,
        20,
        sinceMillis);
  }

  private static CommonConnections.Each shown(
      int port, String node, String address, long sinceMillis) {
    return new CommonConnections.Each(
        "[2001:db8::1]:" + port + " > 10.0.0.2:80",
        node,
        address,
        port,
        "established",
        "web",
        "substitute",
        10,
        20,
        sinceMillis);
  }
}
