package dev.midstream.gateway.command;

import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.FastPathSettings;
import dev.midstream.gateway.config.FastPathSettings.Use;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.wire.afpacket.Master;
import dev.midstream.wire.bridge.KernelBridge;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The environment that {@code run} needs: the interfaces of this network namespace, the
 * capabilities of this process, the kernel, and the files and the address of a node of a cluster.
 */
final class EnvironmentCheck {
  /** Where the kernel describes the calling process. */
  private static final Path SELF = Path.of("/proc/self");

  private static final String EFFECTIVE = "CapEff:";
  private static final int NET_ADMIN = 12;
  private static final int NET_RAW = 13;
  private static final int SYS_ADMIN = 21;
  private static final int BPF = 39;

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

  /** The first kernel that reads and removes an entry of a table in one call. */
  private static final String TAKING_KERNEL = "5.14";

  /** The first kernel with links of tcx. */
  private static final String TCX_KERNEL = "6.6";

  private final Path process;
  private final Machine machine;

  /** What the kernel knows of itself and its network interfaces. */
  interface Machine {
    /** Whether an interface has this name or alternative name. */
    boolean has(String name);

    /** The bridge or other master of an interface; null for none. */
    @Nullable Master masterOf(String name) throws PortException;

    /** Whether an interface has this address. */
    boolean hasAddress(InetAddress address);

    /** The release of the kernel, such as 6.6.1-amd64. */
    String kernel();
  }

  /** Checks this process. */
  EnvironmentCheck() {
    this(SELF, new Kernel());
  }

  /** Checks the process that a directory like {@code /proc/self} describes. */
  EnvironmentCheck(Path process, Machine machine) {
    this.process = process;
    this.machine = machine;
  }

  /**
   * What {@code run} needs and this machine lacks, one clause each. Empty if the configuration
   * names neither a port nor a cluster.
   */
  List<String> missing(Configuration configuration) {
    List<String> missing = new ArrayList<>();
    if (!configuration.port().inside().isEmpty()) {
      addPort(missing, configuration);
    }
    ClusterConfiguration cluster = configuration.cluster();
    if (cluster != null) {
      missing.addAll(ClusterCheck.missing(cluster, machine::hasAddress));
    }
    return missing;
  }

  private void addPort(List<String> missing, Configuration configuration) {
    PortSettings port = configuration.port();
    FastPathSettings fastPath = configuration.fastPath();
    boolean makesInterfaces = port.kind() == PortSettings.Kind.TUN;
    boolean needsKernel = fastPath.use() == Use.REQUIRE || fastPath.onCrash().opens();
    try {
      long capabilities = capabilities();
      if (!makesInterfaces) {
        addInterface(missing, "port.inside", port.inside());
        addInterface(missing, "port.outside", port.outside());
      }
      addCapability(missing, "CAP_NET_RAW", !makesInterfaces && !has(capabilities, NET_RAW));
      boolean administers = makesInterfaces || needsKernel || configuration.onExit() == OnExit.OPEN;
      addCapability(missing, "CAP_NET_ADMIN", administers && !has(capabilities, NET_ADMIN));
      boolean mayLoad = has(capabilities, BPF) || has(capabilities, SYS_ADMIN);
      addCapability(missing, "CAP_BPF", needsKernel && !mayLoad);
    } catch (IOException e) {
      missing.add(
          "cannot tell whether this machine has what run needs, error="
              + FileErrors.reason(e)
              + " file="
              + status());
    }
    if (needsKernel) {
      addKernel(missing, fastPath.onCrash().opens() ? TCX_KERNEL : TAKING_KERNEL);
    }
  }

  private static void addCapability(List<String> missing, String name, boolean isMissing) {
    if (isMissing) {
      missing.add("run needs a capability that is missing here, capability=" + name);
    }
  }

  private void addKernel(List<String> missing, String least) {
    String present = machine.kernel();
    if (numberOf(present) < numberOf(least)) {
      missing.add("run needs a newer kernel than this one, least=" + least + " kernel=" + present);
    }
  }

  /** Grows with the version; the greatest if there is none in {@code release}. */
  private static int numberOf(String release) {
    Matcher version = VERSION.matcher(release);
    return version.lookingAt()
        ? Integer.parseInt(version.group(1)) * 10_000 + Integer.parseInt(version.group(2))
        : Integer.MAX_VALUE;
  }

  /** An interface may still be in the bridge of an earlier run: {@code run} removes that bridge. */
  private void addInterface(List<String> missing, String key, String name) {
    if (name.isEmpty()) {
      return; // a mistake in the file
    }
    if (!machine.has(name)) {
      missing.add("there is no such interface here, key=" + key + " value=" + name);
      return;
    }
    try {
      Master master = machine.masterOf(name);
      if (master != null && !master.name().equals(KernelBridge.NAME)) {
        missing.add(master.refusal(name));
      }
    } catch (PortException e) {
      missing.add(String.valueOf(e.getMessage()));
    }
  }

  /** The effective capabilities, one bit each; see capabilities(7). */
  private long capabilities() throws IOException {
    for (String line : Files.readAllLines(status(), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(EFFECTIVE)) {
        return Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
      }
    }
    throw new IOException("reports no capabilities");
  }

  private Path status() {
    return process.resolve("status");
  }

  private static boolean has(long capabilities, int number) {
    return (capabilities >>> number & 1) != 0;
  }

  private static final class Kernel implements Machine {
    @Override
    public boolean has(String name) {
      try (Arena arena = Arena.ofConfined()) {
        return new Linux(arena).interfaceIndex(name) > 0;
      }
    }

    @Override
    public @Nullable Master masterOf(String name) throws PortException {
      return Master.of(name);
    }

    @Override
    public boolean hasAddress(InetAddress address) {
      try {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
      } catch (SocketException _) {
        return true; // it cannot be told
      }
    }

    @Override
    public String kernel() {
      return System.getProperty("os.version", "");
    }
  }
}
