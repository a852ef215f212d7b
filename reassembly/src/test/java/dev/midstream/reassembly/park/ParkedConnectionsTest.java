package dev.midstream.reassembly.park;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.NameCodec;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Records of connections are found by their ends, whichever of them sends. */
class ParkedConnectionsTest {
  private static final int VERSION = 1;
  private static final long LIMIT_BYTES = 1L << 30;
  private static final long TIME_NANOS = ParkedConnections.floorNanos(-123_456_789_012L);
  private static final NameCodec NAMES =
      NameCodec.ofNumbers(new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE));

  private final KeyedHash hashes = new KeyedHash(new HashSeed(1, 2));
  private final ConnectionHeap heap = new ConnectionHeap(LIMIT_BYTES);
  private final ParkedConnections parked =
      new ParkedConnections(hashes, NAMES, heap, new ParkingBuffers());

  private ConnectionKey key(Ends ends, Direction direction) {
    FrameView view = new FrameView();
    view.read(packet(ends, direction));
    return new ConnectionKey().set(view, hashes);
  }

  private static Packet packet(Ends ends, Direction direction) {
    byte[] frame = new FrameBuilder(ends, direction).build();
    return Frames.packet(frame, Ends.legOfSender(direction), 0);
  }

  private void add(Ends ends, int content, long dueNanos, boolean isOver) {
    ConnectionKey key = key(ends, Direction.CLIENT_TO_SERVER);
    StateWriter out = parked.begin(TIME_NANOS);
    out.octet(VERSION);
    key.write(out);
    out.int32(content);
    assertThat(parked.add(key, dueNanos, isOver)).isTrue();
  }

  private int content(Ends ends, Direction direction) {
    int record = parked.find(key(ends, direction));
    assertThat(record).as("%s", ends).isNotEqualTo(ParkedConnections.NONE);
    assertThat(parked.timeNanos(record)).isEqualTo(TIME_NANOS);
    var in = parked.read(record);
    in.skip(in.remaining() - Integer.BYTES);
    return in.int32();
  }

  private static Ends ends(RandomGenerator random) {
    Ends version = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
    int vlan = random.nextInt(3) == 0 ? random.nextInt(4_095) : 0;
    return version.withPorts(1 + random.nextInt(30), 1 + random.nextInt(30)).withVlans(vlan);
  }

  @Test
  @DisplayName("HSI-10 random connections are found by both ends until they are removed")
  void findsByBothEnds() {
    SeededRounds.run(
        30,
        random -> {
          parked.clear();
          Map<Ends, Integer> known = new HashMap<>();
          for (int i = 0; i < 400; i++) {
            Ends ends = ends(random);
            if (known.remove(ends) != null) {
              parked.remove(parked.find(key(ends, Direction.SERVER_TO_CLIENT)));
            } else {
              add(ends, i, random.nextInt(100), random.nextBoolean());
              known.put(ends, i);
            }
            assertThat(parked.size()).isEqualTo(known.size());
          }
          known.forEach((ends, content) -> {
            assertThat(content(ends, Direction.CLIENT_TO_SERVER)).isEqualTo(content);
            assertThat(content(ends, Direction.SERVER_TO_CLIENT)).isEqualTo(content);
          });
          assertThat(parked.find(key(Ends.IPV4.withPorts(99, 99), Direction.CLIENT_TO_SERVER)))
              .isEqualTo(ParkedConnections.NONE);
        });
  }

  @Test
  @DisplayName("HSI-10 the records of a batch are read ahead, and those of other engines are not")
  void readsAhead() {
    Counters counters = new Counters();
    Ends others = Ends.IPV4.withPorts(1, 81);
    ParkedPrefetch prefetch = parked.createPrefetch(view -> view.destinationPort() != 81, counters);
    assertThat(prefetch.read()).isZero();
    for (int port = 1; port <= 100; port++) {
      add(Ends.IPV4.withPorts(port, 80), port, 30, port % 2 == 0);
    }
    add(others, 0, 30, false);
    prefetch.add(packet(others, Direction.CLIENT_TO_SERVER));
    prefetch.add(Frames.packet(new byte[100], Leg.INSIDE, 0));
    assertThat(prefetch.read()).isZero();
    for (int port = 95; port <= 105; port++) {
      prefetch.add(packet(Ends.IPV4.withPorts(port, 80), Direction.CLIENT_TO_SERVER));
      prefetch.add(packet(Ends.IPV6.withPorts(port, 80), Direction.CLIENT_TO_SERVER));
    }
    assertThat(prefetch.read()).as("those of the ports up to 100").isEqualTo(6);
    assertThat(prefetch.read()).as("a batch is read once").isZero();
    for (int port = 1; port <= 100; port++) {
      prefetch.add(packet(Ends.IPV4.withPorts(port, 80), Direction.CLIENT_TO_SERVER));
    }
    assertThat(prefetch.read()).isEqualTo(ParkedPrefetch.MAX_PACKETS);
    assertThat(parked.size()).isEqualTo(101);
  }

  @Test
  @DisplayName(
      "HSI-10 nothing is read ahead if few connections are parked, or few packets are theirs")
  void readsAheadIfItPays() {
    Counters counters = new Counters();
    ParkedPrefetch prefetch = parked.createPrefetch(view -> true, counters);
    for (int i = 0; i < ParkedPrefetch.MIN_PARKED; i++) {
      assertThat(prefetch.isDue()).isFalse();
      add(Ends.IPV4.withPorts(1 + i, 80), i, 30, false);
    }
    assertThat(prefetch.isDue()).isTrue();
    prefetch.add(packet(Ends.IPV4.withPorts(1, 80), Direction.CLIENT_TO_SERVER));
    assertThat(prefetch.read()).isOne();
    assertThat(prefetch.isDue()).isTrue();
    prefetch.add(packet(Ends.IPV6, Direction.CLIENT_TO_SERVER));
    assertThat(prefetch.read()).isZero();
    for (int i = 0; i < ParkedPrefetch.PAUSE_PACKETS; i++) {
      assertThat(prefetch.isDue()).isFalse();
      counters.countPacket();
    }
    assertThat(prefetch.isDue()).isTrue();
  }

  @Test
  @DisplayName("HSI-10 records are due in order, those of connections that are over included")
  void isDueInOrder() {
    add(Ends.IPV4.withPorts(1, 80), 1, 30, false);
    add(Ends.IPV4.withPorts(2, 80), 2, 10, true);
    add(Ends.IPV4.withPorts(3, 80), 3, 20, false);

    assertThat(parked.firstDue(9)).isEqualTo(ParkedConnections.NONE);
    assertThat(parked.nextNanos()).isEqualTo(10);
    Set<Integer> due = new HashSet<>();
    for (int at : new int[] {10, 20, 30}) {
      int record = parked.firstDue(at);
      assertThat(parked.firstDue(at - 1)).isEqualTo(ParkedConnections.NONE);
      due.add(parked.key(record).hash());
      parked.remove(record);
    }
    assertThat(due).hasSize(3);
    assertThat(parked.nextNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("H-39 the heap is charged for what is parked, and not for an empty table")
  void isCharged() {
    assertThat(heap.usedBytes()).isZero();
    add(Ends.IPV4.withPorts(1, 80), 1, 30, true);
    assertThat(heap.usedBytes()).isPositive();
    parked.remove(parked.firstOver());
    assertThat(heap.usedBytes()).isZero();
  }

  @Test
  @DisplayName("HSI-10 the time of a record is near any time of any clock, and not later")
  void hasATimeNearAnyOther() {
    SeededRounds.run(
        300,
        random -> {
          long nanos = random.nextLong();
          long timeNanos = ParkedConnections.floorNanos(nanos);
          assertThat(nanos - timeNanos).isBetween(0L, 65_535L);
          ConnectionKey key = key(Ends.IPV4, Direction.CLIENT_TO_SERVER);
          StateWriter out = parked.begin(timeNanos);
          out.octet(VERSION);
          key.write(out);
          assertThat(parked.add(key, 0, false)).isTrue();
          int record = parked.find(key);
          assertThat(parked.timeNanos(record)).isEqualTo(timeNanos);
          parked.remove(record);
        });
  }

  @Test
  @DisplayName("HSI-10 a snapshot of any length is read as it was written")
  void keepsSnapshotsOfAnyLength() {
    ConnectionKey key = key(Ends.IPV6, Direction.CLIENT_TO_SERVER);
    for (int length = 0; length < 2_000; length++) {
      StateWriter out = parked.begin(TIME_NANOS);
      out.octet(VERSION);
      key.write(out);
      for (int i = 0; i < length; i++) {
        out.octet(i % 3 * i);
      }
      byte[] octets = out.toOctets();
      assertThat(parked.add(key, 0, false)).isTrue();
      int record = parked.find(key);
      StateReader in = parked.read(record);
      byte[] read = in.octets(in.remaining());
      assertThat(read)
          .isEqualTo(Arrays.copyOfRange(octets, octets.length - read.length, octets.length));
      assertThat(read.length).isEqualTo(octets.length - 6);
      parked.remove(record);
    }
  }

  @Test
  @DisplayName("H-39 a long snapshot is not kept")
  void refusesLongSnapshots() {
    ConnectionKey key = key(Ends.IPV4, Direction.CLIENT_TO_SERVER);
    StateWriter out = parked.begin(0);
    out.octets(new byte[3_000], 0, 3_000);
    assertThat(parked.add(key, 0, false)).isFalse();
    assertThat(parked.size()).isZero();
  }
}
