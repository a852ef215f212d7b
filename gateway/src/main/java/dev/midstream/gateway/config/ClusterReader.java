package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member.Role;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.cluster.node.ClusterSettings.Reallocation;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.redirect.RedirectSender;
import dev.midstream.gateway.config.ClusterConfiguration.Delivery;
import dev.midstream.gateway.config.ClusterConfiguration.TlsFiles;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the settings of the cluster, and checks whether {@code run} supports them. */
final class ClusterReader {
  private static final int MAX_NODES = 16;
  private static final int MAX_NAME_LENGTH = 63;
  private static final int MAX_REDIRECT_BYTES = 65_507;

  /** The UDP payload that fits into Ethernet, over IPv6 as well. */
  private static final int REDIRECT_BYTES = 1_452;

  private static final int UDP_HEADER_BYTES = 48;
  private static final int MAX_PORT = 65_535 - ClusterConfiguration.TABLES_PORT;
  private static final int MIN_TABLE_RATE = 10;
  private static final int MAX_TABLE_RATE = 1_000_000;
  private static final int TABLE_RATE = 2_000;
  private static final long MIN_DETECT_NANOS = 20_000_000;
  private static final long MAX_DETECT_NANOS = 60_000_000_000L;

  /** What becomes of records that are not answered in time. */
  private enum Timeout {
    HOLD
  }

  private final SettingsReader section;
  private final long version;
  private final Purpose purpose;

  /**
   * Reads {@code section}.
   *
   * @param version the version of the configuration, by which nodes see whether theirs are equal
   */
  ClusterReader(SettingsReader section, long version, Purpose purpose) {
    this.section = section;
    this.version = version;
    this.purpose = purpose;
  }

  /** The settings; values that are wrong are reported and replaced. */
  @Nullable ClusterConfiguration read() {
    String name = name("name", "midstream");
    String node = name("node", hostName());
    NodeAddress bind = bind();
    Delivery delivery = section.choice("delivery", List.of(Delivery.values()), Delivery.REDIRECT);
    if (delivery == Delivery.MULTICAST_MAC) {
      section.refuse("delivery", "this version has redirect, shared-mac and dispatch");
    }
    SettingsReader dispatch = section.section("dispatch");
    List<NodeAddress> dispatchers = dispatchers(dispatch, delivery);
    boolean isDispatcher = bind != null && dispatchers.contains(bind);
    checkPurpose(delivery, isDispatcher);
    List<NodeAddress> members = members(isDispatcher ? null : bind);
    refuseBoth(members, dispatchers);
    ClusterSettings settings =
        settings(members, dispatchers, isDispatcher ? Role.DISPATCHER : Role.ACTIVE);
    LogSettings log = log();
    int redirectBytes = redirectBytes(dispatch);
    int tableRate =
        section.smallNumber(
            "table-rate", Quantity.COUNT, MIN_TABLE_RATE, MAX_TABLE_RATE, TABLE_RATE);
    TlsFiles tls = tls(section.section("tls"));
    readUnused();
    section.refuseUnknownKeys();
    return bind == null || tls == null
        ? null
        : new ClusterConfiguration(
            name, node, bind, settings, log, delivery, redirectBytes, tableRate, tls);
  }

  private ClusterSettings settings(
      List<NodeAddress> members, List<NodeAddress> dispatchers, Role role) {
    int buckets =
        section.smallNumber("buckets", Quantity.COUNT, 1, AllocationTable.MAX_BUCKETS, 256);
    if (Integer.bitCount(buckets) != 1) {
      section.refuse("buckets", "must be a power of two");
      buckets = 1;
    }
    if (section.flag("witness", false)) {
      section.refuse("witness", "this version has no witness");
    }
    return new ClusterSettings(
        buckets,
        copies(),
        section.smallNumber("moves", Quantity.COUNT, 1, AllocationTable.MAX_BUCKETS, 4),
        section.number("detect", Quantity.NANOS, MIN_DETECT_NANOS, MAX_DETECT_NANOS, 400_000_000),
        section.number(
            "balance",
            Quantity.NANOS,
            ConfigurationReader.MIN_NANOS,
            ConfigurationReader.MAX_NANOS,
            2_000_000_000),
        section.choice("on-reallocation", List.of(Reallocation.values()), Reallocation.MOVE),
        section.choice("lone", List.of(Lone.values()), Lone.PROVE),
        version,
        members,
        dispatchers,
        role);
  }

