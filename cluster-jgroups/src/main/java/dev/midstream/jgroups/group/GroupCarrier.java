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
import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import dev.midstream.jgroups.gate.Addresses;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.jgroups.gate.Gate;
import dev.midstream.jgroups.gate.Greeting;
import dev.midstream.jgroups.gate.PeerProbe;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final int CONNECT_MILLIS = 200;

  private final GroupSettings settings;
  private final Credentials credentials;
  private final NodeId self;
  private final Lives lives = new Lives();
  private final Set<NodeId> verifying = ConcurrentHashMap.newKeySet();
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private volatile @Nullable Running running;

  private record Running(Relay relay, Gate gate, PeerProbe probe, JChannel channel) {}

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
    checkAddress();
    Relay relay = new Relay(listener);
    Greeting greeting =
        new Greeting(
            Greeting.Purpose.GROUP,
            settings.cluster(),
            settings.node(),
            self,
            settings.configuration());
    Gate gate = new Gate(credentials, greeting, settings.detectNanos(), relay::onRefused);
    PeerProbe probe = new PeerProbe(gate, settings.bind(), CONNECT_MILLIS);
    boolean hasMet = new Acquaintance(settings, probe, relay).meetAll();
    int joinMillis = hasMet ? GroupStack.MET_MILLIS : GroupStack.ALONE_MILLIS;
    try {
      PeerWatch watch = new PeerWatch(settings.detectNanos(), new Verification());
      JChannel channel = GroupStack.channel(settings, gate, watch, joinMillis);
      running = new Running(relay, gate, probe, channel);
      channel.name(settings.node());
      channel.addAddressGenerator(() -> Lives.addressOf(self));
      channel.setDiscardOwnMessages(true);
      channel.setReceiver(new Arrivals(relay));
      channel.connect(settings.cluster());
    } catch (Exception e) {
      close();
      gate.close();
      throw explained(gate, e);
    }
  }

  private void checkAddress() throws CarrierException {
    InetAddress address = Addresses.inetAddress(settings.bind());
    try {
      if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
        throw refused(Reason.NO_SUCH_ADDRESS, "this machine does not have the address", null);
      }
    } catch (SocketException e) {
      throw refused(Reason.NO_SUCH_ADDRESS, "the machine's addresses cannot be read", e);
    }
  }

  private CarrierException explained(Gate gate, Exception error) {
    BindException unbound = gate.bindError();
    if (unbound == null) {
      return refused(Reason.GROUP, "the group cannot be joined: " + error.getMessage(), error);
    }
    String message = String.valueOf(unbound.getMessage());
    return message.contains("in use")
        ? refused(Reason.PORT_IN_USE, "the port is in use", unbound)
        : refused(Reason.GROUP, "the port cannot be bound: " + message, unbound);
  }

  private CarrierException refused(Reason reason, String what, @Nullable Exception cause) {
    return new CarrierException(new Refusal(reason, what + ", address=" + settings.bind()), cause);
  }

  @Override
  public void close() {
    Running present = running;
    if (present != null) {
      present.relay().end();
      present.channel().close();
      present.gate().close();
    }
  }

  private Running running() {
    Running present = running;
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
    send(to, new BytesMessage(null, Octets.of(message)).setFlag(Message.Flag.NO_FC));
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
  public CarrierCounts counts() {
    return new CarrierCounts(sent.sum(), received.sum(), dropped.sum(), unreadable.sum());
  }

  /** What the group layer brings. */
  private final class Arrivals implements Receiver {
    private final Relay relay;

    Arrivals(Relay relay) {
      this.relay = relay;
    }

    @Override
    public void viewAccepted(View view) {
      synchronized (this) {
        relay.onView(lives.see(view.getMembers()));
      }
    }

    @Override
    public void receive(Message message) {
      NodeId from = lives.sender(message.getSrc());
      if (from == null || !message.hasArray()) {
        dropped.increment();
      } else if (Octets.deliver(
          from, message.getArray(), message.getOffset(), message.getLength(), relay)) {
        received.increment();
      } else {
        unreadable.increment();
      }
    }
  }

  // ---- lives and deaths

  @Override
  public void verify(NodeId node) {
    verify(node, () -> {}, () -> {});
  }

  private void verify(NodeId node, Runnable ifGone, Runnable ifAlive) {
    Running present = running();
    if (!verifying.add(node)) {
      return;
    }
    Thread.ofVirtual()
        .name("verify " + node)
        .start(() -> {
          try {
            switch (verdict(present.probe().ask(node.address()), node)) {
              case GONE -> {
                present.relay().onDead(node);
                ifGone.run();
              }
              case ALIVE -> ifAlive.run();
              case UNKNOWN -> {
                // nothing is proved
              }
            }
          } finally {
            verifying.remove(node);
          }
        });
  }

  private enum Verdict {
    GONE,
    ALIVE,
    UNKNOWN
  }

  private static Verdict verdict(PeerProbe.Finding finding, NodeId node) {
    return switch (finding) {
      case PeerProbe.Finding.Refused refused -> Verdict.GONE;
      case PeerProbe.Finding.Life life -> life.node().equals(node) ? Verdict.ALIVE : Verdict.GONE;
      case PeerProbe.Finding.Stranger stranger -> Verdict.UNKNOWN;
      case PeerProbe.Finding.Silent silent -> Verdict.UNKNOWN;
    };
  }

  @Override
  public void probe(NodeAddress address, long number) {
    Running present = running();
    Thread.ofVirtual()
        .name("probe " + address)
        .start(() -> {
          if (present.probe().ask(address) instanceof PeerProbe.Finding.Refused) {
            present.relay().onAbsent(address, number);
          }
        });
  }

  /** Answers the questions of {@link PeerWatch}. */
  private final class Verification implements PeerWatch.Verifier {
    @Override
    public void verify(Address member, Runnable ifGone, Runnable ifAlive) {
      NodeId node = Lives.read(member);
      if (node != null) {
        GroupCarrier.this.verify(node, ifGone, ifAlive);
      }
    }

    @Override
    public void onSuspected(Address member) {
      NodeId node = Lives.read(member);
      if (node != null) {
        running().relay().onSuspected(node);
      }
    }

    @Override
    public void onHeard(Address member) {
      NodeId node = Lives.read(member);
      if (node != null) {
        running().relay().onHeard(node);
      }
    }
  }

  /** The lives that are connected to this one now. */
  public List<NodeId> connected() {
    return running().gate().peers().stream().map(Greeting::life).distinct().toList();
  }
}
