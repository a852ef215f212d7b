package dev.midstream.jgroups.carrier;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A carrier between nodes of one process: the twin that needs no network. */
public final class LocalCarrier implements Carrier {
  private final Place place;
  private final NodeId self;
  private final String name;
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private volatile @Nullable CarrierListener listener;

  /** Where nodes of one process meet. */
  public static final class Place {
    private static final long LATE_MILLIS = 500;
    private final Map<NodeAddress, LocalCarrier> present = new LinkedHashMap<>();
    private final Set<NodeAddress> apart = new HashSet<>();

    /** Cuts a node off from the others. */
    public synchronized void cut(NodeAddress address) {
      apart.add(address);
      show();
    }

    /** All nodes meet again. */
    public synchronized void heal() {
      apart.clear();
      show();
    }

    /** All nodes meet again, of which this one hears half a second later. */
    public synchronized void heal(NodeAddress late) {
      apart.clear();
      LocalCarrier carrier = present.get(late);
      if (carrier != null) {
        carrier.later(_ -> pause());
      }
      show();
    }

    private static void pause() {
      try {
        Thread.sleep(LATE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized void enter(LocalCarrier carrier) throws CarrierException {
      if (present.putIfAbsent(carrier.self.address(), carrier) != null) {
        throw new CarrierException(
            new Refusal(
                Refusal.Reason.PORT_IN_USE,
                "the port is in use, address=" + carrier.self.address()));
      }
      show();
    }

    private synchronized void leave(LocalCarrier carrier) {
      if (present.remove(carrier.self.address(), carrier)) {
        show();
      }
    }

    private void show() {
      for (LocalCarrier each : present.values()) {
        List<NodeId> view =
            present.values().stream()
                .filter(other -> !isCut(each, other))
                .map(other -> other.self)
                .toList();
        each.later(to -> to.onView(view));
      }
    }

    private synchronized boolean isCut(LocalCarrier one, LocalCarrier other) {
      return one != other
          && (apart.contains(one.self.address()) || apart.contains(other.self.address()));
    }

    private synchronized @Nullable LocalCarrier at(NodeAddress address) {
      return present.get(address);
    }
  }

  private interface Call {
    void on(CarrierListener listener);
  }

  /** A carrier of a node with this name. */
  public LocalCarrier(Place place, NodeId self, String name) {
    this.place = place;
    this.self = self;
    this.name = name;
  }

  @Override
  public @Nullable String nameAt(NodeAddress address) {
    LocalCarrier other = place.at(address);
    return other == null ? null : other.name;
  }

  private void later(Call call) {
    thread.execute(() -> {
      CarrierListener present = listener;
      if (present != null) {
        call.on(present);
      }
    });
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public void open(CarrierListener whose) throws CarrierException {
    listener = whose;
    place.enter(this);
  }

  @Override
  public void send(NodeId to, ClusterMessage message) {
    send(to, Octets.of(message));
  }

  @Override
  public void send(NodeId to, LogMessage message) {
    send(to, Octets.of(message));
  }

  private void send(NodeId to, byte[] octets) {
    LocalCarrier other = place.at(to.address());
    if (other == null || !other.self.equals(to) || listener == null || place.isCut(this, other)) {
      dropped.increment();
      return;
    }
    sent.increment();
    other.later(heard -> {
      boolean isRead = Octets.deliver(self, octets, 0, octets.length, heard);
      (isRead ? other.received : other.unreadable).increment();
    });
  }

  @Override
  public void verify(NodeId node) {
    LocalCarrier other = place.at(node.address());
    if (other != null && place.isCut(this, other)) {
      return; // no answer proves nothing
    }
    if (other == null || !other.self.equals(node)) {
      later(heard -> heard.onDead(node));
    }
    if (other != null) {
      later(heard -> heard.onAnswered(node.address()));
    }
  }

  @Override
  public void probe(NodeAddress address, long number) {
    LocalCarrier other = place.at(address);
    if (other == null) {
      later(heard -> heard.onAbsent(address, number));
    } else if (!place.isCut(this, other)) {
      later(heard -> heard.onAnswered(address));
    }
  }

  @Override
  public CarrierCounts counts() {
    return new CarrierCounts(sent.sum(), received.sum(), dropped.sum(), unreadable.sum());
  }

  @Override
  public void close() {
    place.leave(this);
    listener = null;
    thread.shutdown();
  }
}