  /** A number, or {@code all}. */
  private int copies() {
    boolean all =
        section.node("copies") instanceof SettingsNode.Scalar scalar && scalar.text().equals("all");
    return all ? Integer.MAX_VALUE : section.smallNumber("copies", Quantity.COUNT, 0, MAX_NODES, 1);
  }

  private LogSettings log() {
    CommitMode mode = section.choice("commit", List.of(CommitMode.values()), CommitMode.STRICT);
    if (!mode.writesRecords()) {
      section.refuse("commit", "a cluster needs records, strict is the default");
      mode = CommitMode.STRICT;
    }
    return new LogSettings(
        mode,
        section.choice("no-copy", List.of(NoCopy.values()), NoCopy.CONTINUE),
        section.choice("first-copy", List.of(FirstCopies.values()), FirstCopies.ALL),
        section.number(
            "commit-interval",
            Quantity.NANOS,
            ConfigurationReader.MIN_NANOS,
            ConfigurationReader.MAX_NANOS,
            LogSettings.of(mode).intervalNanos()));
  }

  /** Keys of the contract that change nothing in this version. */
  private void readUnused() {
    long _ =
        section.number(
            "commit-wait",
            Quantity.NANOS,
            ConfigurationReader.MIN_NANOS,
            ConfigurationReader.MAX_NANOS,
            50_000_000);
    Timeout _ = section.choice("on-commit-timeout", List.of(Timeout.HOLD), Timeout.HOLD);
    SettingsReader code = section.section("code");
    if (code.text("signers") != null) {
      section.warn("code", "has no effect in this version");
    }
    code.refuseUnknownKeys();
  }

  // ---- names and addresses

