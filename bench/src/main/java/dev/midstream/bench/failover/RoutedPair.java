package dev.midstream.bench.failover;

import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Two machines that share an address on each side by VRRP. The first one has both addresses until
 * it dies. The files of their programs are resources beside this class.
 */
final class RoutedPair implements Contestant {
  private static final String SHARED = "10.2.0.254";
  private static final String SERVER = "10.3.0.2";
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** What they do. */
  enum Kind {
    /** HAProxy accepts and connects; conntrackd copies the states of the packet filter. */
    HAPROXY,
    /** The kernel routes and translates the client's address; conntrackd copies its states. */
    ROUTER,
    /** The same without conntrackd. */
    ROUTER_ALONE
  }

  private final ClusterNetwork network = ClusterNetwork.make(2);
  private final Path directory = Files.createTempDirectory("failover");
  private final Kind kind;

  /** The processes of both machines, and which of them forwards. */
  private final List<List<BoxProcess>> processes = List.of(new ArrayList<>(), new ArrayList<>());

  private RoutedPair(Kind kind) throws IOException {
    this.kind = kind;
  }

  static RoutedPair start(Kind kind) throws IOException {
    RoutedPair pair = new RoutedPair(kind);
    try {
      pair.connect();
      pair.startMachine(1);
      pair.await("the first machine has the addresses", () -> pair.hasAddresses(1));
      pair.startMachine(2);
      return pair;
    } catch (IOException e) {
      pair.end(); // the files say why
      throw e;
    }
  }

  private void connect() throws IOException {
    network.client().ip("addr add 10.2.0.1/24 dev c0", "route add 10.3.0.0/24 via " + SHARED);
    network.server().ip("addr add " + SERVER + "/24 dev s0");
    for (int number = 1; number <= 2; number++) {
      Namespace machine = network.node(number);
      machine.ip(
          "addr add 10.2.0.1" + number + "/24 dev in0",
          "addr add 10.3.0.1" + number + "/24 dev out0");
      machine.sysctl("ipv4/ip_forward", kind == Kind.HAPROXY ? "0" : "1");
      Path rules = write(number, kind == Kind.HAPROXY ? "haproxy.nft" : "router.nft");
      String ignored = machine.output("nft", "-f", rules.toString());
      // A connection that the other machine has not reported is none.
      machine.sysctl("netfilter/nf_conntrack_tcp_loose", "0");
    }
  }

  // ---- programs

  private void startMachine(int number) throws IOException {
    if (kind == Kind.HAPROXY) {
      Path file = write(number, "haproxy.cfg");
      Path ignored = executable(write(number, "listens.sh"));
      launch(number, "haproxy", "haproxy -db -f " + file);
      await("HAProxy listens", () -> listens(number));
    }
    if (kind != Kind.ROUTER_ALONE) {
      Path ignored = executable(write(number, "primary-backup.sh"));
      launch(number, "conntrackd", "conntrackd -C " + write(number, "conntrackd.conf"));
      await("conntrackd runs", () -> Files.exists(place(number, "conntrackd.ctl")));
    }
    String own = place(number, "keepalived").toString();
    launch(
        number,
        "keepalived",
        "keepalived --dont-fork --log-console --vrrp --use-file=%s --pid=%s.pid --vrrp_pid=%s.vrrp"
            .formatted(write(number, "keepalived.conf"), own, own));
  }

  private void launch(int number, String name, String command) throws IOException {
    String said = place(number, name + ".said").toString();
    processes
        .get(number - 1)
        .add(
            BoxProcess.launch(
                network.node(number),
                List.of("sh", "-c", "exec " + command + " >" + said + " 2>&1")));
  }

  private boolean listens(int number) throws IOException {
    return !network.node(number).output("ss", "-Hltn", "sport", "=", ":" + PORT).isBlank();
  }

  private boolean hasAddresses(int number) throws IOException {
    String addresses = network.node(number).output("ip", "-o", "-4", "addr", "show");
    return addresses.contains(SHARED) && addresses.contains("10.3.0.254");
  }

  // ---- files

  private Path place(int number, String name) throws IOException {
    return Files.createDirectories(directory.resolve("b" + number)).resolve(name);
  }

  private Path write(int number, String name) throws IOException {
    return Files.writeString(place(number, name), text(number, name));
  }

  private static Path executable(Path file) throws IOException {
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot be made executable: file=" + file);
    }
    return file;
  }

  private String text(int number, String name) throws IOException {
    String text = resource(name);
    Map<String, String> parts =
        Map.of(
            "@CHECK@", kind == Kind.HAPROXY ? resource("check.txt") : "",
            "@TRACK@", kind == Kind.HAPROXY ? "  track_script {\n    listens\n  }" : "",
            "@NOTIFY@", kind == Kind.ROUTER_ALONE ? "" : resource("notify.txt"));
    for (Map.Entry<String, String> part : parts.entrySet()) {
      text = text.replace(part.getKey(), part.getValue());
    }
    return text.replace("@NUMBER@", Integer.toString(number))
        .replace("@PRIORITY@", number == 1 ? "150" : "100")
        .replace("@DIRECTORY@", place(number, "").toString());
  }

  private static String resource(String name) throws IOException {
    try (InputStream input =
        Objects.requireNonNull(RoutedPair.class.getResourceAsStream(name), name)) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  // ---- what is measured

  @Override
  public ClusterNetwork network() {
    return network;
  }

  @Override
  public String target() {
    return kind == Kind.HAPROXY ? SHARED : SERVER;
  }

  @Override
  public String arriving(String text) {
    return text;
  }

  @Override
  public boolean needsWarmUp() {
    return false;
  }

  @Override
  public void concentrate() throws IOException {
    if (!hasAddresses(1) || hasAddresses(2)) {
      throw new IOException("not the first machine has the addresses");
    }
  }

  @Override
  public void kill(Event event) throws IOException {
    if (event == Event.PROCESS) {
      processes.getFirst().getFirst().close();
      return;
    }
    network.segments().ip("link set i1 down", "link set o1 down", "link set b1 down");
    processes.getFirst().forEach(RoutedPair::kill);
  }

  /** Its children first: those of keepalived would say that they end. */
  private static void kill(BoxProcess process) {
    ProcessHandle.of(process.pid())
        .ifPresent(handle -> handle.descendants().forEach(ProcessHandle::destroyForcibly));
    process.close();
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException;
  }

  private void await(String what, Condition condition) throws IOException {
    long startNanos = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - startNanos > TIMEOUT_NANOS) {
        throw new IOException("not within 20 s: " + what + ", see " + directory);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void end() {
    processes.forEach(each -> each.forEach(RoutedPair::kill));
    network.close();
  }

  @Override
  public void close() throws IOException {
    end();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        boolean ignored = Files.deleteIfExists(file); // a program that ends may be faster
      }
    }
  }
}
