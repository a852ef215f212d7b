package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table of connections against a map. */
class FlowTableTest {
  private final ConnectionKey key = new ConnectionKey();

  private static FrameView segment(Ends ends, Direction direction) {
    byte[] frame = new FrameBuilder(ends, direction).build();
    FrameView view = new FrameView();
    view.read(new Packet().at(MemorySegment.ofArray(frame), 0, frame.length));
    return view;
  }

  @Test
  void findsConnectionsFromBothEndpoints() {
    SeededRounds.run(
        3,
        random -> {
          FlowTable table =
              new FlowTable(new KeyedHash(new HashSeed(1, 2)), new ConnectionHeap(Long.MAX_VALUE));
          Map<Ends, Connection> twin = new HashMap<>();
          for (int step = 0; step < 4_000; step++) {
            Ends base = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
            Ends ends = base.withVlans(random.nextInt(2)).withPorts(random.nextInt(1, 400), 80);
            boolean fromClient = random.nextBoolean();
            Direction direction =
                fromClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
            @Nullable Connection found = table.find(segment(ends, direction), key);
            assertThat(found).isSameAs(twin.get(ends));
            if (found == null) {
              twin.put(ends, table.open(key, fromClient));
            } else {
              assertThat(found.directionOf(key) == Direction.CLIENT_TO_SERVER)
                  .isEqualTo(fromClient);
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
  void distinguishesEndpointsWithEqualPorts() {
    FlowTable table =
        new FlowTable(new KeyedHash(new HashSeed(1, 2)), new ConnectionHeap(Long.MAX_VALUE));
    Ends ends = Ends.IPV4.withPorts(80, 80);
    assertThat(table.find(segment(ends, Direction.CLIENT_TO_SERVER), key)).isNull();
    Connection connection = table.open(key, true);
    assertThat(table.find(segment(ends, Direction.SERVER_TO_CLIENT), key)).isSameAs(connection);
    assertThat(connection.directionOf(key) == Direction.CLIENT_TO_SERVER).isFalse();
  }

  @Test
  void namesConnections() {
    FrameView four = segment(Ends.IPV4, Direction.SERVER_TO_CLIENT);
    FrameView six = segment(Ends.IPV6, Direction.CLIENT_TO_SERVER);
    assertThat(opened(four, false).name()).isEqualTo("10.0.0.1:40000 > 10.0.0.2:80");
    assertThat(opened(four, true).name()).isEqualTo("10.0.0.2:80 > 10.0.0.1:40000");
    assertThat(opened(six, true).name()).isEqualTo("[2001:db8::1]:40000 > [2001:db8::2]:80");
  }

  private Connection opened(FrameView view, boolean senderIsClient) {
    FlowTable table =
        new FlowTable(new KeyedHash(new HashSeed(1, 2)), new ConnectionHeap(Long.MAX_VALUE));
    assertThat(table.find(view, key)).isNull();
    return table.open(key, senderIsClient);
  }
}
