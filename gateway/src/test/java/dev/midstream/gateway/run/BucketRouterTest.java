package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BucketRouterTest {
  private static final BucketHash HASH = new BucketHash(new BucketKey(3, 5, 7, 11, 0x1234567));

  private final List<Inbox<HandoffMessage>> inboxes =
      List.of(new Inbox<>(), new Inbox<>(), new Inbox<>());
  private final BucketOwners owners = new BucketOwners(3);
  private final List<BucketRouter> views =
      IntStream.range(0, 3).mapToObj(n -> new BucketRouter(n, HASH, owners, inboxes)).toList();

  @Test
  @DisplayName("HDP-15 all workers agree on the owner of a connection, which knows itself")
  void routersAgreeOnTheOwner() {
    for (int port = 0; port < 1_000; port++) {
      int owner = HASH.of(0, 1, 0, 2, port, 80) % 3;
      for (int worker = 0; worker < 3; worker++) {
        assertThat(views.get(worker).ownerOf(4, 0, 2, 0, 1, 80, port))
            .isEqualTo(owner == worker ? ConnectionRouter.SELF : owner);
      }
    }
  }

  @Test
  void handsToTheOwnerOnly() {
    Packet packet = new Packet().at(MemorySegment.ofArray(new byte[60]), 0, 60);
    assertThat(views.getFirst().handOff(2, packet)).isTrue();
    assertThat(inboxes).extracting(Inbox::isEmpty).containsExactly(true, true, false);
  }

  @Test
  void refusesPacketsAboveTheLimit() {
    int length = HandoffMessage.MAX_PACKET_BYTES + 1;
    Packet packet = new Packet().at(MemorySegment.ofArray(new byte[length]), 0, length);
    assertThat(views.getFirst().handOff(2, packet)).isFalse();
    assertThat(inboxes).allMatch(Inbox::isEmpty);
  }
}
