package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.network.Privilege;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Transfer;
import dev.midstream.gateway.Midstream;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathProgram;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Helpers of the live tests. */
final class Live {
  static final String MARK = "Hello world";
  static final String REPLACEMENT = "Hi there";

  /** Replaces the mark on port 7000 in both directions. Other ports have no rule. */
  static final String EDITING = replacing(REPLACEMENT, "");

  /** The first mark of each direction on port 7000 grows; the rest is skipped. */
  static final String SETTLING =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      fast-path: require
      rules:
        - name: greeting
          match: { destination-port: 7000 }
          agent: substitute
          settings:
            client-to-server: [ { find: "Hello world", replace: "Hello wide world", limit: 1 } ]
            server-to-client: [ { find: "Hello world", replace: "Hello wide world", limit: 1 } ]
      """;

  private static final String LAUNCHER_OPTIONS =
      "home=..; . ../.mvn/find-tools.sh; printf %s \"$jvm_flags\"";
  private static final int TIMEOUT_SECONDS = 60;

  private Live() {}

  /** Skips the test if network namespaces cannot be made. */
  static void assumeNamespaces() {
    String missing = Privilege.missing();
    assumeTrue(
        missing == null,
        () -> "skipped: no network name spaces; be root, or use `unshare -Urn`: " + missing);
  }

  /** Skips the test where programs cannot be loaded into the kernel. */
  static void assumeFastPath() {
    assumeNamespaces();
    String obstacle = fastPathObstacle();
    if (obstacle != null) {
      abort("skipped: " + obstacle);
    }
  }

  /** Why programs cannot be loaded into the kernel; null if they can. */
  static @Nullable String fastPathObstacle() {
    try (Arena arena = Arena.ofConfined();
        FastPathProgram _ = FastPathProgram.load(new Linux(arena), 2, null)) {
      return null;
    } catch (FastPathException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** A configuration that replaces the mark, with additional lines. */
  static String replacing(String replacement, String more) {
    return """
    port: { kind: afpacket, inside: in0, outside: out0 }
    rules:
      - name: greeting
        match: { destination-port: 7000 }
        agent: substitute
        settings:
          client-to-server: [ { find: "%1$s", replace: "%2$s" } ]
          server-to-client: [ { find: "%1$s", replace: "%2$s" } ]
    """
            .formatted(MARK, replacement)
        + more;
  }

  /**
   * Runs the program with this configuration in the middle of {@code network}. It obeys SIGHUP,
   * even if the tests run where that is ignored.
   */
  static BoxProcess start(Network network, Path directory, String configuration, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
    command.addAll(runWith(directory, configuration));
    command.addAll(List.of(options));
    return BoxProcess.start(network.box(), command);
  }

  /**
   * As above, with the options of Java that {@code ./midstream} sets for {@code run}, so that all
   * compilers work.
   */
  static BoxProcess startLaunched(Network network, Path directory, String configuration)
      throws IOException {
    String options = network.box().output("sh", "-c", LAUNCHER_OPTIONS);
    Path file = Files.writeString(directory.resolve("run.yaml"), configuration);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options.strip().split("\\s+")));
    command.addAll(TrainedProgram.javaOptions());
    command.addAll(List.of("-Xlog:aot*=off:stderr", Midstream.class.getName()));
    command.addAll(List.of("run", "--config", file.toString()));
    return BoxProcess.start(network.box(), command);
  }

  /**
   * The command line that runs the program with this configuration, which is written to {@code
   * directory}.
   */
  static List<String> runWith(Path directory, String configuration) throws IOException {
    Path file = Files.writeString(directory.resolve("run.yaml"), configuration);
    return program("run", "--config", file.toString());
  }

  /** As above; the program loads each class from its file. */
  static List<String> runUntrained(Path directory, String configuration) throws IOException {
    Path file = Files.writeString(directory.resolve("run.yaml"), configuration);
    return programOf(System.getProperty("java.class.path"), "run", "--config", file.toString());
  }

  /**
   * As above, with Netty's leak detection for every buffer: a lost buffer is reported on stderr
   * when a later one is allocated.
   */
  static List<String> runWithLeakDetection(
      Path directory, String configuration, String... javaOptions) throws IOException {
    List<String> command = runWith(directory, configuration);
    command.addAll(1, List.of(javaOptions));
    command.add(1, "-Dio.netty.leakDetection.level=paranoid");
    return command;
  }

  /** The command line of the program with these arguments. */
  static List<String> program(String... arguments) {
    return programWith(TrainedProgram.javaOptions(), arguments);
  }

  /** As above, with other classes. */
  static List<String> programOf(String classPath, String... arguments) {
    return programWith(List.of("-cp", classPath), arguments);
  }

  /** As above, with further options of Java, which name the classes too. */
  static List<String> programWith(List<String> options, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.add(Midstream.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Both endpoints send at once, the client {@code up} and the server {@code down}. The streams
   * must arrive with every mark replaced.
   */
  static void assertBothArrive(
      Connection connection, Document up, Document down, String replacement) throws IOException {
    Transfer ascending = Transfer.start(connection.client(), connection.server(), up);
    Transfer descending = Transfer.start(connection.server(), connection.client(), down);
    assertThat(ascending.await(TIMEOUT_SECONDS).digest())
        .isEqualTo(up.digestReplacing(replacement));
    assertThat(descending.await(TIMEOUT_SECONDS).digest())
        .isEqualTo(down.digestReplacing(replacement));
  }
}
