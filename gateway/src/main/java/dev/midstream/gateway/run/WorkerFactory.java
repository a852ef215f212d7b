package dev.midstream.gateway.run;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.config.PortSettings.LinkLocal;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.fastpath.NodeFastPath;
import dev.midstream.gateway.fastpath.WorkerFastPath;
import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.bucket.BucketFilter;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LoopTerms;
import io.netty.buffer.PooledByteBufAllocator;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates the configured workers and the inboxes between them. Only the first worker reports
 * changes of the interfaces, which all of them see.
 */
final class WorkerFactory {
  private final Configuration configuration;
  private final Operations operations;
  private final @Nullable InterfaceLock lock;
  private final NodeFastPath fastPath;
  private final SecureRandom random = new SecureRandom();
  private final BucketHash hash = new BucketHash(newKey(random));
  private final int count;
  private final List<Inbox<HandoffMessage>> inboxes;
  private final BucketOwners owners;
  private final AtomicBoolean killed = new AtomicBoolean();

  /** A switch for tests: the first engine that gets so many packets dies, and another goes on. */
  private final long killAfter = Long.getLong("midstream.kill-engine-after", 0);

  /**
   * Prepares the workers.
   *
   * @param operations the view that shows them
   * @param lock the lock of the interfaces; null if there is none
   * @param fastPath where connections go that need no decision
   */
  WorkerFactory(
      Configuration configuration,
      Operations operations,
      @Nullable InterfaceLock lock,
      NodeFastPath fastPath) {
    this.fastPath = fastPath;
    this.configuration = configuration.within(Runtime.getRuntime().maxMemory());
    this.operations = operations;
    this.lock = lock;
    boolean shares = configuration.port().kind() == PortSettings.Kind.AFPACKET;
    count = shares ? configuration.workers().count() : 1;
    inboxes = Stream.generate(Inbox<HandoffMessage>::new).limit(count).toList();
    owners = new BucketOwners(count);
  }

  /** All workers, none of them started. */
  List<Worker> workers() throws InputException {
    List<Worker> workers = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      workers.add(worker(number));
    }
    return workers;
  }

  private Worker worker(int number) throws InputException {
    boolean alone = count == 1;
    ConnectionRouter router =
        alone ? ConnectionRouter.ALONE : new BucketRouter(number, hash, owners, inboxes);
    PeerLog log = alone || killAfter == 0 ? null : newLog(number);
    TimedEvents events = operations.newEvents();
    Share share = new Share(alone ? null : BucketFilter.ofShare(hash, number, count), count, lock);
    WorkerFastPath fast = fastPath.worker(number == 0, share.filter(), Worker.zeroNanos());
    Engine engine = newEngine(fast, log == null ? CommitLog.NONE : log, router, events);
    fast.setEngine(engine);
    fast.setForgetHandedOver(inboxes.get(number)::clear);
    FailureGuard guard = new FailureGuard(engine);
    LegListener listener =
        fast.listener(number == 0 ? operations.interfaces() : (leg, state) -> {});
    return new Worker(
        number,
        () -> Ports.open(configuration.port(), fast.share(share), listener),
        engine,
        guard,
        new InlineBox(
            engine,
            guard,
            events,
            box -> filtered(operations.recorded(box, engine), engine, configuration.port()),
            operations::clockNanos),
        alone ? (box, _, _) -> box : handoffs(number, engine, log),
        new LoopTerms(configuration.workers().idle(), fast, fast.pulse()),
        running -> operations.watchdog().watch(engine.callMark(), number, running));
  }

  private Engine newEngine(
      WorkerFastPath fast, CommitLog log, ConnectionRouter router, TimedEvents events) {
    EngineConfiguration shared = configuration.sharedEngine(count);
    return new Engine(
        shared,
        new HashSeed(random.nextLong(), random.nextLong()),
        new EngineResources(shared, PooledByteBufAllocator.DEFAULT, fast.terms()),
        log,
        router,
        events);
  }

  private Worker.Joint handoffs(int number, Engine engine, @Nullable PeerLog log) {
    Inbox<HandoffMessage> inbox = inboxes.get(number);
    WorkerTakeover takeover =
        log == null
            ? null
            : new WorkerTakeover(number, engine, log, inboxes, owners, killed, killAfter);
    return (box, port, arena) -> {
      inbox.setWake(port::wake);
      return new HandoffBox(box, engine, inbox, takeover, arena);
    };
  }

  private static BucketKey newKey(SecureRandom random) {
    return new BucketKey(
        random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt());
  }

  private PeerLog newLog(int number) {
    Inbox<HandoffMessage> heir = inboxes.get(WorkerTakeover.heirOf(number, count));
    return new PeerLog(number, CommitMode.STRICT, heir);
  }

  /** The box without link-local frames, if the port is to drop them. */
  static Box filtered(Box box, EngineBox engines, PortSettings port) {
    return port.linkLocal() == LinkLocal.DROP ? new LinkLocalFilter(box, engines.counters()) : box;
  }
}
