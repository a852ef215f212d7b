package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.ClusterKeys;
import dev.midstream.engines.redirect.DatagramCounter;
import dev.midstream.engines.redirect.Reception;
import dev.midstream.engines.redirect.RedirectReceiver;
import dev.midstream.engines.redirect.RedirectSender;
import dev.midstream.engines.redirect.RedirectedPacket;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;

/** Datagrams that no peer made, between those of a peer. */
class RedirectFuzzTest {
  private static final int DATAGRAM_BYTES = RedirectSender.MIN_DATAGRAM_BYTES;
  private static final int FRAME_BYTES = 2 * DATAGRAM_BYTES;
  private static final NodeId SENDER = node(1);
  private static final NodeId RECEIVER = node(2);

  private final ClusterKeys keys = new ClusterKeys(new Secret(new byte[Secret.BYTES]));
  private final List<byte[]> sent = new ArrayList<>();

  @FuzzTest
  @DisplayName("LD-9 any octets are refused, and change no packet of a peer")
  void refusesAnyOctets(byte[] input) {
    RedirectReceiver receiver = receiver();
    for (byte[] each : datagrams()) {
      assertThat(receiver.receive(input, input.length)).matches(Reception::isRefusal);
      check(receiver, each);
    }
  }

  @FuzzTest
  @DisplayName("LD-9 an altered datagram is refused, and changes no packet of a peer")
  void refusesAlteredDatagrams(byte[] input) {
    RedirectReceiver receiver = receiver();
    int at = input.length == 0 ? 0 : (input[0] & 0xff) * 5;
    for (byte[] each : datagrams()) {
      byte[] altered = Arrays.copyOf(each, Math.max(each.length, at + input.length));
      System.arraycopy(input, 0, altered, at, input.length);
      if (!Arrays.equals(altered, each)) {
        assertThat(receiver.receive(altered, altered.length)).matches(Reception::isRefusal);
      }
      check(receiver, each);
    }
  }

  private void check(RedirectReceiver receiver, byte[] datagram) {
    boolean isLast = Arrays.equals(datagram, sent.getLast());
    assertThat(receiver.receive(datagram, datagram.length))
        .isEqualTo(isLast ? Reception.PACKET : Reception.PART);
    if (isLast) {
      assertThat(receiver.packet().packet().length()).isEqualTo(FRAME_BYTES);
      assertThat(receiver.packet().packet().memory().get(ValueLayout.JAVA_BYTE, 1))
          .isEqualTo((byte) 7);
    }
  }

  private RedirectReceiver receiver() {
    RedirectReceiver receiver = new RedirectReceiver(keys, RECEIVER);
    receiver.setPeers(List.of(SENDER));
    return receiver;
  }

  /** The datagrams of a packet in three parts. */
  private List<byte[]> datagrams() {
    sent.clear();
    RedirectSender sender =
        new RedirectSender(
            keys,
            SENDER,
            RECEIVER,
            0,
            new DatagramCounter(),
            DATAGRAM_BYTES,
            (datagram, length) -> sent.add(Arrays.copyOf(datagram, length)));
    byte[] frame = new byte[FRAME_BYTES];
    Arrays.fill(frame, (byte) 7);
    RedirectedPacket what = new RedirectedPacket();
    what.set(RedirectedPacket.Kind.TO_OWNER, 5, 9, 1)
        .packet()
        .at(MemorySegment.ofArray(frame), 0, frame.length)
        .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
    assertThat(sender.send(what)).isTrue();
    return List.copyOf(sent);
  }

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 1), new UUID(number, number));
  }
}
