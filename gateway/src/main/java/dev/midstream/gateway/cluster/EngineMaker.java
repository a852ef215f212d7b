package dev.midstream.gateway.cluster;

import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.gateway.watch.Watchdog;
import dev.midstream.gateway.watch.WatchedEngine;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.ConnectionPool;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the engines of buckets of one worker, and has the calls of their agents watched. */
public final class EngineMaker implements BucketEngineFactory {
  private final int number;
  private final EngineConfiguration configuration;
  private final HashSeed seed;
  private final EngineResources resources;
  private final EventSink events;
  private final Watchdog watchdog;
  private final Set<Engine> open = new LinkedHashSet<>();
  private @Nullable WatchedEngine worker;

  /**
   * Makes engines of worker {@code number}. Those of all workers of a node have one seed, and their
   * configurations differ in limits at most.
   */
  public EngineMaker(
      int number,
      EngineConfiguration configuration,
      HashSeed seed,
      EventSink events,
      Watchdog watchdog) {
    this.number = number;
    this.configuration = configuration;
    this.seed = seed;
    resources = new EngineResources(configuration, PooledByteBufAllocator.DEFAULT);
    this.events = events;
    this.watchdog = watchdog;
  }

  @Override
  public Engine create(int bucket, CommitLog log, ConnectionRouter router) {
    Engine engine = new Engine(configuration, seed, resources, log, router, events);
    open.add(engine);
    watch(engine);
    return engine;
  }

  @Override
  public ConnectionPool connections() {
    return resources.connections();
  }

  @Override
  public void closed(Engine engine) {
    open.remove(engine);
    watchdog.forget(engine.callMark());
  }

  /** Watches the calls of all engines, which the calling thread runs from now on. */
  public void watch(WatchedEngine running) {
    worker = running;
    open.forEach(this::watch);
  }

  private void watch(Engine engine) {
    WatchedEngine running = worker;
    if (running != null) {
      watchdog.watch(engine.callMark(), number, running);
    }
  }
}
