package dev.midstream.engines.redirect;

import static dev.midstream.engines.redirect.Nodes.A;
import static dev.midstream.engines.redirect.Nodes.B;
import static dev.midstream.engines.redirect.Nodes.C;
import static dev.midstream.engines.redirect.Nodes.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.RedirectRule.Step;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Three nodes that pass packets on to each other. */
class RedirectorTest {
  private static final int BUCKET = 1;
  private static final long MILLI = 1_000_000;

  private final Deque<Mail> mail = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final Map<NodeId, Node> nodes = new TreeMap<>(nodes(Exit.OF_SENDER));

  private record Mail(NodeId to, Octets octets) {
    byte[] datagram() {
      return octets.toArray();
    }
  }

  /** A node whose engine emits the first octet of each packet, and forwards those with a 9. */
  private final class Node implements Redirector.Owner {
    private final NodeId id;
    private final Redirector redirector;
    private long abandoned;

    Node(NodeId id, Exit exit) {
      this.id = id;
      redirector =
          new Redirector(
              KEYS,
              id,
              0,
              1_472,
              exit,
              (to, datagram, length) ->
                  mail.add(new Mail(to, Octets.of(Arrays.copyOf(datagram, length)))),
              this);
    }

    @Override
    public void onAbandoned(long packets) {
      abandoned += packets;
    }

    @Override
    public Disposition onPacket(int bucket, Packet packet, long nowNanos, PacketOutput out) {
      note(id, "processes", packet);
      int first = packet.memory().get(ValueLayout.JAVA_BYTE, packet.offset());
      if (first == 9) {
        return Disposition.FORWARD;
      }
      byte[] octets = {(byte) (first + 100)};
      out.emit(
          new Packet()
              .at(MemorySegment.ofArray(octets), 0, 1)
              .from(LinkType.ETHERNET, packet.leg(), 0, nowNanos));
      return Disposition.TAKEN;
    }

    void emit(Packet packet) {
      note(id, "sends", packet);
    }

    void table(@Nullable NodeId owner, long epoch, long nowNanos) {
      Bucket bucket = new Bucket(owner, epoch, null, null, List.of(), 0);
      redirector.setTable(List.of(A, B, C), List.of(), List.of(bucket, bucket));
      redirector.playWaiting(nowNanos, this::emit);
    }

    boolean redirect(int first) {
      byte[] octets = {(byte) first, 2, 3};
      return redirector.redirect(
          BUCKET,
          new Packet()
              .at(MemorySegment.ofArray(octets), 0, 3)
              .from(LinkType.ETHERNET, Leg.OUTSIDE, 1, 0)
              .offload(ChecksumState.PARTIAL, 1));
    }
  }

  private void note(NodeId node, String what, Packet packet) {
    int first = packet.memory().get(ValueLayout.JAVA_BYTE, packet.offset());
    events.add(name(node) + " " + what + " " + first + " " + packet.leg());
  }

  private Map<NodeId, Node> nodes(Exit exit) {
    return Map.of(A, new Node(A, exit), B, new Node(B, exit), C, new Node(C, exit));
  }

  private static String name(NodeId node) {
    return node.equals(A) ? "A" : node.equals(B) ? "B" : "C";
  }

  private Node node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private void tables(@Nullable NodeId owner, long epoch) {
    nodes.values().forEach(node -> node.table(owner, epoch, 0));
  }

  /** Delivers all datagrams, and those that come of them. */
  private int deliver() {
    int delivered = 0;
    for (Mail next = mail.poll(); next != null; next = mail.poll()) {
      Node to = node(next.to());
      to.redirector.receive(next.datagram(), next.datagram().length, 0, to::emit);
      delivered++;
    }
    return delivered;
  }

  @Test
  @DisplayName("LD-9 the owner processes a packet, and what comes of it leaves where it came")
  void returnsWhatComesOfAPacket() {
    tables(B, 5);
    assertThat(node(A).redirect(1)).isTrue();
    assertThat(node(A).redirect(9)).isTrue();
    assertThat(deliver()).isEqualTo(4);
    assertThat(events)
        .containsExactly(
            "B processes 1 OUTSIDE",
            "B processes 9 OUTSIDE",
            "A sends 101 OUTSIDE",
            "A sends 9 INSIDE");
  }

  @Test
  @DisplayName(
      "LD-9 where all nodes receive each frame, what comes of a packet leaves at the owner")
  void leavesAtTheOwner() {
    nodes.putAll(nodes(Exit.OF_OWNER));
    tables(B, 5);
    assertThat(node(A).redirect(1)).isTrue();
    assertThat(node(A).redirect(9)).isTrue();
    assertThat(deliver()).isEqualTo(2);
    assertThat(events)
        .containsExactly(
            "B processes 1 OUTSIDE",
            "B sends 101 OUTSIDE",
            "B processes 9 OUTSIDE",
            "B sends 9 INSIDE");
  }

