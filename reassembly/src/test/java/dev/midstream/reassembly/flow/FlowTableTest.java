package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.PushMarks;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The table of connections and their deadlines against plain collections. */
class FlowTableTest {
  private static FrameView segment(Ends ends, Direction direction) {
    byte[] frame = new FrameBuilder(ends, direction).build();
    FrameView view = new FrameView();
    view.read(new Packet().at(MemorySegment.ofArray(frame), 0, frame.length));
    return view;
  }

  @Test
  void findsConnectionsFromBothEnds() {
    SeededRounds.run(
        3,
        random -> {
          FlowTable table = new FlowTable(new KeyedHash(new HashSeed(1, 2)));
          Map<Ends, Connection> twin = new HashMap<>();
          for (int step = 0; step < 4_000; step++) {
            Ends base = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
            Ends ends = base.withVlans(random.nextInt(2)).withPorts(random.nextInt(1, 400), 80);
            boolean fromClient = random.nextBoolean();
            Direction direction =
                fromClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
            @Nullable Connection found = table.find(segment(ends, direction));
            assertThat(found).isSameAs(twin.get(ends));
            if (found == null) {
              twin.put(ends, table.open(fromClient));
            } else {
              assertThat(table.isSentByClient(found)).isEqualTo(fromClient);
              if (random.nextInt(3) == 0) {
                table.remove(found);
                table.remove(found);
                twin.remove(ends);
              }
            }
            assertThat(table.size()).isEqualTo(twin.size());
          }
          Set<Connection> visited = new HashSet<>();
          table.forEach(visited::add);
          assertThat(visited).isEqualTo(new HashSet<>(twin.values()));
        });
  }

  @Test
  void tellsEndsApartThatDifferInPortsOnly() {
    FlowTable table = new FlowTable(new KeyedHash(new HashSeed(1, 2)));
    Ends ends = Ends.IPV4.withPorts(80, 80);
    assertThat(table.find(segment(ends, Direction.CLIENT_TO_SERVER))).isNull();
    Connection connection = table.open(true);
    assertThat(table.find(segment(ends, Direction.SERVER_TO_CLIENT))).isSameAs(connection);
    assertThat(table.isSentByClient(connection)).isFalse();
  }

  @Test
  void wakesConnectionsInTheOrderOfTheirDeadlines() {
    SeededRounds.run(
        40,
        random -> {
          Deadlines deadlines = new Deadlines();
          Map<Connection, Long> twin = new HashMap<>();
          List<Connection> all = new ArrayList<>();
          for (int i = 0; i < 150; i++) {
            all.add(new Connection(new ConnectionKey(), true));
          }
          for (int step = 0; step < 600; step++) {
            Connection one = all.get(random.nextInt(all.size()));
            switch (random.nextInt(8)) {
              case 0 -> {
                deadlines.remove(one);
                twin.remove(one);
              }
              case 1 -> poll(deadlines, twin, random.nextLong(1_000));
              case 2 -> {
                deadlines.bringForward(one, Long.MAX_VALUE);
              }
              default -> {
                long due = random.nextLong(1_000);
                deadlines.bringForward(one, due);
                twin.merge(one, due, Math::min);
              }
            }
            long first = twin.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
            assertThat(deadlines.nextNanos()).isEqualTo(first);
          }
          poll(deadlines, twin, 1_000);
          assertThat(twin).isEmpty();
        });
  }

  private static void poll(Deadlines deadlines, Map<Connection, Long> twin, long nowNanos) {
    long last = Long.MIN_VALUE;
    for (Connection due = deadlines.poll(nowNanos); due != null; due = deadlines.poll(nowNanos)) {
      Long at = twin.remove(due);
      assertThat(at).isNotNull().isBetween(last, nowNanos);
      last = at == null ? last : at;
    }
    assertThat(twin.values()).allMatch(at -> at > nowNanos);
  }

