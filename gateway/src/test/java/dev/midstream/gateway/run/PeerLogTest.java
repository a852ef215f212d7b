package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.run.HandoffMessage.CopiedRecord;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PeerLogTest {
  private static final int LARGE_BYTES = Inbox.MAX_BYTES / 3;

  private final Inbox<HandoffMessage> heir = new Inbox<>();
  private final PeerLog log = new PeerLog(0, CommitMode.STRICT, heir);

  private static StateWriter record(int octet, int bytes) {
    StateWriter record = new StateWriter();
    for (int i = 0; i < bytes; i++) {
      record.octet(octet);
    }
    return record;
  }

  private List<Long> received() {
    List<Long> numbers = new ArrayList<>();
    for (HandoffMessage next = heir.poll(); next != null; next = heir.poll()) {
      numbers.add(((CopiedRecord) next).number());
    }
    return numbers;
  }

  @Test
  @DisplayName("HDP-17 records that find no room in the inbox are sent later, in order")
  void sendsLaterWhatFindsNoRoom() {
    for (int i = 1; i <= 5; i++) {
      assertThat(log.append(record(i, LARGE_BYTES))).isEqualTo(i);
    }
    assertThat(received()).containsExactly(1L, 2L);
    log.send();
    assertThat(received()).containsExactly(3L, 4L);
    log.append(record(6, 1));
    assertThat(received()).containsExactly(5L, 6L);
  }

  @Test
  @DisplayName("HDP-17 records that wait when the engine dies are sent no more")
  void sendsNothingAfterItsEnd() {
    for (int i = 1; i <= 3; i++) {
      log.append(record(i, LARGE_BYTES));
    }
    log.refuse();
    assertThat(received()).containsExactly(1L, 2L);
    log.send();
    assertThat(received()).isEmpty();
    assertThat(log.state()).isEqualTo(LogState.REFUSED);
  }

  @Test
  @DisplayName("HDP-17 what is committed never decreases")
  void keepsWhatIsCommitted() {
    assertThat(log.committed()).isZero();
    log.commitTo(3);
    log.commitTo(2);
    assertThat(log.committed()).isEqualTo(3);
  }

  @Test
  @DisplayName("HDP-17 the buckets of a dead worker go to its heir, also those it had from another")
  void movesTheBucketsOfADeadWorker() {
    BucketOwners owners = new BucketOwners(3);
    owners.move(0, 1);
    owners.move(1, 2);
    assertThat(List.of(owners.ownerOf(0), owners.ownerOf(4), owners.ownerOf(5)))
        .containsExactly(2, 2, 2);
  }
}
