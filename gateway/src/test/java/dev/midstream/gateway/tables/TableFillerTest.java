package dev.midstream.gateway.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TableFillerTest {
  private final ToldTables tables = new ToldTables();
  private final NodeId self = new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), UUID.randomUUID());
  private final TableFiller filler =
      new TableFiller(self, new NodeDescription("n1", "1.0", 5), tables);

  @Test
  @DisplayName("HSI-1 a node without a life lists nothing, and says once what it is")
  void saysWhatItIs() {
    SweptWorker worker = new SweptWorker(Runnable::run, before -> null);
    filler.sweep(List.of(worker), () -> false);
    filler.sweep(List.of(worker), () -> false);

    assertThat(tables.told).isEmpty();
    assertThat(tables.put)
        .singleElement()
        .hasToString(
            "NodeEntry[node=%s, revision=1, name=n1, program=1.0, configuration=5, lease=NONE,"
                    .formatted(self)
                + " buckets=0, connections=0, sinceMillis="
                + sinceMillis()
                + "]");
  }

  private String sinceMillis() {
    return tables.put.getFirst().toString().replaceAll(".*sinceMillis=(\\d+)]", "$1");
  }

  @Test
  @DisplayName("HSI-1 a worker that does not answer is left at the end of the life")
  void leavesAStuckWorker() {
    AtomicInteger asked = new AtomicInteger();
    filler.sweep(
        List.of(new SweptWorker(task -> {}, before -> null)), () -> asked.incrementAndGet() > 2);

    assertThat(asked).hasValueGreaterThan(2);
    assertThat(tables.put).isEmpty();
  }
}
