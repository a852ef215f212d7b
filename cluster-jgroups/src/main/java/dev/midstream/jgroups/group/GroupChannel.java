package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.CarrierListener;
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
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;

/**
 * A channel of the group layer for one life of a node, behind a {@link Gate}: its sockets, its
 * failure detection, and the refusals of both. It is not connected yet. Thread-safe.
 */
public final class GroupChannel implements AutoCloseable {
  private static final int CONNECT_MILLIS = 200;

  private final GroupSettings settings;
  private final Relay relay;
  private final Gate gate;
  private final PeerProbe probe;
  private final JChannel channel;
  private final Questions questions;

  private GroupChannel(
      GroupSettings settings, Credentials credentials, NodeId self, CarrierListener listener)
      throws CarrierException {
    this.settings = settings;
    relay = new Relay(listener);
    Greeting greeting =
        new Greeting(
            Greeting.Purpose.GROUP,
            settings.cluster(),
            settings.node(),
            self,
            settings.configuration());
    gate = new Gate(credentials, greeting, settings.detectNanos(), relay::onRefused);
    probe = new PeerProbe(gate, settings.bind(), CONNECT_MILLIS);
    questions =
        new Questions(
            probe::ask,
            new RecentAnswers(settings.detectNanos() / 2),
            relay,
            question -> Thread.ofVirtual().name("verify").start(question));
    boolean hasMet = new Acquaintance(settings, probe, relay).meetAll();
    int joinMillis = hasMet ? GroupStack.MET_MILLIS : GroupStack.ALONE_MILLIS;
    PeerWatch watch = new PeerWatch(settings.detectNanos(), new Verification(), System::nanoTime);
    try {
      channel = GroupStack.channel(settings, gate, watch, joinMillis);
    } catch (Exception e) {
      gate.close();
      throw explained(e);
    }
    channel.name(settings.node());
    channel.addAddressGenerator(() -> Lives.addressOf(self));
  }

  /**
   * A channel that can be connected. It asks the other addresses first, and waits for their answers
   * or for a second.
   *
   * @param self has the address {@link GroupSettings#bind()}
   * @param listener hears of refusals, suspicions and deaths; it gets no view and no message
   * @throws CarrierException if this machine does not have the address
   */
  public static GroupChannel of(
      GroupSettings settings, Credentials credentials, NodeId self, CarrierListener listener)
      throws CarrierException {
    if (!self.address().equals(settings.bind())) {
      throw new IllegalArgumentException("self=" + self + " bind=" + settings.bind());
    }
    checkAddress(settings.bind());
    return new GroupChannel(settings, credentials, self, listener);
  }

  private static void checkAddress(NodeAddress bind) throws CarrierException {
    InetAddress address = Addresses.inetAddress(bind);
    try {
      if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
        throw refused(bind, Reason.NO_SUCH_ADDRESS, "this machine does not have the address", null);
      }
    } catch (SocketException e) {
      throw refused(bind, Reason.NO_SUCH_ADDRESS, "the machine's addresses cannot be read", e);
    }
  }

  /** What a failure to connect means, for an operator. */
  public CarrierException explained(Exception error) {
    NodeAddress bind = settings.bind();
    BindException unbound = gate.bindError();
    if (unbound == null) {
      String what = "the group cannot be joined: " + error.getMessage();
      return refused(bind, Reason.GROUP, what, error);
    }
    String message = String.valueOf(unbound.getMessage());
    return message.contains("in use")
        ? refused(bind, Reason.PORT_IN_USE, "the port is in use", unbound)
        : refused(bind, Reason.GROUP, "the port cannot be bound: " + message, unbound);
  }

  private static CarrierException refused(
      NodeAddress bind, Reason reason, String what, @Nullable Exception cause) {
    return new CarrierException(new Refusal(reason, what + ", address=" + bind), cause);
  }

  /** The group layer's channel. */
  public JChannel channel() {
    return channel;
  }

  /** The life that has the address {@code member}; null if it is no address of a node. */
  public static @Nullable NodeId lifeOf(Address member) {
    return Lives.read(member);
  }

  /** What the listener hears, as long as the channel is not closed. */
  CarrierListener listener() {
    return relay;
  }

  /** The lives that are connected to this one now. */
  List<NodeId> connected() {
    return gate.peers().stream().map(Greeting::life).distinct().toList();
  }

  /** The name in the certificate of the node at {@code address}; null if it was not met. */
  @Nullable String nameAt(NodeAddress address) {
    return gate.nameAt(address);
  }

  /** Ends all connections. The listener hears nothing from now on. */
  @Override
  public void close() {
    relay.end();
    channel.close();
    gate.close();
  }

  // ---- lives and deaths

  /**
   * Finds out whether the process of {@code node} is gone, and tells the listener if it is, or if
   * one answers. Asks no process that has answered in the last half of the detection time and is
   * not suspected.
   */
  void verify(NodeId node) {
    questions.ask(node);
  }

  /** Finds out whether a process listens at {@code address}, and tells the listener. */
  void probe(NodeAddress address, long number) {
    Thread.ofVirtual()
        .name("probe " + address)
        .start(() -> {
          PeerProbe.Finding finding = probe.ask(address);
          if (finding instanceof PeerProbe.Finding.Life) {
            relay.onAnswered(address);
          } else if (finding instanceof PeerProbe.Finding.Refused) {
            relay.onAbsent(address, number);
          }
        });
  }

  /** Answers the questions of {@link PeerWatch}. */
  private final class Verification implements PeerWatch.Verifier {
    @Override
    public void verify(Address member, Runnable ifGone, Runnable ifAlive) {
      NodeId node = Lives.read(member);
      if (node != null) {
        questions.ask(node, ifGone, ifAlive);
      }
    }

    @Override
    public void doubt(Address member) {
      NodeId node = Lives.read(member);
      if (node != null) {
        questions.suspect(node);
      }
    }

    @Override
    public void onSuspected(Address member) {
      NodeId node = Lives.read(member);
      if (node != null) {
        relay.onSuspected(node);
      }
    }

    @Override
    public void onHeard(Address member) {
      NodeId node = Lives.read(member);
      if (node != null) {
        relay.onHeard(node);
      }
    }
  }
}
