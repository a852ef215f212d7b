package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.redirect.PassingBox;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.gateway.admin.ClusterStatus;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.MidstreamCommand;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.ClusterConfiguration.TlsFiles;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.gateway.tables.NodeDescription;
import dev.midstream.gateway.tables.NodeSweep;
import dev.midstream.gateway.tables.NodeTables;
import dev.midstream.gateway.tables.TablesOfLife;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.jgroups.group.GroupCarrier;
import dev.midstream.jgroups.group.GroupSettings;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.wire.bucket.BucketFilter;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The node of a cluster that this program is: its certificate, its sockets, its lives, and the
 * boxes that its workers run. It is opened before their ports; {@link #begin} meets the others.
 */
public final class ClusterMember {
  private static final long LIVES_MILLIS = 2_000;

  private final ClusterConfiguration configuration;
  private final SecureRandom random = new SecureRandom();
  private final Inboxes inboxes;
  private final RedirectSocket socket;
  private final NodeTables tables;
  private final Lives lives;
  private final LiveNode node;
  private final List<Around> arounds = new ArrayList<>();
  private final List<LiveWorker> boxes = new ArrayList<>();
  private final LongAdder redirected = new LongAdder();
  private final LongAdder abandoned = new LongAdder();
  private final LongAdder looped = new LongAdder();
  private final AtomicInteger notForwarding;
  private final CompletableFuture<Void> forwarding = new CompletableFuture<>();
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  private ClusterMember(
      ClusterConfiguration configuration,
      Credentials credentials,
      int workers,
      IntFunction<BucketEngineFactory> engines,
      List<String> interfaces,
      NodeLog log)
      throws IOException {
    this.configuration = configuration;
    inboxes = new Inboxes(workers);
    notForwarding = new AtomicInteger(workers);
    GroupSettings settings = groupSettings(configuration);
    socket = RedirectSocket.open(configuration.bind(), configuration.addresses(), inboxes);
    tables =
        new NodeTables(
            new TablesOfLife(configuration, credentials),
            description(configuration, settings),
            log);
    Takeovers takeovers = new Takeovers(System::nanoTime);
    lives =
        new Lives(
            configuration,
            self ->
                new Life(new GroupCarrier(settings, credentials, self), inboxes, takeovers, log),
            tables::begin,
            inboxes,
            log);
    NodeAround first = new NodeAround();
    LegProbing probing = new LegProbing(interfaces, settings.detectNanos(), log);
    node =
        new LiveNode(
            configuration,
            this::newSecret,
            engines.apply(0),
            inboxes,
            first,
            probing,
            takeovers,
            log);
    arounds.add(first);
    boxes.add(node);
    for (int worker = 1; worker < workers; worker++) {
      Around around = new Around();
      arounds.add(around);
      boxes.add(new LiveShare(worker, node, engines.apply(worker), around));
    }
  }

  private static NodeDescription description(
      ClusterConfiguration configuration, GroupSettings settings) {
    return new NodeDescription(
        configuration.node(), MidstreamCommand.version(), settings.configuration());
  }

  private static GroupSettings groupSettings(ClusterConfiguration configuration) {
    return new GroupSettings(
        configuration.name(),
        configuration.node(),
        configuration.bind(),
        configuration.addresses(),
        configuration.settings().configuration(),
        configuration.settings().detectNanos());
  }

  /**
   * Reads the certificate and opens what needs no other node.
   *
   * @param workers how many workers the node has
   * @param engines what makes the engines of each worker
   * @param interfaces those that forward packets, on which nodes are probed; empty if there are
   *     none
   * @param log gets a line for each change
   * @throws InputException if a file does not suit, or the address cannot be used
   */
  public static ClusterMember open(
      ClusterConfiguration configuration,
      int workers,
      IntFunction<BucketEngineFactory> engines,
      List<String> interfaces,
      NodeLog log)
      throws InputException {
    TlsFiles tls = configuration.tls();
    try {
      Credentials credentials =
          Credentials.load(tls.authority(), tls.certificate(), tls.key(), configuration.node());
      ClusterMember member =
          new ClusterMember(configuration, credentials, workers, engines, interfaces, log);
      if (configuration.isDispatcher()) {
        member.tables.beginClose(); // it has no connections, and keeps nothing
      }
      return member;
    } catch (CarrierException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new InputException(
          "the address of the cluster cannot be used, address="
              + configuration.bind()
              + " error="
              + e.getMessage(),
          "cluster.bind");
    }
  }

  private Secret newSecret() {
    byte[] octets = new byte[Secret.BYTES];
    random.nextBytes(octets);
    return new Secret(octets);
  }

  /** The box of a worker. */
  public EngineBox box(int worker) {
    return boxes.get(worker);
  }

  /** The box with what this node forwards by itself, if it is a dispatcher. */
  public Box passing(Box box) {
    return configuration.isDispatcher() ? new PassingBox(box) : box;
  }

  /** The box of a worker with what learns neighbours, if the node's ports are on segments. */
  public Box announcing(int worker, Box box) {
    return configuration.isBehindDispatchers()
        ? box
        : boxes.get(worker).announcing(box, !configuration.isDispatcher());
  }

  /**
   * Sends a packet of a worker through a dispatcher, on the worker's thread; false if that cannot
   * be.
   */
  public boolean leave(int worker, Packet packet) {
    return boxes.get(worker).leave(packet);
  }

  /** The common tables. */
  public NodeTables tables() {
    return tables;
  }

  /**
   * Begins a sweep of the connections of a worker, on its thread.
   *
   * @param before the one before; null if there is none
   * @return null if the worker has no life
   */
  public @Nullable NodeSweep sweep(int worker, @Nullable NodeSweep before, long nowNanos) {
    return boxes.get(worker).sweep(before, nowNanos);
  }

  /** What the port of a worker receives before the node is a member; null for everything. */
  public @Nullable FilterProgram firstFilter(int worker) {
    BucketHash any =
        new BucketHash(new BucketKey(1, 1, 1, 1, 1), configuration.settings().buckets());
    if (!configuration.delivery().isToOneNode()) {
      return BucketFilter.of(any, new BitSet());
    }
    int workers = boxes.size();
    return workers == 1 ? null : BucketFilter.ofShare(any, worker, workers);
  }

  /** What the node knows; to be asked on the first worker's thread. */
  public ClusterStatus status(long nowNanos) {
    long staying = boxes.stream().mapToLong(LiveWorker::staying).sum();
    ClusterStatus.Passed passed =
        new ClusterStatus.Passed(redirected.sum(), socket.lost(), abandoned.sum(), looped.sum());
    return node.status(nowNanos, staying, passed);
  }

  /**
   * Orders the node to hand its buckets over and to leave. To be called on the first worker's
   * thread.
   *
   * @param stays whether open connections stay with it until they close
   * @return nothing, or why that cannot be
   */
  public Optional<String> drain(boolean stays) {
    if (node.isAlone()) {
      return Optional.of("no other node could go on with the connections");
    }
    Member.Role how = stays ? Member.Role.STAYING : Member.Role.DRAINING;
    inboxes.ofNode().put(new Arrival.Ordered(new ClusterInput.Drain(how)));
    return Optional.empty();
  }

  /**
   * Orders a bucket to be moved. To be called on the first worker's thread.
   *
   * @param to the member that is to get it: its name, or where it listens
   * @param nowNanos the time of the workers
   * @return nothing, or why that cannot be
   */
  public Optional<String> move(int bucket, String to, long nowNanos) {
    List<NodeId> members = node.members(to);
    RunningLife present = node.running();
    AllocationTable table = present == null ? null : present.table();
    if (bucket >= configuration.settings().buckets()) {
      return Optional.of("no such bucket, buckets=" + configuration.settings().buckets());
    }
    if (members.size() != 1 || present == null || table == null) {
      String which = members.size() > 1 ? "several members are known" : "no member is known";
      return Optional.of(which + " by this name or address, node=" + to);
    }
    if (!present.node().state().isLeased(nowNanos)) {
      return Optional.of("this node has no lease, and no coordinator hears it; ask another one");
    }
    NodeId member = members.getFirst();
    Optional<String> refusal = MoveCheck.refusal(table, bucket, member);
    if (refusal.isEmpty()) {
      inboxes.ofNode().put(new Arrival.Ordered(new ClusterInput.Move(bucket, member)));
    }
    return refusal;
  }

  /** Completes when all workers may send for the first time; never if the node ends before. */
  public CompletableFuture<Void> forwarding() {
    return forwarding;
  }

  /** Completes when the node has left as it was ordered to. */
  public CompletableFuture<Void> left() {
    return left;
  }

  /**
   * Uses the port of a worker from now on. It sends nothing after the end of the node's lease.
   *
   * @param clockNanos the time of all workers
   */
  public void attach(int worker, Port open, LongSupplier clockNanos) {
    LiveWorker live = boxes.get(worker);
    open.setFence(() -> live.mayTransmit(clockNanos.getAsLong()));
    arounds.get(worker).port = open;
    inboxes.setWake(worker, open::wake);
  }

  /** Ends a worker with {@code handler} if its port fails. */
  public void onFailure(int worker, Consumer<String> handler) {
    arounds.get(worker).onFailure = handler;
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

  /**
   * Leaves the others, and closes all. What takes longer than {@code mostMillis} is not awaited.
   */
  public void close(long mostMillis) {
    boolean ignored = forwarding.cancel(false);
    tables.beginClose(); // the node and its tables leave side by side
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
    lives.close(Math.min(LIVES_MILLIS, mostMillis));
    tables.close(TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
    socket.close();
  }

  /** What a worker wants of the program. */
  private class Around implements LiveWorker.Outside {
    private volatile @Nullable Port port;
    private volatile Consumer<String> onFailure = why -> {};

    /** Called on the first worker's thread. */
    private void setFilter(FilterProgram filter) {
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
    public void noteRedirected() {
      redirected.increment();
    }

    @Override
    public void noteAbandoned(long packets) {
      abandoned.add(packets);
    }

    @Override
    public void noteLooped() {
      looped.increment();
    }

    @Override
    public void noteForwarding() {
      if (notForwarding.decrementAndGet() == 0) {
        forwarding.complete(null);
      }
    }
  }

  /** What the first worker wants of the program. */
  private final class NodeAround extends Around implements LiveNode.Outside {
    @Override
    public void setFilter(int worker, FilterProgram filter) {
      arounds.get(worker).setFilter(filter);
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
