package dev.midstream.gateway.admin;

import dev.midstream.gateway.PlainEngine;
import dev.midstream.gateway.config.ListenAddress;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.PortLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node with two workers, each of which knows one connection. */
public final class RunningNode implements AutoCloseable {
  private final List<PortLoop> loops = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AdminServer server;

  /** Starts a node on a free port. */
  public RunningNode() throws Exception {
    this(List.of());
  }

  /** As above, with calls of agents that last. */
  RunningNode(List<String> slowCalls) throws Exception {
    this(slowCalls, null, "veth-a", "veth-b");
  }

  /** A node behind dispatchers, which has fenced three packets in each worker. */
  static RunningNode withoutInterfaces() throws Exception {
    return new RunningNode(List.of(), null, "", "");
  }

  /** As above, in a cluster. */
  public RunningNode(ClusterHandle cluster) throws Exception {
    this(List.of(), cluster, "veth-a", "veth-b");
  }

  private RunningNode(
      List<String> slowCalls, @Nullable ClusterHandle cluster, String inside, String outside)
      throws Exception {
    InterfaceStates interfaces = new InterfaceStates(inside, outside, (_, _) -> {});
    Node node =
        new Node(
            Mode.ENFORCE,
            interfaces,
            EventJournal.open(null, 1, (_, _) -> {}),
            null,
            () -> slowCalls);
    for (int i = 0; i < 2; i++) {
      Engine engine = PlainEngine.make();
      new Script(engine).between(Ends.IPV4.withPorts(5_000 + i, 80)).run("c> S 0:0(0)\n>s same");
      IdlePort port = new IdlePort();
      port.counters(Leg.INSIDE).add(LegCounter.RECEIVED_FRAMES, 10 + i);
      if (inside.isEmpty() || cluster != null) {
        port.counters(Leg.INSIDE).add(LegCounter.FENCED, 1);
        port.counters(Leg.OUTSIDE).add(LegCounter.FENCED, 2);
      }
      PortLoop loop = new PortLoop(port, new TimelessBox(engine));
      node.add(new Watched(loop, port, engine));
      loops.add(loop);
      threads.add(Thread.ofPlatform().start(loop::run));
    }
    if (cluster != null) {
      node.setCluster(cluster);
    }
    server = AdminServer.open(new ListenAddress("127.0.0.1", 0), node);
  }

  /** The address of its admin server. */
  public String address() {
    return "127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.close();
    stopWorkers();
  }

  /** Ends the workers; the admin server goes on. */
  public void stopWorkers() {
    loops.forEach(PortLoop::stop);
    for (Thread thread : threads) {
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Watched(PortLoop loop, IdlePort port, Engine engine) implements WorkerHandle {
    @Override
    public <T> CompletableFuture<T> submit(Function<EngineBox, T> question) {
      CompletableFuture<T> response = new CompletableFuture<>();
      loop.submit(() -> response.complete(question.apply(engine)));
      return response;
    }

    @Override
    public LegCounters counters(Leg leg) {
      return port.counters(leg);
    }

    @Override
    public long nowNanos() {
      return loop.nowNanos();
    }
  }
}
