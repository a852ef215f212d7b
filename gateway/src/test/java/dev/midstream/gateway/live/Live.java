package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.network.Privilege;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Transfer;
import dev.midstream.gateway.Midstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What live tests share. */
final class Live {
  static final String MARK = "Hello world";
  static final String REPLACEMENT = "Hi there";

  /** Replaces the mark on port 7000, both ways; other ports have no rule. */
  static final String EDITING = replacing(REPLACEMENT, "");

  private static final int PATIENCE_SECONDS = 60;

  private Live() {}

  /** Ends the test here if name spaces cannot be made. */
  static void assumeNamespaces() {
    String missing = Privilege.missing();
    assumeTrue(
        missing == null,
        () -> "skipped: no network name spaces; be root, or use `unshare -Urn`: " + missing);
  }

  /** A configuration that puts something else in the mark's place, with more lines of its own. */
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

  /** Runs the program with this configuration between the ends of {@code network}. */
  static BoxProcess start(Network network, Path directory, String configuration, String... options)
      throws IOException {
    List<String> command = runWith(directory, configuration);
    command.addAll(List.of(options));
    return BoxProcess.start(network.box(), command);
  }

  /** The program as it runs with this configuration, which is written to {@code directory}. */
  static List<String> runWith(Path directory, String configuration) throws IOException {
    Path file = Files.writeString(directory.resolve("run.yaml"), configuration);
    return program("run", "--config", file.toString());
  }

  /**
   * The same with every buffer watched: when one is lost and collected, the next that is taken says
   * so on stderr.
   */
  static List<String> runWatched(Path directory, String configuration, String... javaOptions)
      throws IOException {
    List<String> command = runWith(directory, configuration);
    command.addAll(1, List.of(javaOptions));
    command.add(1, "-Dio.netty.leakDetection.level=paranoid");
    return command;
  }

  /** The program with these arguments. */
  static List<String> program(String... arguments) {
    return programWith(System.getProperty("java.class.path"), arguments);
  }

  /** The same with classes from elsewhere. */
  static List<String> programWith(String classPath, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                Midstream.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Both ends send at once, the client {@code up}; what arrives has {@code replacement} in the
   * mark's place.
   */
  static void assertBothArrive(
      Connection connection, Document up, Document down, String replacement) throws IOException {
    Transfer ascending = Transfer.start(connection.client(), connection.server(), up);
    Transfer descending = Transfer.start(connection.server(), connection.client(), down);
    assertThat(ascending.await(PATIENCE_SECONDS).digest())
        .isEqualTo(up.digestReplacing(replacement));
    assertThat(descending.await(PATIENCE_SECONDS).digest())
        .isEqualTo(down.digestReplacing(replacement));
  }
}
