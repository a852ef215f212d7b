package dev.midstream.gateway.cluster;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.jgroups.carrier.CarrierException;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lives of a node, one after the other, on a thread of their own, because it takes time to meet
 * the others and to leave them. Thread-safe.
 */
final class Lives {
  private static final long RETRY_MILLIS = 1_000;

  private final ClusterConfiguration configuration;
  private final Function<NodeId, Life> lives;
  private final Consumer<NodeId> opened;
  private final Inboxes inboxes;
  private final NodeLog log;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("cluster").factory());
  private volatile boolean ended;

  /** The present life; belongs to the thread. */
  private @Nullable Life life;

  /**
   * A node without a life.
   *
   * @param opened is told of each life that has met the others
   */
  Lives(
      ClusterConfiguration configuration,
      Function<NodeId, Life> lives,
      Consumer<NodeId> opened,
      Inboxes inboxes,
      NodeLog log) {
    this.configuration = configuration;
    this.lives = lives;
    this.opened = opened;
    this.inboxes = inboxes;
    this.log = log;
  }

  /**
   * Begins the first life.
   *
   * @throws CarrierException if the node cannot take part
   */
  void begin() throws CarrierException {
    begin(newLife());
  }

  private Life newLife() {
    Life begun = lives.apply(newId());
    inboxes.ofNode().put(new Arrival.Begun(begun));
    return begun;
  }

  private void begin(Life begun) throws CarrierException {
    life = begun;
    begun.open();
    opened.accept(begun.self());
  }

  private NodeId newId() {
    return new NodeId(configuration.bind(), UUID.randomUUID());
  }

  /** Ends the present life, and begins another one as soon as that is possible. */
  void renew() {
    thread.execute(() -> {
      end();
      while (!ended) {
        try {
          begin(newLife());
          return;
        } catch (CarrierException e) {
          log.warn(String.valueOf(e.getMessage()));
          pause();
        }
      }
    });
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_MILLIS); // the next attempt would fail for the same reason
    } catch (InterruptedException _) {
      ended = true;
    }
  }

  private void end() {
    Life present = life;
    if (present != null) {
      present.close();
      life = null;
    }
  }

  /** Ends the present life, and waits for that for so long at most. */
  void close(long mostMillis) {
    ended = true;
    thread.execute(this::end);
    thread.shutdown();
    try {
      boolean ignored = thread.awaitTermination(mostMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
