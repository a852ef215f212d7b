package dev.midstream.engines.redirect;

import static dev.midstream.engines.redirect.Nodes.A;
import static dev.midstream.engines.redirect.Nodes.B;
import static dev.midstream.engines.redirect.Nodes.C;
import static dev.midstream.engines.redirect.Nodes.KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.LinkType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedirectTest {
  private static final int DATAGRAM_BYTES = 1_472;

  private final List<byte[]> sent = new ArrayList<>();
  private final RedirectSender sender = sender(A, B, 0, DATAGRAM_BYTES);
  private final RedirectReceiver receiver = receiver(B);

  private RedirectSender sender(NodeId from, NodeId to, int worker, int datagramBytes) {
    return new RedirectSender(
        KEYS,
        from,
        to,
        worker,
        new DatagramCounter(),
        datagramBytes,
        (all, n) -> sent.add(Arrays.copyOf(all, n)));
  }

  private static RedirectReceiver receiver(NodeId self) {
    RedirectReceiver receiver = new RedirectReceiver(KEYS, self);
    receiver.setPeers(List.of(A, C));
    return receiver;
  }

  private Reception receive(byte[] datagram) {
    return receiver.receive(datagram, datagram.length);
  }

  /** The datagrams of one packet. */
  private List<byte[]> seal(RedirectSender by, RedirectedPacket what) {
    sent.clear();
    assertThat(by.send(what)).isTrue();
    return List.copyOf(sent);
  }

  @Test
  @DisplayName("LD-9 a packet of any length arrives as it was sent, in datagrams of any length")
  void passesAnyPacket() {
    SeededRounds.run(
        300,
        random -> {
          int bytes =
              RedirectSender.MIN_DATAGRAM_BYTES
                  + random.nextInt(random.nextBoolean() ? 70_000 : 500);
          int worker = random.nextInt(256);
          RedirectSender any = sender(C, B, worker, bytes);
          RedirectReceiver fresh = receiver(B);
          for (int i = 0; i < 5; i++) {
            RedirectedPacket what = Passed.random(random);
            List<byte[]> datagrams = new ArrayList<>(seal(any, what));
            assertThat(datagrams).allMatch(each -> each.length <= bytes);
            Collections.shuffle(datagrams, new Random(random.nextLong()));
            byte[] last = datagrams.removeLast();
            for (byte[] each : datagrams) {
              assertThat(fresh.receive(each, each.length)).isEqualTo(Reception.PART);
            }
            assertThat(fresh.receive(last, last.length)).isEqualTo(Reception.PACKET);
            assertThat(Passed.of(fresh.packet())).isEqualTo(Passed.of(what));
            assertThat(fresh.from()).isEqualTo(C);
          }
        });
  }

  @Test
  @DisplayName("LD-9 the longest frame needs 64 datagrams on the link with the least MTU")
  void passesTheLongestFrameOverTheLeastLink() {
    assertThat(RedirectSender.MIN_DATAGRAM_BYTES).isLessThanOrEqualTo(1_280 - 48);
    RedirectSender least = sender(A, B, 0, RedirectSender.MIN_DATAGRAM_BYTES);
    RedirectedPacket longest = Passed.random(new Random(1), RedirectHeader.MAX_FRAME_BYTES);
    List<byte[]> datagrams = seal(least, longest);
    assertThat(datagrams).hasSize(64);
    datagrams.subList(0, 63).forEach(each -> assertThat(receive(each)).isEqualTo(Reception.PART));
    assertThat(receive(datagrams.getLast())).isEqualTo(Reception.PACKET);
    assertThat(Passed.of(receiver.packet())).isEqualTo(Passed.of(longest));
  }

  @Test
  void doesNotSendWhatCannotTravel() {
    RedirectedPacket what = Passed.random(new Random(1), RedirectHeader.MAX_FRAME_BYTES + 1);
    assertThat(sender.send(what)).isFalse();
    what = Passed.random(new Random(1), 100);
    what.packet().from(LinkType.LINUX_COOKED, what.packet().leg(), 0, 0);
    assertThat(sender.send(what)).isFalse();
    what = Passed.random(new Random(1), 100);
    what.packet().missing(1);
    assertThat(sender.send(what)).isFalse();
    assertThat(sent).isEmpty();
  }

  @Test
  @DisplayName("LD-9 a datagram with one altered bit anywhere is refused, and changes nothing")
  void refusesAlteredDatagrams() {
    RedirectedPacket what = Passed.random(new Random(1), 200);
    byte[] datagram = seal(sender, what).getFirst();
    for (int bit = 0; bit < datagram.length * 8; bit++) {
      byte[] altered = datagram.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(receive(altered)).as("bit=%d", bit).matches(Reception::isRefusal);
    }
    assertThat(receiver.count(Reception.FORGED)).isGreaterThan(200 * 8);
    assertThat(receive(datagram)).isEqualTo(Reception.PACKET);
    assertThat(Passed.of(receiver.packet())).isEqualTo(Passed.of(what));
  }

  @Test
  @DisplayName("LD-9 a datagram that is shorter or longer than it was is refused")
  void refusesOtherLengths() {
    byte[] datagram = seal(sender, Passed.random(new Random(1), 60)).getFirst();
    for (int length = 0; length <= datagram.length + 20; length++) {
      if (length != datagram.length) {
        byte[] other = Arrays.copyOf(datagram, length);
        Reception expected =
            length < RedirectHeader.BYTES + RedirectHeader.TAG_BYTES
                ? Reception.SHORT
                : Reception.MALFORMED;
        assertThat(receive(other)).as("length=%d", length).isEqualTo(expected);
      }
    }
    assertThat(receive(datagram)).isEqualTo(Reception.PACKET);
  }

  @Test
  @DisplayName("LD-9 a part in an interrupted frame is not altered by a forged one")
  void keepsPartsWhateverStrangersSend() {
    RedirectedPacket what = Passed.random(new Random(1), 4_000);
    List<byte[]> datagrams = seal(sender, what);
    assertThat(datagrams).hasSize(3);
    assertThat(receive(datagrams.get(0))).isEqualTo(Reception.PART);
    for (byte[] each : datagrams) {
      byte[] altered = each.clone();
      altered[altered.length - 1] ^= 1;
      assertThat(receive(altered)).matches(Reception::isRefusal);
    }
    assertThat(receive(datagrams.get(1))).isEqualTo(Reception.PART);
    assertThat(receive(datagrams.get(2))).isEqualTo(Reception.PACKET);
    assertThat(Passed.of(receiver.packet())).isEqualTo(Passed.of(what));
  }

  @Test
  @DisplayName("LD-9 a frame whose part is lost is given up for the next one")
  void givesUpIncompleteFrames() {
    List<byte[]> first = seal(sender, Passed.random(new Random(1), 4_000));
    RedirectedPacket next = Passed.random(new Random(2), 4_000);
    List<byte[]> second = seal(sender, next);
    assertThat(receive(first.get(0))).isEqualTo(Reception.PART);
    assertThat(receive(first.get(1))).isEqualTo(Reception.PART);
    assertThat(receive(second.get(1))).isEqualTo(Reception.PART);
    assertThat(receiver.abandoned()).isEqualTo(1);
    assertThat(receive(first.get(2))).isEqualTo(Reception.LATE_PART);
    assertThat(receive(second.get(0))).isEqualTo(Reception.PART);
    assertThat(receive(second.get(2))).isEqualTo(Reception.PACKET);
    assertThat(Passed.of(receiver.packet())).isEqualTo(Passed.of(next));
    assertThat(receiver.abandoned()).isEqualTo(1);
  }

  @Test
  @DisplayName("LD-9 a datagram is accepted once, and not by another node or another life of one")
  void refusesRepeatedDatagrams() {
    RedirectedPacket what = Passed.random(new Random(1), 100);
    byte[] datagram = seal(sender, what).getFirst();
    assertThat(receive(datagram)).isEqualTo(Reception.PACKET);
    assertThat(receive(datagram)).isEqualTo(Reception.REPLAYED);
    NodeId nextLife = Nodes.node(2, 0x2222_2222_2222_4444L);
    for (NodeId other : List.of(C, nextLife)) {
      assertThat(receiver(other).receive(datagram, datagram.length)).isEqualTo(Reception.FORGED);
    }
  }

  @Test
  @DisplayName("LD-9 only peers are heard, with the cluster's secret")
  void refusesStrangers() {
    byte[] datagram = seal(sender(B, C, 0, 1_472), Passed.random(new Random(1), 9)).getFirst();
    assertThat(receive(datagram)).isEqualTo(Reception.UNKNOWN_SENDER);

    RedirectSender stranger =
        new RedirectSender(
            Nodes.keys(2),
            A,
            B,
            0,
            new DatagramCounter(),
            1_472,
            (all, n) -> sent.add(Arrays.copyOf(all, n)));
    assertThat(receive(seal(stranger, Passed.random(new Random(1), 9)).getFirst()))
        .isEqualTo(Reception.FORGED);

    receiver.setPeers(List.of(C));
    assertThat(receive(seal(sender, Passed.random(new Random(1), 9)).getFirst()))
        .isEqualTo(Reception.UNKNOWN_SENDER);
  }

  @Test
  @DisplayName("LD-9 a peer that stays one is known as before, so its datagrams are not repeated")
  void keepsWhatIsKnownOfPeers() {
    byte[] datagram = seal(sender, Passed.random(new Random(1), 9)).getFirst();
    assertThat(receive(datagram)).isEqualTo(Reception.PACKET);
    receiver.setPeers(List.of(C, A));
    assertThat(receive(datagram)).isEqualTo(Reception.REPLAYED);
  }

  @Test
  @DisplayName("LD-9 every bucket may have another epoch, and a new one at any time")
  void followsEpochs() {
    RandomGenerator random = new Random(1);
    for (long epoch = 1; epoch < 300; epoch++) {
      RedirectedPacket what = Passed.random(random, 20);
      what.set(what.kind(), random.nextInt(3), 1 + random.nextLong(epoch), 1);
      assertThat(receive(seal(sender, what).getFirst())).isEqualTo(Reception.PACKET);
      assertThat(Passed.of(receiver.packet())).isEqualTo(Passed.of(what));
    }
  }

  @Test
  @DisplayName("LD-9 no key and nonce are used twice")
  void repeatsNoNonce() {
    Set<ByteBuffer> used = new HashSet<>();
    RandomGenerator random = new Random(1);
    for (int worker = 0; worker < 40; worker++) {
      RedirectSender any = sender(A, B, worker, 1_200);
      for (int i = 0; i < 20; i++) {
        for (byte[] each : seal(any, Passed.random(random))) {
          byte[] nonce = new byte[RedirectHeader.NONCE_BYTES];
          RedirectHeader.writeNonce(each, nonce);
          assertThat(used.add(ByteBuffer.wrap(nonce))).isTrue();
        }
      }
    }
    assertThat(used).hasSizeGreaterThan(800);
  }

  @Test
  @DisplayName("LD-9 a packet is never sent a third time")
  void refusesHops() {
    RedirectedPacket what = Passed.random(new Random(1), 60);
    for (int hops : new int[] {0, 3, 256}) {
      what.set(what.kind(), what.bucket(), what.epoch(), hops);
      assertThatThrownBy(() -> sender.send(what)).hasMessageContaining("hops=" + hops);
    }
    byte[] datagram = seal(sender, Passed.random(new Random(1), 60)).getFirst();
    datagram[2] = 3;
    assertThat(receive(datagram)).isEqualTo(Reception.HOPS);
    datagram[2] = 0;
    assertThat(receive(datagram)).isEqualTo(Reception.HOPS);
    assertThat(receiver.count(Reception.HOPS)).isEqualTo(2);
  }

  @Test
  void refusesOtherVersions() {
    byte[] datagram = seal(sender, Passed.random(new Random(1), 60)).getFirst();
    datagram[0] = 2;
    assertThat(receive(datagram)).isEqualTo(Reception.OTHER_VERSION);
  }
}
