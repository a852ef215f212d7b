package dev.midstream.gateway.cluster;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.RedirectReceiver;
import dev.midstream.jgroups.gate.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The socket for packets that nodes pass on to each other. It has the address and the number of the
 * port at which the node listens, with UDP. What comes from an address that is none of the
 * configured ones is dropped. {@link #send} never waits for the network. Thread-safe.
 */
final class RedirectSocket implements AutoCloseable {
  private static final int MAX_BYTES = 65_536;
  private static final int BUFFER_BYTES = 4 << 20;

  private final DatagramChannel channel;
  private final Selector selector;
  private final Map<NodeAddress, SocketAddress> peers;
  private final Inboxes inboxes;
  private final LongAdder lost = new LongAdder();
  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);

  private RedirectSocket(
      DatagramChannel channel,
      Selector selector,
      Map<NodeAddress, SocketAddress> peers,
      Inboxes inboxes) {
    this.channel = channel;
    this.selector = selector;
    this.peers = peers;
    this.inboxes = inboxes;
  }

  /**
   * Opens the socket.
   *
   * @param bind the node's address
   * @param members the configured addresses
   * @param inboxes each gets what comes for the buckets of its worker
   */
  static RedirectSocket open(NodeAddress bind, Collection<NodeAddress> members, Inboxes inboxes)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
      channel.configureBlocking(false);
      channel.bind(Addresses.socketAddress(bind));
      Selector selector = Selector.open();
      SelectionKey ignored = channel.register(selector, SelectionKey.OP_READ);
      Map<NodeAddress, SocketAddress> peers =
          members.stream().collect(Collectors.toMap(Function.identity(), Addresses::socketAddress));
      RedirectSocket socket = new RedirectSocket(channel, selector, peers, inboxes);
      Thread thread = Thread.ofPlatform().daemon().name("redirect").start(socket::receiveAll);
      assert thread.isDaemon();
      return socket;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Sends the first {@code length} octets of {@code datagram}, which may be lost. */
  void send(NodeId to, byte[] datagram, int length) {
    SocketAddress address = peers.get(to.address());
    try {
      if (address == null || channel.send(ByteBuffer.wrap(datagram, 0, length), address) == 0) {
        lost.increment();
      }
    } catch (IOException _) {
      lost.increment(); // such as: no route, while the link is down
    }
  }

  /** Datagrams that could not be sent, or found no room here. */
  long lost() {
    return lost.sum();
  }

  private void receiveAll() {
    while (channel.isOpen()) {
      try {
        int ignored = selector.select();
        selector.selectedKeys().clear();
        receive();
      } catch (IOException | ClosedSelectorException _) {
        // The socket is closed, or an earlier datagram was answered by "port unreachable".
      }
    }
  }

  private void receive() throws IOException {
    SocketAddress from = channel.receive(buffer.clear());
    while (from != null) {
      byte[] octets = new byte[buffer.flip().remaining()];
      buffer.get(octets);
      if (peers.containsValue(from)) {
        hand(octets);
      }
      from = channel.receive(buffer.clear());
    }
  }

  private void hand(byte[] octets) {
    int worker = inboxes.workerOf(RedirectReceiver.bucketOf(octets));
    if (!inboxes.datagramsOf(worker).offer(new Arrival.Datagram(octets))) {
      lost.increment();
    }
  }

  @Override
  public void close() {
    try (selector) {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
