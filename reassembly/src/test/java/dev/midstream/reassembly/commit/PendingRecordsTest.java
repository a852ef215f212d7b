package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Records that wait for a log. */
class PendingRecordsTest {
  private final ConnectionHeap heap = new ConnectionHeap(1 << 20);
  private final PendingRecords records = new PendingRecords(heap);

  private static Connection open() {
    Succession box = new Succession(TestEngine.inline(SimpleAgents.passing()), CommitMode.STRICT);
    new Script(box).run(TestEngine.OPEN);
    return Connections.only(box.engine());
  }

  private void addAndRemove(Connection connection, int count) {
    RecordMark mark = new RecordMark();
    for (int i = 1; i <= count; i++) {
      records.add(i, connection, mark.makeObject(connection, (Open) connection.phase()));
    }
    for (int i = 1; i <= count; i++) {
      if (i % 100 == 0) {
        assertThat(records.first().number()).isEqualTo(i);
        assertThat(heap.waitingBytes()).isEqualTo(records.bytes()).isPositive();
        assertThat(records.capacity()).isLessThanOrEqualTo(Math.max(2_048, 4 * (count - i + 1)));
      }
      records.removeFirst();
    }
    assertThat(records.isEmpty()).isTrue();
    assertThat(heap.waitingBytes()).isZero();
  }

  @Test
  @DisplayName("HDP-17 law 6 a log that is slow for once costs no memory for ever")
  void forgetsItsLongestQueue() {
    Connection connection = open();
    addAndRemove(connection, 100_000);
    assertThat(records.capacity()).isOne();
    addAndRemove(connection, 1_000);
    assertThat(records.capacity()).isEqualTo(1_024);
  }
}
