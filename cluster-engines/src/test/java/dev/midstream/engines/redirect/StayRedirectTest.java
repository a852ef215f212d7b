package dev.midstream.engines.redirect;

import static dev.midstream.engines.redirect.Nodes.A;
import static dev.midstream.engines.redirect.Nodes.B;
import static dev.midstream.engines.redirect.Nodes.C;
import static dev.midstream.engines.redirect.Nodes.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets of connections that stay with A, while B owns their bucket, and C has nothing of it. */
class StayRedirectTest {
  private static final int BUCKETS = 2;
  private static final int BUCKET = 1;

  private final Deque<Mail> mail = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();

  private record Mail(NodeId to, Octets octets) {}

  /** A node whose engine passes on what stays elsewhere, and forwards what stays here. */
  private final class Node implements Redirector.Owner {
    private final String name;
    private final Redirector redirector;
    private boolean isOpen;

    Node(String name, NodeId self, Exit exit) {
      this.name = name;
      redirector =
          new Redirector(
              KEYS,
              self,
              0,
              1_472,
              exit,
              (to, datagram, length) ->
                  mail.add(new Mail(to, Octets.of(Arrays.copyOf(datagram, length)))),
              this);
      redirector.setStayer(A);
    }

    void table(NodeId owner, long epoch) {
      Bucket bucket = new Bucket(owner, epoch, null, null, List.of(), 0);
      redirector.setTable(List.of(A, B, C), List.of(), List.of(bucket, bucket));
      redirector.playWaiting(0, this::emit);
    }

    @Override
    public Disposition onPacket(int number, Packet packet, long nowNanos, PacketOutput out) {
      if (number < BUCKETS) {
        events.add(name + " passes it on");
        assertThat(redirector.redirect(number + BUCKETS, packet)).isTrue();
      } else {
        events.add(name + " processes it");
        Leg leg = packet.leg().opposite();
        leave(packet.from(packet.linkType(), leg, packet.interfaceId(), nowNanos), out);
      }
      return Disposition.TAKEN;
    }

    /** Sends what the engine of the connection has made. */
    void leave(Packet packet, PacketOutput out) {
      if (!redirector.leaveStaying(BUCKET, packet)) {
        out.emit(packet);
      }
    }

    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return isOpen;
    }

    void emit(Packet packet) {
      events.add(name + " sends it " + packet.leg());
    }
  }

  private Map<NodeId, Node> nodes(Exit exit) {
    Map<NodeId, Node> nodes =
        Map.of(A, new Node("A", A, exit), B, new Node("B", B, exit), C, new Node("C", C, exit));
    nodes.values().forEach(each -> each.table(B, 5));
    node(nodes, B).isOpen = true;
    return nodes;
  }

  private static Node node(Map<NodeId, Node> nodes, NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private static Packet packet(Leg leg) {
    byte[] octets = {1, 2, 3};
    return new Packet().at(MemorySegment.ofArray(octets), 0, 3).from(LinkType.ETHERNET, leg, 1, 0);
  }

  private void deliver(Map<NodeId, Node> nodes) {
    for (Mail next = mail.poll(); next != null; next = mail.poll()) {
      Node to = node(nodes, next.to());
      byte[] datagram = next.octets().toArray();
      to.redirector.receive(datagram, datagram.length, 0, to::emit);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "A, OF_SENDER, A",
    "B, OF_SENDER, B",
    "C, OF_SENDER, C",
    "A, OF_OWNER, B",
    "B, OF_OWNER, B",
    "C, OF_OWNER, B"
  })
  @DisplayName(
      "PDP-1 LD-9 a packet goes by the owner to where its connection stays, and leaves where it"
          + " came, or at the owner where each frame reaches all nodes")
  void leavesWhereItCame(String entry, Exit exit, String leavesAt) {
    Map<NodeId, Node> nodes = nodes(exit);
    Node came = node(nodes, List.of(A, B, C).get("ABC".indexOf(entry)));
    List<String> expected = new ArrayList<>();
    boolean isOwner = entry.equals("B");
    if (!isOwner) {
      expected.add("B passes it on");
    }
    int number = isOwner ? BUCKETS + BUCKET : BUCKET; // its engine knows that it is elsewhere
    assertThat(came.redirector.redirect(number, packet(Leg.OUTSIDE))).isTrue();
    deliver(nodes);
    expected.add("A processes it");
    expected.add(leavesAt + " sends it INSIDE");
    assertThat(events).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Exit.class)
  @DisplayName("PDP-1 LD-9 what comes of no packet leaves where the connection stays, or as above")
  void leavesByItself(Exit exit) {
    Map<NodeId, Node> nodes = nodes(exit);
    Node stayer = node(nodes, A);
    stayer.leave(packet(Leg.INSIDE), stayer::emit);
    deliver(nodes);
    assertThat(events)
        .containsExactly(exit == Exit.OF_OWNER ? "B sends it INSIDE" : "A sends it INSIDE");
  }

  @ParameterizedTest
  @EnumSource(Exit.class)
  @DisplayName("PDP-1 HSI-4 where frames reach all nodes, one without the open bucket sends none")
  void sendsOnlyIfOpen(Exit exit) {
    Map<NodeId, Node> nodes = nodes(exit);
    assertThat(node(nodes, B).redirector.redirect(BUCKETS + BUCKET, packet(Leg.OUTSIDE))).isTrue();
    node(nodes, B).isOpen = false;
    deliver(nodes);
    assertThat(events.remove("A processes it")).isTrue();
    assertThat(events).isEqualTo(exit == Exit.OF_OWNER ? List.of() : List.of("B sends it INSIDE"));
  }

  @Test
  @DisplayName("PDP-1 HSI-4 the bucket has moved on: the earlier owner passes on, then the new one")
  void followsTheBucket() {
    Map<NodeId, Node> nodes = nodes(Exit.OF_SENDER);
    node(nodes, B).table(C, 6);
    node(nodes, C).table(C, 6);
    assertThat(node(nodes, A).redirector.redirect(BUCKET, packet(Leg.OUTSIDE))).isTrue();
    deliver(nodes);
    assertThat(events).as("A does not know the table yet").containsExactly("C passes it on");
    node(nodes, A).table(C, 6);
    assertThat(events).containsExactly("C passes it on", "A processes it", "A sends it INSIDE");
  }
}
