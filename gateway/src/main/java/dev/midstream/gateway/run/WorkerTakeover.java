package dev.midstream.gateway.run;

import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.run.HandoffMessage.CopiedRecord;
import dev.midstream.gateway.run.HandoffMessage.EngineDied;
import dev.midstream.gateway.run.HandoffMessage.KeptRecords;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Workers that keep records of each other's connections. If the engine of one dies, the next worker
 * goes on with its connections, and gets its packets by {@link BucketRouter}. Belongs to the
 * worker's thread.
 */
final class WorkerTakeover {
  private final int number;
  private final Engine engine;
  private final PeerLog log;
  private final List<Inbox<HandoffMessage>> inboxes;
  private final BucketOwners owners;
  private final AtomicBoolean killed;
  private final long killAfter;
  private final List<Replica> replicas;
  private final long[] applied;
  private final long[] told;
  private long packets;

  /**
   * Takeovers of worker {@code number}.
   *
   * @param log where the records of its engine go
   * @param inboxes those of all workers
   * @param killed whether an engine was killed; shared by all workers
   * @param killAfter the first engine that gets so many packets is killed: a switch for tests
   */
  WorkerTakeover(
      int number,
      Engine engine,
      PeerLog log,
      List<Inbox<HandoffMessage>> inboxes,
      BucketOwners owners,
      AtomicBoolean killed,
      long killAfter) {
    this.number = number;
    this.engine = engine;
    this.log = log;
    this.inboxes = inboxes;
    this.owners = owners;
    this.killed = killed;
    this.killAfter = killAfter;
    replicas = Stream.generate(Replica::new).limit(inboxes.size()).toList();
    applied = new long[inboxes.size()];
    told = new long[inboxes.size()];
  }

  /** The worker that goes on if the engine of {@code worker} dies. */
  static int heirOf(int worker, int workers) {
    return (worker + 1) % workers;
  }

  /** Counts a packet, before it is processed; kills the engine if it is the last one. */
  void countPacket(long nowNanos, PacketOutput out) {
    packets++;
    if (packets >= killAfter && killed.compareAndSet(false, true)) {
      kill(nowNanos, out);
    }
  }

  /** The engine forgets all its connections, and another one goes on with them. */
  private void kill(long nowNanos, PacketOutput out) {
    int heir = heirOf(number, inboxes.size());
    log.refuse();
    engine.onLogChanged(nowNanos, out);
    if (!inboxes.get(heir).offer(new EngineDied(number))) {
      throw new IllegalStateException("no room for a takeover: worker=" + heir);
    }
  }

  /** Keeps a record of another worker, which has come now. */
  void keep(CopiedRecord record, long nowNanos) {
    replicas.get(record.owner()).apply(record.octets(), nowNanos);
    applied[record.owner()] = record.number();
  }

  /** Tells the other workers which of their records are kept, and sends own ones that wait. */
  void tell() {
    log.send();
    for (int worker = 0; worker < applied.length; worker++) {
      if (applied[worker] > told[worker]
          && inboxes.get(worker).offer(new KeptRecords(applied[worker]))) {
        told[worker] = applied[worker];
      }
    }
  }

  /** Goes on with what waited for records that another worker keeps now. */
  void commit(KeptRecords kept, long nowNanos, PacketOutput out) {
    log.commitTo(kept.number());
    engine.onCommitted(nowNanos, out);
  }

  /** Goes on with the connections of a dead engine. Only then do their packets come here. */
  void inherit(EngineDied death, long nowNanos) {
    engine.inherit(replicas.get(death.worker()), nowNanos);
    owners.move(death.worker(), number);
  }
}
