package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Datagrams to the server, of one frame and of several, over a wire that may lose them. A datagram
 * starts with its number, which determines the other octets.
 */
final class Datagrams {
  private static final int EACH = 20;
  private static final int SHORT_BYTES = 1_000;
  private static final int LONG_BYTES = 20_000;
  private static final int LONG_EVERY = 10;

  /** The fragments of a long datagram at an MTU of 1,500. */
  private static final int LONG_FRAMES = 14;

  private static final int TIMEOUT_MILLIS = 200;

  private final Network network;
  private long sent;
  private long sentFrames;
  private long lost;

  Datagrams(Network network) {
    this.network = network;
  }

  /** The frames of all datagrams. */
  long sentFrames() {
    return sentFrames;
  }

  /** Datagrams that did not arrive. */
  long lost() {
    return lost;
  }

  /** Sends some datagrams, and checks the content of those that arrive. Duplicates are allowed. */
  void exchange(InetAddress address, int round) throws IOException {
    InetSocketAddress server = new InetSocketAddress(address, Site.EDITED_PORT);
    try (DatagramSocket to = network.server().call(() -> new DatagramSocket(server));
        DatagramSocket from = network.client().call(() -> new DatagramSocket())) {
      to.setReceiveBufferSize(1 << 20);
      to.setSoTimeout(TIMEOUT_MILLIS);
      for (int i = 0; i < EACH; i++) {
        byte[] octets = octets(round * EACH + i);
        from.send(new DatagramPacket(octets, octets.length, server));
        sentFrames += octets.length == LONG_BYTES ? LONG_FRAMES : 1;
      }
      sent += EACH;
      lost += EACH - arrived(to);
    }
  }

  @Override
  public String toString() {
    return "%d-%d".formatted(sent, lost);
  }

  private static int arrived(DatagramSocket to) throws IOException {
    Set<Integer> numbers = new HashSet<>();
    DatagramPacket packet = new DatagramPacket(new byte[LONG_BYTES + 1], LONG_BYTES + 1);
    while (numbers.size() < EACH) {
      try {
        to.receive(packet);
      } catch (SocketTimeoutException e) {
        return numbers.size();
      }
      ByteBuffer received = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
      int number = received.getInt(0);
      assertThat(received).isEqualTo(ByteBuffer.wrap(octets(number)));
      numbers.add(number);
      packet.setLength(LONG_BYTES + 1);
    }
    return numbers.size();
  }

  private static byte[] octets(int number) {
    byte[] octets = new byte[number % LONG_EVERY == 0 ? LONG_BYTES : SHORT_BYTES];
    new SplittableRandom(number).nextBytes(octets);
    ByteBuffer.wrap(octets).putInt(0, number);
    return octets;
  }
}
