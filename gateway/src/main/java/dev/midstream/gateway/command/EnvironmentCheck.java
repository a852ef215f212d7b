package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.wire.afpacket.Master;
import dev.midstream.wire.bridge.KernelBridge;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The environment that {@code run} needs: the interfaces of this network namespace and the
 * capabilities of this process.
 */
final class EnvironmentCheck {
  /** Where the kernel describes the calling process. */
  private static final Path SELF = Path.of("/proc/self");

  private static final String EFFECTIVE = "CapEff:";
  private static final int NET_ADMIN = 12;
  private static final int NET_RAW = 13;

  private final Path process;
  private final Interfaces interfaces;

  /** The network interfaces that the kernel knows. */
  interface Interfaces {
    /** Whether an interface has this name or alternative name. */
    boolean has(String name);

    /** The bridge or other master of an interface; null for none. */
    @Nullable Master masterOf(String name) throws PortException;
  }

  /** Checks this process. */
  EnvironmentCheck() {
    this(SELF, new Kernel());
  }

  /** Checks the process that a directory like {@code /proc/self} describes. */
  EnvironmentCheck(Path process, Interfaces interfaces) {
    this.process = process;
    this.interfaces = interfaces;
  }

  /**
   * What {@code run} needs and this machine lacks, one clause each. Empty if the configuration
   * names no port.
   */
  List<String> missing(Configuration configuration) {
    PortSettings port = configuration.port();
    if (port.inside().isEmpty()) {
      return List.of();
    }
    List<String> missing = new ArrayList<>();
    try {
      long capabilities = capabilities();
      boolean makesInterfaces = port.kind() == PortSettings.Kind.TUN;
      if (!makesInterfaces) {
        addInterface(missing, "port.inside", port.inside());
        addInterface(missing, "port.outside", port.outside());
      }
      if (!makesInterfaces && !has(capabilities, NET_RAW)) {
        missing.add("run needs a capability that is missing here, capability=CAP_NET_RAW");
      }
      boolean administers = makesInterfaces || configuration.onExit() == OnExit.OPEN;
      if (administers && !has(capabilities, NET_ADMIN)) {
        missing.add("run needs a capability that is missing here, capability=CAP_NET_ADMIN");
      }
    } catch (IOException e) {
      missing.add(
          "cannot tell whether this machine has what run needs, error="
              + FileErrors.reason(e)
              + " file="
              + status());
    }
    return missing;
  }

  /** An interface may still be in the bridge of an earlier run: {@code run} removes that bridge. */
  private void addInterface(List<String> missing, String key, String name) {
    if (!interfaces.has(name)) {
      missing.add("there is no such interface here, key=" + key + " value=" + name);
      return;
    }
    try {
      Master master = interfaces.masterOf(name);
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

  private static final class Kernel implements Interfaces {
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
  }
}