  private String name(String key, String defaultValue) {
    SettingsNode.Scalar scalar = section.scalar(key);
    String name = scalar == null ? defaultValue : scalar.text();
    if (name.isEmpty()
        || name.length() > MAX_NAME_LENGTH
        || !name.chars().allMatch(c -> c > ' ' && c < 127)) {
      section.refuse(key, "must be a name of 1 to 63 printable characters");
      return "unnamed";
    }
    return name;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "";
    }
  }

  private @Nullable NodeAddress bind() {
    SettingsNode.Scalar scalar = section.scalar("bind");
    if (scalar == null) {
      section.refuse("bind", "a node needs the address at which it listens, such as 10.9.0.1:7800");
      return null;
    }
    return address(section, "bind", scalar);
  }

  /** Different addresses. */
  private static List<NodeAddress> addresses(
      SettingsReader of, String key, List<SettingsNode> nodes) {
    List<NodeAddress> addresses = new ArrayList<>();
    for (SettingsNode node : nodes) {
      SettingsNode.Scalar scalar = of.scalar(key, node);
      NodeAddress address = scalar == null ? null : address(of, key, scalar);
      if (address != null && addresses.contains(address)) {
        of.refuse(node.where(), key, "an address stands twice, address=" + address);
      } else if (address != null) {
        addresses.add(address);
      }
    }
    if (addresses.size() > MAX_NODES) {
      of.refuse(key, "a cluster has 16 nodes and 16 dispatchers at most");
    }
    return addresses;
  }

  private List<NodeAddress> members(@Nullable NodeAddress bind) {
    List<NodeAddress> addresses = addresses(section, "members", section.list("members"));
    for (NodeAddress each : addresses) {
      if (addresses.contains(ClusterConfiguration.tablesAddress(each))) {
        section.refuse(
            "members",
            "the port two above that of a node is for its common tables, address=" + each);
      }
    }
    if (bind != null && !addresses.contains(bind)) {
      if (!addresses.isEmpty()) {
        section.refuse("members", "must hold the address of this node too, bind=" + bind);
      }
      addresses.add(bind);
    }
    return addresses;
  }

  private static @Nullable NodeAddress address(
      SettingsReader of, String key, SettingsNode.Scalar scalar) {
    ListenAddress parsed = ListenAddress.parse(scalar.text());
    try {
      if (parsed != null && parsed.port() > 0 && parsed.port() <= MAX_PORT) {
        InetAddress address = InetAddress.ofLiteral(parsed.host());
        if (!address.isAnyLocalAddress() && !address.isMulticastAddress()) {
          return NodeAddress.of(address.getAddress(), parsed.port());
        }
      }
    } catch (IllegalArgumentException _) {
      // a name
    }
    of.refuse(scalar, key, "must be an address and a port up to 65533, such as 10.9.0.1:7800");
    return null;
  }

  // ---- dispatchers

  /** The addresses of the dispatchers: one, or a list. */
  private List<NodeAddress> dispatchers(SettingsReader dispatch, Delivery delivery) {
    SettingsNode node = dispatch.node("listen");
    List<SettingsNode> nodes =
        node instanceof SettingsNode.Scalar ? List.of(node) : dispatch.list("listen");
    List<NodeAddress> dispatchers = addresses(dispatch, "listen", nodes);
    if (delivery != Delivery.DISPATCH) {
      if (node != null) {
        section.warn("dispatch", "listen has no effect without delivery: dispatch");
      }
      return List.of();
    }
    if (dispatchers.isEmpty()) {
      dispatch.refuse(
          "listen",
          "delivery: dispatch needs the addresses of the dispatchers, such as 10.9.0.9:7800");
    }
    return dispatchers;
  }

  private void refuseBoth(List<NodeAddress> members, List<NodeAddress> dispatchers) {
    for (NodeAddress each : dispatchers) {
      if (members.contains(each)) {
        section.refuse("members", "an address is a dispatcher's, address=" + each);
      }
    }
    if (members.isEmpty()) {
      section.refuse("members", "a dispatcher needs the addresses of the nodes");
    }
  }

  /** Whether the command fits the address of this machine. */
  private void checkPurpose(Delivery delivery, boolean isDispatcher) {
    if (purpose == Purpose.INLINE && isDispatcher) {
      section.refuse("bind", "is the address of a dispatcher, start it with midstream dispatch");
    } else if (purpose == Purpose.DISPATCH && delivery != Delivery.DISPATCH) {
      section.refuse("delivery", "midstream dispatch needs delivery: dispatch");
    } else if (purpose == Purpose.DISPATCH && !isDispatcher) {
      section.refuse(
          "bind",
          "is not in cluster.dispatch.listen, start a node with midstream run, or add the address");
    }
  }

  // ---- files and datagrams

  private @Nullable TlsFiles tls(SettingsReader tls) {
    Path authority = file(tls, "authority");
    Path certificate = file(tls, "certificate");
    Path key = file(tls, "key");
    tls.refuseUnknownKeys();
    return authority == null || certificate == null || key == null
        ? null
        : new TlsFiles(authority, certificate, key);
  }

  private static @Nullable Path file(SettingsReader tls, String key) {
    SettingsNode.Scalar scalar = tls.scalar(key);
    if (scalar == null) {
      tls.refuse(key, "a node needs a file that midstream ca has made");
      return null;
    }
    try {
      return Path.of(scalar.text());
    } catch (InvalidPathException _) {
      tls.refuse(scalar, key, "must be the name of a file");
      return null;
    }
  }

  /** The largest UDP payload between nodes, from the MTU of the link. */
  private int redirectBytes(SettingsReader dispatch) {
    int mtu =
        dispatch.smallNumber(
            "mtu",
            Quantity.COUNT,
            RedirectSender.MIN_DATAGRAM_BYTES + UDP_HEADER_BYTES,
            MAX_REDIRECT_BYTES,
            REDIRECT_BYTES + UDP_HEADER_BYTES);
    dispatch.refuseUnknownKeys();
    return mtu - UDP_HEADER_BYTES;
  }
}