  @Test
  void namesConnectionsForPeople() {
    FrameView four = segment(Ends.IPV4, Direction.SERVER_TO_CLIENT);
    FrameView six = segment(Ends.IPV6, Direction.CLIENT_TO_SERVER);
    assertThat(opened(four, false).name()).isEqualTo("10.0.0.1:40000 > 10.0.0.2:80");
    assertThat(opened(four, true).name()).isEqualTo("10.0.0.2:80 > 10.0.0.1:40000");
    assertThat(opened(six, true).name()).isEqualTo("[2001:db8::1]:40000 > [2001:db8::2]:80");
  }

  private static Connection opened(FrameView view, boolean senderIsClient) {
    FlowTable table = new FlowTable(new KeyedHash(new HashSeed(1, 2)));
    assertThat(table.find(view)).isNull();
    return table.open(senderIsClient);
  }

  @Test
  void queuesConnectionsInTheOrderTheyJoined() {
    SeededRounds.run(
        40,
        random -> {
          ConnectionQueue queue = new ConnectionQueue(ConnectionQueue.Kind.ENDING);
          ConnectionQueue other = new ConnectionQueue(ConnectionQueue.Kind.UNSETTLED);
          SequencedSet<Connection> twin = new LinkedHashSet<>();
          List<Connection> all = new ArrayList<>();
          for (int i = 0; i < 9; i++) {
            all.add(new Connection(new ConnectionKey(), true));
            other.join(all.getLast());
          }
          for (int step = 0; step < 300; step++) {
            Connection one = all.get(random.nextInt(all.size()));
            if (random.nextBoolean()) {
              queue.join(one);
              twin.add(one);
            } else {
              queue.leave(one);
              twin.remove(one);
            }
            assertThat(queue.contains(one)).isEqualTo(twin.contains(one));
            assertThat(queue.first()).isSameAs(twin.isEmpty() ? null : twin.getFirst());
          }
          for (Connection one = queue.first(); one != null; one = queue.first()) {
            assertThat(one).isSameAs(twin.removeFirst());
            queue.leave(one);
          }
          assertThat(twin).isEmpty();
          assertThat(all).allMatch(other::contains);
        });
  }

  @Test
  void remembersPushMarksLikeAQueueOfSixtyFour() {
    SeededRounds.run(
        40,
        random -> {
          PushMarks marks = new PushMarks();
          Deque<Long> twin = new ArrayDeque<>();
          long end = 0;
          for (int step = 0; step < 400; step++) {
            if (random.nextInt(5) > 0) {
              end += random.nextInt(1, 9);
              marks.add(end);
              twin.addLast(end);
              if (twin.size() > 64) {
                twin.removeFirst();
              }
            } else {
              long upTo = end - random.nextInt(400);
              assertThat(marks.takeUpTo(upTo, 0)).isEqualTo(twin.removeIf(at -> at <= upTo));
            }
          }
        });
  }

  @Test
  void remembersTheNewestPushMarks() {
    PushMarks marks = new PushMarks();
    for (int end = 1; end <= 100; end++) {
      marks.add(10L * end);
      marks.add(10L * end - 5);
    }
    assertThat(marks.takeUpTo(369, 0)).isFalse();
    assertThat(marks.takeUpTo(370, 0)).isTrue();
    assertThat(marks.takeUpTo(370, 0)).isFalse();
    assertThat(marks.takeUpTo(1_000, 0)).isTrue();
    assertThat(marks.takeUpTo(Long.MAX_VALUE, 0)).isFalse();
  }

  @Test
  @DisplayName("HDP-20 the mark of a reply goes with the release of its last octet")
  void takesTheMarkOfAReply() {
    PushMarks marks = new PushMarks();
    marks.add(10);
    for (int i = 1; i <= 10; i++) {
      marks.addReply(3L * i);
    }
    assertThat(marks.takeUpTo(9, 8)).as("the two oldest gave way").isFalse();
    assertThat(marks.takeUpTo(9, 9)).isTrue();
    assertThat(marks.takeUpTo(9, 11)).isFalse();
    assertThat(marks.takeUpTo(10, 30)).as("both at once").isTrue();
    assertThat(marks.takeUpTo(10, 30)).isFalse();
  }
}
