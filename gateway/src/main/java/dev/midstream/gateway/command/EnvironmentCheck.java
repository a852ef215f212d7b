package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.PortSettings;
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

/** What is around the program: the interfaces of its network name space, and what it may do. */
final class EnvironmentCheck {
  /** Where the kernel tells a process of itself. */
  private static final Path SELF = Path.of("/proc/self");

  private static final String EFFECTIVE = "CapEff:";
  private static final int NET_ADMIN = 12;
  private static final int NET_RAW = 13;

  private final Path process;
  private final Interfaces interfaces;

  /** What the kernel tells everybody of interfaces. */
  interface Interfaces {
    /** Whether there is one of that name, or alternative name. */
    boolean has(String name);

    /** What that one is a part of; null for nothing. */
    @Nullable Master masterOf(String name) throws PortException;
  }

  /** Those of this process. */
  EnvironmentCheck() {
    this(SELF, new Kernel());
  }

  /** Those that a directory like {@code /proc/self} tells of. */
  EnvironmentCheck(Path process, Interfaces interfaces) {
    this.process = process;
    this.interfaces = interfaces;
  }

  /**
   * What {@code run} needs and is not here, one clause each. A configuration that names no port
   * needs nothing.
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
      missing.add("cannot tell whether this machine has what run needs, error=" + e);
    }
    return missing;
  }

  /** The bridge of an earlier run is no hindrance: {@code run} takes it away. */
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

  /** A bit for each capability that counts now (capabilities(7)). */
  private long capabilities() throws IOException {
    Path status = process.resolve("status");
    for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(EFFECTIVE)) {
        return Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
      }
    }
    throw new IOException(process + ": tells no capabilities");
  }

  private static boolean has(long capabilities, int number) {
    return (capabilities >>> number & 1) != 0;
  }

  /** That of this machine. */
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
