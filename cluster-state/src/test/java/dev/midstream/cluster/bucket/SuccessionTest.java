package dev.midstream.cluster.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SuccessionTest {

  private static boolean isDue(AllocationTable before, AllocationTable after, NodeId node) {
    return Succession.isDue(before, after, node, /* isDue= */ false);
  }

  private static NodeId ownerIn(Tables tables) {
    return Objects.requireNonNull(tables.bucket(0).owner());
  }

  @Test
  @DisplayName("LD-2 C-72 it is due when another node is no member any more, at owners only")
  void isDueAfterADeath() {
    Tables tables = new Tables(1, 1, 1).settled(Tables.N2, Tables.N3);
    AllocationTable before = tables.table();
    tables.goneOwner();
    NodeId heir = ownerIn(tables);
    for (NodeId node : tables.table().voterIds()) {
      assertThat(isDue(before, tables.table(), node)).isEqualTo(node.equals(heir));
    }
  }

  @Test
  @DisplayName("LD-2 it is due when the last bucket of another node comes to this one")
  void isDueWhenAllIsOwned() {
    Tables tables = new Tables(1, 1, 1).settled(Tables.N2);
    NodeId owner = ownerIn(tables);
    NodeId other = Tables.N1.equals(owner) ? Tables.N2 : Tables.N1;
    AllocationTable before = tables.table();
    tables.changes.order(0, other);
    tables.step();
    for (int step = 0; step < 4 && !other.equals(tables.bucket(0).owner()); step++) {
      tables.completeAll();
      tables.step();
    }
    assertThat(tables.bucket(0).owner()).isEqualTo(other);
    assertThat(isDue(before, tables.table(), other)).isTrue();
    assertThat(isDue(before, tables.table(), owner)).isFalse();
    assertThat(Succession.isDue(tables.table(), tables.table(), other, /* isDue= */ true))
        .as("it stays due until it is done")
        .isTrue();
    assertThat(isDue(tables.table(), tables.table(), other)).isFalse();
  }

  @Test
  @DisplayName("LD-2 it is not due at the first table, nor while buckets are given to members")
  void isNotDueAtTheBeginning() {
    Tables tables = new Tables(4, 1, 1);
    AllocationTable first = tables.table();
    tables.changes.want(0);
    tables.step();
    assertThat(Succession.isDue(null, tables.table(), Tables.N1, /* isDue= */ false)).isFalse();
    assertThat(isDue(first, tables.table(), Tables.N1)).isFalse();
    AllocationTable alone = tables.table();
    tables.settled(Tables.N2);
    assertThat(isDue(alone, tables.table(), Tables.N1)).isFalse();
    assertThat(isDue(alone, tables.table(), Tables.N2)).isFalse();
  }
}