  @Test
  @DisplayName("LD-9 a packet that meets a newer table on its way is passed on once more")
  void passesOnToTheNewOwner() {
    tables(B, 5);
    node(B).table(C, 6, 0);
    node(C).table(C, 6, 0);
    assertThat(node(A).redirect(1)).isTrue();
    assertThat(deliver()).isEqualTo(3);
    assertThat(events).containsExactly("C processes 1 OUTSIDE", "A sends 101 OUTSIDE");
  }

  @Test
  @DisplayName("LD-9 a packet that comes back to its new owner leaves there")
  void sendsItselfWhatComesBack() {
    tables(B, 5);
    assertThat(node(A).redirect(1)).isTrue();
    assertThat(node(A).redirect(9)).isTrue();
    node(A).table(A, 6, 0);
    node(B).table(A, 6, 0);
    assertThat(deliver()).isEqualTo(4);
    assertThat(events)
        .containsExactly(
            "A processes 1 OUTSIDE",
            "A sends 101 OUTSIDE",
            "A processes 9 OUTSIDE",
            "A sends 9 INSIDE");
  }

  @Test
  @DisplayName("LD-9 a packet is passed on twice at most, whatever the tables say")
  void runsInNoCircle() {
    node(A).table(B, 5, 0);
    node(B).table(C, 6, 0);
    node(C).table(A, 7, 0);
    assertThat(node(A).redirect(1)).isTrue();
    assertThat(deliver()).isEqualTo(2);
    assertThat(events).isEmpty();
    assertThat(node(C).redirector.count(Step.DROP_HOPS)).isEqualTo(1);
  }

  @Test
  @DisplayName("LD-9 an engine that finds another owner passes on with the hops of the packet")
  void countsHopsOfPacketsThatAnEngineRefuses() {
    List<Boolean> passed = new ArrayList<>();
    Redirector[] late = new Redirector[1];
    late[0] =
        new Redirector(
            KEYS,
            B,
            0,
            1_472,
            Exit.OF_SENDER,
            (to, datagram, length) ->
                mail.add(new Mail(to, Octets.of(Arrays.copyOf(datagram, length)))),
            (bucket, packet, now, out) -> {
              for (long epoch = 5; epoch < 7; epoch++) {
                Bucket other = new Bucket(C, epoch, null, null, List.of(), 0);
                late[0].setTable(List.of(A, C), List.of(), List.of(other, other));
                late[0].playWaiting(0, each -> {});
                passed.add(late[0].redirect(bucket, packet));
              }
              return Disposition.TAKEN;
            });
    Bucket own = new Bucket(B, 5, null, null, List.of(), 0);
    late[0].setTable(List.of(A, C), List.of(), List.of(own, own));
    late[0].playWaiting(0, each -> {});
    node(A).table(B, 5, 0);
    node(C).table(C, 6, 0);
    assertThat(node(A).redirect(1)).isTrue();
    Mail first = mail.remove();
    late[0].receive(first.datagram(), first.datagram().length, 0, each -> {});
    assertThat(passed).as("with the same epoch, with a newer one").containsExactly(false, true);
    assertThat(mail).extracting(Mail::to).containsExactly(C);
    Mail second = mail.remove();
    node(C).redirector.receive(second.datagram(), second.datagram().length, 0, each -> {});
    assertThat(events).containsExactly("C processes 1 OUTSIDE");
  }

  @Test
  @DisplayName(
      "LD-8 LD-9 what an engine joins from fragments is passed on to its own bucket's node")
  void passesOnWhatWasJoined() {
    Redirector[] joining = new Redirector[1];
    joining[0] =
        new Redirector(
            KEYS,
            B,
            0,
            1_472,
            Exit.OF_SENDER,
            (to, datagram, length) ->
                mail.add(new Mail(to, Octets.of(Arrays.copyOf(datagram, length)))),
            (bucket, packet, now, out) -> {
              assertThat(joining[0].redirect(0, packet)).isTrue();
              return Disposition.TAKEN;
            });
    Bucket joined = new Bucket(C, 3, null, null, List.of(), 0);
    Bucket fragments = new Bucket(B, 5, null, null, List.of(), 0);
    List<Bucket> buckets = List.of(joined, fragments);
    joining[0].setTable(List.of(A, B, C), List.of(), buckets);
    node(A).redirector.setTable(List.of(A, B, C), List.of(), buckets);
    node(C).redirector.setTable(List.of(A, B, C), List.of(), buckets);
    assertThat(node(A).redirect(1)).isTrue();
    Mail first = mail.remove();
    joining[0].receive(first.datagram(), first.datagram().length, 0, each -> {});
    assertThat(deliver()).isEqualTo(2);
    assertThat(events).containsExactly("C processes 1 OUTSIDE", "A sends 101 OUTSIDE");
  }

