package dev.midstream.jgroups.group;

import dev.midstream.jgroups.gate.Addresses;
import dev.midstream.jgroups.gate.Gate;
import java.net.InetSocketAddress;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FORK;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;

/** The protocols of the group layer and their settings, where these are not the defaults. */
final class GroupStack {
  /** How long a node waits for others before it is the first one, if none has answered (LD-2). */
  static final int ALONE_MILLIS = 100;

  /** How long it waits if another node lives, which otherwise it would meet by a merge. */
  static final int MET_MILLIS = 3_000;

  /** How often it searches in this time: question or answer may be lost with a connection. */
  static final int SEARCHES = 6;

  private static final int MERGE_MIN_MILLIS = 200;
  private static final int MERGE_MAX_MILLIS = 600;
  private static final int CONNECT_MILLIS = 300;
  /* A message about logs has 60,000 octets of records or one record: it stays in one piece. */
  private static final int BUNDLE_BYTES = 128 << 10;
  private static final int FRAGMENT_BYTES = 120_000;
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  private GroupStack() {}

  static JChannel channel(GroupSettings settings, Gate gate, PeerWatch watch, int joinMillis)
      throws Exception {
    JChannel channel =
        new JChannel(
            transport(settings, gate),
            new MemberSearch()
                .<TCPPING>setInitialHosts(hosts(settings))
                .<TCPPING>setPortRange(0)
                .numDiscoveryRuns(SEARCHES),
            new MERGE3().setMinInterval(MERGE_MIN_MILLIS).setMaxInterval(MERGE_MAX_MILLIS),
            watch,
            new NAKACK2().useMcastXmit(false),
            new UNICAST3(),
            new STABLE(),
            new GMS().setJoinTimeout(joinMillis).printLocalAddress(false),
            new UFC(),
            new MFC(),
            new FRAG4().setFragSize(FRAGMENT_BYTES),
            new FORK());
    channel.getProtocolStack().getTransport().getDiagnosticsHandler().setEnabled(false);
    return channel;
  }

  private static List<InetSocketAddress> hosts(GroupSettings settings) {
    return settings.members().stream().map(Addresses::socketAddress).toList();
  }

  private static TCP transport(GroupSettings settings, Gate gate) {
    TCP tcp = new TCP();
    tcp.setBindAddress(Addresses.inetAddress(settings.bind()));
    tcp.setBindPort(settings.bind().port());
    tcp.setPortRange(0);
    tcp.setClientBindAddr(Addresses.inetAddress(settings.bind()));
    tcp.setSocketFactory(new GatedSockets(gate));
    tcp.tcpNodelay(true);
    tcp.useVirtualThreads(false);
    tcp.setSockConnTimeout(CONNECT_MILLIS);
    tcp.setMaxLength(MAX_MESSAGE_BYTES);
    tcp.enableSuspectEvents(true);
    tcp.logDetails(false);
    PerDestinationBundler bundler = new PerDestinationBundler();
    bundler.useSingleSenderThread(false);
    bundler.setMaxSize(BUNDLE_BYTES);
    tcp.setBufferedOutputStreamSize(BUNDLE_BYTES + Integer.BYTES);
    tcp.setMessageProcessingPolicy(LogsAtOnce.class.getName());
    tcp.setBundler(bundler);
    return tcp;
  }
}
