package dev.midstream.gateway.cluster;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.gateway.inbox.Inbox;
import java.util.List;
import java.util.stream.Stream;

/** What waits for each worker of a node. The first one has the state machine. Thread-safe. */
final class Inboxes {
  private final List<Inbox<Arrival>> arrivals;
  private final List<Inbox<Arrival.Datagram>> datagrams;

  Inboxes(int workers) {
    arrivals = Stream.generate(Inbox<Arrival>::new).limit(workers).toList();
    datagrams = Stream.generate(Inbox<Arrival.Datagram>::new).limit(workers).toList();
  }

  int workers() {
    return arrivals.size();
  }

  /** That of the state machine. */
  Inbox<Arrival> ofNode() {
    return arrivals.getFirst();
  }

  Inbox<Arrival> of(int worker) {
    return arrivals.get(worker);
  }

  /** Datagrams for a worker, apart from the rest: they must not keep it from its lease. */
  Inbox<Arrival.Datagram> datagramsOf(int worker) {
    return datagrams.get(worker);
  }

  /** The number of the worker that has {@code bucket}. */
  int workerOf(int bucket) {
    return BucketShare.workerOf(bucket, workers());
  }

  /**
   * Announces to all workers but {@code from} what a connection of {@code bucket} expects; to none
   * of them if one has no room.
   */
  boolean announce(int from, NodeId self, int bucket, byte[] record) {
    for (int worker = 0; worker < workers(); worker++) {
      if (worker != from && !of(worker).hasRoom()) {
        return false;
      }
    }
    for (int worker = 0; worker < workers(); worker++) {
      if (worker != from) {
        of(worker).put(new Arrival.Announced(self, bucket, record));
      }
    }
    return true;
  }

  /** Wakes the owner of a worker's inboxes by {@code wake} from now on. */
  void setWake(int worker, Runnable wake) {
    of(worker).setWake(wake);
    datagramsOf(worker).setWake(wake);
  }
}
