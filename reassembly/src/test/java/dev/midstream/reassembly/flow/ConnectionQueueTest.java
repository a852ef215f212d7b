package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.junit.jupiter.api.Test;

/** Queues of connections against a linked set. */
class ConnectionQueueTest {

  @Test
  void queuesConnectionsInJoiningOrder() {
    SeededRounds.run(
        40,
        random -> {
          ConnectionQueue queue = new ConnectionQueue(ConnectionQueue.Kind.CLOSING);
          ConnectionQueue other = new ConnectionQueue(ConnectionQueue.Kind.ASSURANCE);
          SequencedSet<Connection> twin = new LinkedHashSet<>();
          List<Connection> all = new ArrayList<>();
          for (int i = 0; i < 9; i++) {
            all.add(new Connection(new ConnectionKey()));
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
}
