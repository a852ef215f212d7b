package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.OnExit;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What is around the program: the interfaces of its network name space, and what it may do. */
final class Surroundings {
  /** Where the kernel tells a process of itself. */
  private static final Path SELF = Path.of("/proc/self");

  private static final String EFFECTIVE = "CapEff:";
  private static final int NET_ADMIN = 12;
  private static final int NET_RAW = 13;

  private final Path process;
  private final Predicate<String> interfaces;

  /** Those of this process. */
  Surroundings() {
    this(SELF, Surroundings::isInterface);
  }

  /**
   * Those that a directory like {@code /proc/self} tells of.
   *
   * @param interfaces whether there is an interface of a name, or an alternative name
   */
  Surroundings(Path process, Predicate<String> interfaces) {
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

  private void addInterface(List<String> missing, String key, String name) {
    if (!interfaces.test(name)) {
      missing.add("there is no such interface here, key=" + key + " value=" + name);
    }
  }

  private static boolean isInterface(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return new Linux(arena).interfaceIndex(name) > 0;
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
}