  @Test
  @DisplayName("LD-10 a packet waits for the table that its sender has, at most 50 ms")
  void holdsPacketsForTheNextTable() {
    tables(A, 5);
    node(C).table(B, 6, 0);
    assertThat(node(C).redirect(1)).isTrue();
    assertThat(deliver()).isEqualTo(1);
    node(B).redirector.expire(49 * MILLI);
    assertThat(events).isEmpty();
    node(B).table(B, 6, 49 * MILLI);
    assertThat(deliver()).isEqualTo(1);
    assertThat(events).containsExactly("B processes 1 OUTSIDE", "C sends 101 OUTSIDE");

    assertThat(node(B).abandoned).isZero();
    events.clear();
    node(C).table(B, 7, 0);
    node(C).redirect(2);
    deliver();
    node(B).redirector.expire(50 * MILLI);
    assertThat(node(B).abandoned).isEqualTo(1);
    node(B).table(B, 7, 51 * MILLI);
    assertThat(deliver()).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  @DisplayName("LD-10 at most 1,024 packets wait, and none waits for a second table")
  void holdsAtMost1024Packets() {
    tables(A, 5);
    node(C).table(B, 9, 0);
    for (int i = 0; i < Redirector.MAX_WAITING + 10; i++) {
      assertThat(node(C).redirect(i % 8)).isTrue();
    }
    deliver();
    node(B).table(B, 9, 0);
    assertThat(events).hasSize(Redirector.MAX_WAITING);
    assertThat(node(B).abandoned).isEqualTo(10);

    events.clear();
    mail.clear();
    node(C).table(B, 12, 0);
    node(C).redirect(1);
    deliver();
    node(B).table(C, 10, 0);
    assertThat(node(B).abandoned).isEqualTo(11);
    node(B).table(B, 12, 0);
    assertThat(events).isEmpty();
  }

  @Test
  @DisplayName("LD-9 C-72 what an earlier owner sends does not leave")
  void dropsWhatAnEarlierOwnerSends() {
    tables(B, 5);
    assertThat(node(A).redirect(1)).isTrue();
    Mail toOwner = mail.remove();
    node(A).table(C, 6, 0);
    Node owner = node(B);
    owner.redirector.receive(toOwner.datagram(), toOwner.datagram().length, 0, owner::emit);
    assertThat(deliver()).isEqualTo(1);
    assertThat(events).containsExactly("B processes 1 OUTSIDE");
    assertThat(node(A).redirector.count(Step.DROP_OLD)).isEqualTo(1);
  }

  @Test
  @DisplayName("HDP-15 LD-9 what comes of a packet held for another worker leaves at this node")
  void playsWhatAnotherWorkerHolds() {
    tables(B, 5);
    byte[] octets = {1, 2, 3};
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(octets), 0, 3)
            .from(LinkType.ETHERNET, Leg.OUTSIDE, 1, 0);
    Node owner = node(B);
    HeldPacket held = owner.redirector.hold(BUCKET, packet);
    octets[0] = 7;
    owner.redirector.play(held, 0, owner::emit);
    assertThat(events).containsExactly("B processes 1 OUTSIDE", "B sends 101 OUTSIDE");
    assertThat(mail).isEmpty();
  }

  @Test
  @DisplayName("HDP-15 the bucket of a datagram is known before it is read, to find its worker")
  void tellsTheBucketOfADatagram() {
    tables(B, 5);
    assertThat(node(A).redirect(1)).isTrue();
    assertThat(RedirectReceiver.bucketOf(mail.remove().datagram())).isEqualTo(BUCKET);
    assertThat(RedirectReceiver.bucketOf(new byte[3])).isZero();
  }

  @Test
  void passesNothingOnWithoutAnotherOwner() {
    assertThat(node(A).redirect(1)).as("no table").isFalse();
    tables(A, 5);
    assertThat(node(A).redirect(1)).as("its own").isFalse();
    tables(null, 5);
    assertThat(node(A).redirect(1)).as("no owner").isFalse();
    assertThat(node(A).redirector.redirect(2, new Packet())).as("no bucket").isFalse();
    assertThat(mail).isEmpty();
  }

  @Test
  @DisplayName("LD-9 a packet of a bucket that does not exist is dropped")
  void dropsPacketsOfNoBucket() {
    tables(B, 5);
    Bucket all = new Bucket(B, 5, null, null, List.of(), 0);
    node(A).redirector.setTable(List.of(A, B), List.of(), List.of(all, all, all));
    node(A).redirector.playWaiting(0, each -> {});
    assertThat(
            node(A)
                .redirector
                .redirect(2, new Packet().at(MemorySegment.ofArray(new byte[1]), 0, 1)))
        .isTrue();
    deliver();
    assertThat(events).isEmpty();
    assertThat(node(B).redirector.count(Step.DROP_ASTRAY)).isEqualTo(1);
    assertThat(node(B).redirector.count(Reception.PACKET)).isEqualTo(1);
  }
}
