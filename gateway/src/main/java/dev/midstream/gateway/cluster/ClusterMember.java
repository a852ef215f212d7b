package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.gateway.admin.ClusterStatus;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.ClusterConfiguration.Delivery;
import dev.midstream.gateway.config.ClusterConfiguration.TlsFiles;
import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.jgroups.group.GroupCarrier;
import dev.midstream.jgroups.group.GroupSettings;
import dev.midstream.wire.bucket.BucketFilter;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The node of a cluster that this program is: its certificate, its sockets, its lives, and the box
 * that its worker runs. It is opened before the worker's port; {@link #begin} meets the others.
 */
public final class ClusterMember implements AutoCloseable {
  private final ClusterConfiguration configuration;
  private final SecureRandom random = new SecureRandom();
  private final Inbox<Arrival> inbox = new Inbox<>();
  private final Inbox<Arrival.Datagram> datagrams = new Inbox<>();
  private final RedirectSocket socket;
  private final Lives lives;
  private final LiveNode node;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private volatile @Nullable Port port;
  private volatile Consumer<String> onFailure = why -> {};

  private ClusterMember(
      ClusterConfiguration configuration,
      Credentials credentials,
      BucketEngineFactory engines,
      NodeLog log)
      throws IOException {
    this.configuration = configuration;
    GroupSettings settings =
        new GroupSettings(
            configuration.name(),
            configuration.node(),
            configuration.bind(),
            configuration.settings().addresses(),
            configuration.settings().configuration(),
            configuration.settings().detectNanos());
    socket =
        RedirectSocket.open(configuration.bind(), configuration.settings().addresses(), datagrams);
    lives =
        new Lives(configuration, self -> new GroupCarrier(settings, credentials, self), inbox, log);
    node =
        new LiveNode(configuration, this::newSecret, engines, inbox, datagrams, new Around(), log);
  }

  /**
   * Reads the certificate and opens what needs no other node.
   *
   * @param engines makes the engines of buckets
   * @param log gets a line for each change
   * @throws InputException if a file does not suit, or the address cannot be used
   */
  public static ClusterMember open(
      ClusterConfiguration configuration, BucketEngineFactory engines, NodeLog log)
      throws InputException {
    TlsFiles tls = configuration.tls();
    try {
      Credentials credentials =
          Credentials.load(tls.authority(), tls.certificate(), tls.key(), configuration.node());
      return new ClusterMember(configuration, credentials, engines, log);
    } catch (CarrierException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new InputException(
          "the address of the cluster cannot be used, address="
              + configuration.bind()
              + " error="
              + e.getMessage());
    }
  }

  private Secret newSecret() {
    byte[] octets = new byte[Secret.BYTES];
    random.nextBytes(octets);
    return new Secret(octets);
  }

  /** The box of the worker. */
  public LiveNode node() {
    return node;
  }

  /** What the port receives before the node owns a bucket; null for everything. */
  public @Nullable FilterProgram firstFilter() {
    BucketKey none = new BucketKey(1, 1, 1, 1, 1);
    return configuration.delivery() == Delivery.REDIRECT
        ? null
        : BucketFilter.of(new BucketHash(none, 1), new BitSet());
  }

  /** What the node knows; to be asked on the worker's thread. */
  public ClusterStatus status(long nowNanos) {
    return node.status(nowNanos, socket.lost());
  }

  /**
   * Orders the node to hand its buckets over and to leave. To be called on the worker's thread.
   *
   * @return nothing, or why that cannot be
   */
  public Optional<String> drain() {
    if (node.isAlone()) {
      return Optional.of("no other node could go on with the connections");
    }
    inbox.put(new Arrival.Ordered(new ClusterInput.Drain(Member.Role.DRAINING)));
    return Optional.empty();
  }

  /**
   * Orders a bucket to be moved. To be called on the worker's thread.
   *
   * @param to where the member listens that is to get it
   * @return nothing, or why that cannot be
   */
  public Optional<String> move(int bucket, String to) {
    NodeId member = node.memberAt(to);
    if (bucket >= configuration.settings().buckets()) {
      return Optional.of("no such bucket, buckets=" + configuration.settings().buckets());
    }
    if (member == null) {
      return Optional.of("no member has this address, address=" + to);
    }
    inbox.put(new Arrival.Ordered(new ClusterInput.Move(bucket, member)));
    return Optional.empty();
  }

  /** Completes when the node has left as it was ordered to. */
  public CompletableFuture<Void> left() {
    return left;
  }

  /** Uses the worker's port from now on. */
  public void attach(Port open) {
    port = open;
    inbox.setWake(open::wake);
    datagrams.setWake(open::wake);
  }

  /** Ends the worker with {@code onFailure} if its port fails. */
  public void onFailure(Consumer<String> handler) {
    onFailure = handler;
  }

  /**
   * Meets the other nodes.
   *
   * @throws InputException if this node cannot take part
   */
  public void begin() throws InputException {
    try {
      lives.begin();
    } catch (CarrierException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    lives.close();
    socket.close();
  }

  /** What the node wants of the program. */
  private final class Around implements LiveNode.Outside {
    @Override
    public void setFilter(FilterProgram filter) {
      Port open = port;
      try {
        if (open != null) {
          open.setFilter(filter);
        }
      } catch (PortException e) {
        onFailure.accept("the filter of the port cannot be set, error=" + e.getMessage());
      }
    }

    @Override
    public void send(NodeId to, byte[] datagram, int length) {
      socket.send(to, datagram, length);
    }

    @Override
    public void renew() {
      lives.renew();
    }

    @Override
    public void left() {
      boolean ignored = left.complete(null);
    }
  }
}
