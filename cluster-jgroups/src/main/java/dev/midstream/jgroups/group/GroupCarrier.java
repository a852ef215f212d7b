package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.jgroups.carrier.Carrier;
import dev.midstream.jgroups.carrier.CarrierCounts;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.carrier.Octets;
import dev.midstream.jgroups.gate.Credentials;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jspecify.annotations.Nullable;

/** The carrier over TCP with TLS, and a group layer that names the members (JGroups). */
public final class GroupCarrier implements Carrier {
  private final GroupSettings settings;
  private final Credentials credentials;
  private final NodeId self;
  private final Lives lives = new Lives();
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private volatile @Nullable GroupChannel running;

  /**
   * The carrier of a node.
   *
   * @param self has the address {@link GroupSettings#bind()}
   */
  public GroupCarrier(GroupSettings settings, Credentials credentials, NodeId self) {
    if (!self.address().equals(settings.bind())) {
      throw new IllegalArgumentException("self=" + self + " bind=" + settings.bind());
    }
    this.settings = settings;
    this.credentials = credentials;
    this.self = self;
  }

  @Override
  public NodeId self() {
    return self;
  }

  // ---- beginning and end

  @Override
  public void open(CarrierListener listener) throws CarrierException {
    if (running != null) {
      throw new IllegalStateException("opened twice");
    }
    GroupChannel opened = GroupChannel.of(settings, credentials, self, listener);
    running = opened;
    try {
      JChannel channel = opened.channel();
      channel.setDiscardOwnMessages(true);
      channel.setReceiver(new Arrivals(opened.listener()));
      channel.connect(settings.cluster());
    } catch (Exception e) {
      opened.close();
      throw opened.explained(e);
    }
  }

  @Override
  public void close() {
    GroupChannel present = running;
    if (present != null) {
      present.close();
    }
  }

  private GroupChannel running() {
    GroupChannel present = running;
    if (present == null) {
      throw new IllegalStateException("not open");
    }
    return present;
  }

  /** The group layer's channel, for tests of its settings. */
  JChannel channel() {
    return running().channel();
  }

  // ---- messages

  @Override
  public void send(NodeId to, ClusterMessage message) {
    Message carried = new BytesMessage(null, Octets.of(message));
    send(to, message.isRepeated() ? LogsAtOnce.mark(carried) : carried.setFlag(Message.Flag.NO_FC));
  }

  @Override
  public void send(NodeId to, LogMessage message) {
    send(to, LogsAtOnce.mark(new BytesMessage(null, Octets.of(message))));
  }

  private void send(NodeId to, Message message) {
    Address address = lives.member(to);
    JChannel channel = running().channel();
    if (address == null || !channel.isConnected()) {
      dropped.increment();
      return;
    }
    try {
      channel.send(message.setDest(address).setFlag(Message.TransientFlag.DONT_BLOCK));
      sent.increment();
    } catch (Exception e) {
      dropped.increment();
    }
  }

  @Override
  public @Nullable String nameAt(NodeAddress address) {
    GroupChannel present = running;
    return present == null ? null : present.nameAt(address);
  }

  @Override
  public CarrierCounts counts() {
    return new CarrierCounts(sent.sum(), received.sum(), dropped.sum(), unreadable.sum());
  }

  /** What the group layer brings. */
  private final class Arrivals implements Receiver {
    private final CarrierListener listener;

    Arrivals(CarrierListener listener) {
      this.listener = listener;
    }

    @Override
    public void viewAccepted(View view) {
      synchronized (this) {
        listener.onView(lives.see(view.getMembers()));
      }
    }

    @Override
    public void receive(Message message) {
      NodeId from = lives.sender(message.getSrc());
      if (from == null || !message.hasArray()) {
        dropped.increment();
      } else if (Octets.deliver(
          from, message.getArray(), message.getOffset(), message.getLength(), listener)) {
        received.increment();
      } else {
        unreadable.increment();
      }
    }
  }

  // ---- lives and deaths

  @Override
  public void verify(NodeId node) {
    running().verify(node);
  }

  @Override
  public void probe(NodeAddress address, long number) {
    running().probe(address, number);
  }

  /** The lives that are connected to this one now. */
  public List<NodeId> connected() {
    return running().connected();
  }
}
