package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.OnExit;
import dev.midstream.gateway.config.PortSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is around the program: the interfaces of its network name space, and what it may do. */
final class Surroundings {
  /** Where the kernel tells a process of itself, and of the network it is in. */
  private static final Path SELF = Path.of("/proc/self");

  private static final String EFFECTIVE = "CapEff:";
  private static final int NET_ADMIN = 12;
  private static final int NET_RAW = 13;

  private final Path process;

  /** Those of this process. */
  Surroundings() {
    this(SELF);
  }

  /** Those that a directory like {@code /proc/self} tells of. */
  Surroundings(Path process) {
    this.process = process;
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
      boolean makesInterfaces = port.kind() == PortSettings.Kind.TUN;
      if (!makesInterfaces) {
        addInterfaces(missing, port);
      }
      long capabilities = capabilities();
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

  private void addInterfaces(List<String> missing, PortSettings port) throws IOException {
    Set<String> interfaces = interfaces();
    if (!interfaces.contains(port.inside())) {
      missing.add("there is no such interface here, key=port.inside value=" + port.inside());
    }
    if (!interfaces.contains(port.outside())) {
      missing.add("there is no such interface here, key=port.outside value=" + port.outside());
    }
  }

  /** Not from sysfs, which shows the name space it was mounted in. */
  private Set<String> interfaces() throws IOException {
    return lines("net/dev").stream()
        .filter(line -> line.indexOf(':') > 0)
        .map(line -> line.substring(0, line.indexOf(':')).strip())
        .collect(Collectors.toSet());
  }

  /** A bit for each capability that counts now (capabilities(7)). */
  private long capabilities() throws IOException {
    for (String line : lines("status")) {
      if (line.startsWith(EFFECTIVE)) {
        return Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
      }
    }
    throw new IOException(process + ": tells no capabilities");
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(process.resolve(file), StandardCharsets.ISO_8859_1);
  }

  private static boolean has(long capabilities, int number) {
    return (capabilities >>> number & 1) != 0;
  }
}
