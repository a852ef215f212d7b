package dev.midstream.engines.redirect;

import static dev.midstream.engines.redirect.Nodes.A;
import static dev.midstream.engines.redirect.Nodes.B;
import static dev.midstream.engines.redirect.Nodes.C;
import static dev.midstream.engines.redirect.Nodes.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The node A behind the dispatchers B and C. */
class DispatchTest {
  private static final Bucket OF_A = new Bucket(A, 5, null, null, List.of(), 0);
  private static final Bucket OF_NONE = new Bucket(null, 0, null, null, List.of(), 0);

  private final List<String> left = new ArrayList<>();
  private final Redirector a = redirector(A);
  private final Redirector b = redirector(B);
  private final Redirector c = redirector(C);

  private Redirector redirector(NodeId self) {
    return new Redirector(
        KEYS,
        self,
        0,
        1_472,
        Exit.OF_SENDER,
        this::carry,
        (bucket, packet, now, out) -> {
          return Disposition.TAKEN;
        });
  }

  private void carry(NodeId to, byte[] datagram, int length) {
    byte[] octets = Arrays.copyOf(datagram, length);
    Redirector other = to.equals(A) ? a : to.equals(B) ? b : c;
    String name = to.equals(A) ? "A" : to.equals(B) ? "B" : "C";
    assertThat(other.receive(octets, length, 0, packet -> left.add(name + " " + text(packet))))
        .isEqualTo(Reception.PACKET);
  }

  private static String text(Packet packet) {
    return packet.memory().get(ValueLayout.JAVA_BYTE, packet.offset()) + " " + packet.leg();
  }

  private static Packet packet(int first) {
    byte[] octets = {(byte) first, 2, 3};
    return new Packet()
        .at(MemorySegment.ofArray(octets), 0, 3)
        .from(LinkType.ETHERNET, Leg.OUTSIDE, 1, 0);
  }

  @BeforeEach
  void table() {
    table(List.of(B, C), OF_NONE, OF_A, OF_A);
  }

  private void table(List<NodeId> dispatchers, @Nullable Bucket... buckets) {
    List<NodeId> members = new ArrayList<>(List.of(A));
    members.addAll(dispatchers);
    for (Redirector each : List.of(a, b, c)) {
      each.setTable(members, dispatchers, Arrays.asList(buckets));
    }
  }

  @Test
  @DisplayName("PDP-9 what came of no packet leaves where the last packet of its bucket came")
  void leavesByTheLastEntry() {
    assertThat(c.redirect(1, packet(1))).isTrue();
    assertThat(b.redirect(2, packet(2))).isTrue();

    assertThat(a.leave(1, packet(3))).isTrue();
    assertThat(a.leave(2, packet(4))).isTrue();

    assertThat(left).containsExactly("C 3 OUTSIDE", "B 4 OUTSIDE");
  }

  @Test
  @DisplayName("PDP-9 when that dispatcher is gone, it leaves by another one")
  void leavesByAnother() {
    assertThat(c.redirect(1, packet(1))).isTrue();
    table(List.of(B), OF_NONE, OF_A, OF_A);

    assertThat(a.leave(1, packet(3))).isTrue();

    assertThat(left).containsExactly("B 3 OUTSIDE");
  }

  @Test
  @DisplayName("PDP-9 a bucket of which no packet came uses the dispatcher of the others")
  void leavesByThatOfTheOthers() {
    assertThat(c.redirect(1, packet(1))).isTrue();

    assertThat(a.leave(2, packet(3))).isTrue();

    assertThat(left).containsExactly("C 3 OUTSIDE");
  }

  @Test
  @DisplayName("PDP-9 a fragment in a bucket of another owner leaves, too")
  void leavesInAnotherBucket() {
    assertThat(c.redirect(1, packet(1))).isTrue();

    assertThat(a.leave(0, packet(3))).isTrue();

    assertThat(left).containsExactly("C 3 OUTSIDE");
  }

  @Test
  @DisplayName("PDP-9 without a dispatcher, or a bucket of its own, a node sends nothing")
  void sendsNothing() {
    table(List.of(), OF_NONE, OF_A, OF_A);
    assertThat(a.leave(1, packet(3))).isFalse();
    table(List.of(B, C), OF_NONE, OF_NONE, OF_NONE);
    assertThat(a.leave(1, packet(3))).isFalse();
    assertThat(left).isEmpty();
  }
}
