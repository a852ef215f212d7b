package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import dev.midstream.jgroups.gate.PeerProbe;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks all configured addresses which node listens there, before the group is joined. It says which
 * nodes cannot be reached, and whether it is worth while to wait for others longer than a lone node
 * may.
 */
final class Acquaintance {
  private final GroupSettings settings;
  private final PeerProbe probe;
  private final CarrierListener listener;
  private final AtomicBoolean hasMet = new AtomicBoolean();

  Acquaintance(GroupSettings settings, PeerProbe probe, CarrierListener listener) {
    this.settings = settings;
    this.probe = probe;
    this.listener = listener;
  }

  /**
   * Waits until all have answered, or have had their time.
   *
   * @return whether another node lives: it has answered, or accepts and is slow
   */
  boolean meetAll() {
    List<Thread> asking =
        settings.members().stream()
            .filter(each -> !each.equals(settings.bind()))
            .map(each -> Thread.ofVirtual().name("meet " + each).start(() -> meet(each)))
            .toList();
    for (Thread each : asking) {
      try {
        each.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return hasMet.get();
      }
    }
    return hasMet.get();
  }

  private void meet(NodeAddress address) {
    PeerProbe.Finding finding = probe.ask(address);
    switch (finding) {
      case PeerProbe.Finding.Life life -> hasMet.set(true);
      case PeerProbe.Finding.Silent silent -> {
        hasMet.compareAndSet(false, silent.isAccepted());
        say(silent.why(), address);
      }
      case PeerProbe.Finding.Broken broken -> {
        hasMet.compareAndSet(false, broken.isAccepted());
        say(broken.why(), address);
      }
      case PeerProbe.Finding.Refused refused -> say("connection refused", address);
      case PeerProbe.Finding.Stranger stranger -> {
        // what is wrong was said
      }
    }
  }

  private void say(String why, NodeAddress address) {
    listener.onRefused(
        new Refusal(
            Reason.UNREACHABLE, "a node cannot be reached: " + why + ", address=" + address));
  }
}
