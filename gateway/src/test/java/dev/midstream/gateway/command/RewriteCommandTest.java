package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Vantage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriteCommandTest {
  /** Copies the capture and appends an exclamation mark. */
  private static final Rewriter COPYING =
      (request, summary) -> {
        Files.writeString(request.out(), Files.readString(request.in()) + "!");
        summary.println("copied");
      };

  private final List<RewriteRequest> requests = new ArrayList<>();

  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");
  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void writeInput() throws IOException {
    config = Files.writeString(directory.resolve("c.yaml"), "mode: monitor");
    in = Files.writeString(directory.resolve("in.pcap"), "octets");
    out = directory.resolve("out.pcap");
  }

  @Test
  @DisplayName("the rewriter gets the configuration, the files and the default of --receiver")
  void passesConfigurationAndFiles() throws Exception {
    CommandRun run = run(recording(COPYING), in, out);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEqualTo("copied" + System.lineSeparator());
    assertThat(requests).hasSize(1);
    assertThat(requests.getFirst().configuration().mode()).isEqualTo(Mode.MONITOR);
    assertThat(requests.getFirst().vantage()).isEqualTo(Vantage.RECORDING);
    assertThat(requests.getFirst().in()).isEqualTo(in);
    assertThat(requests.getFirst().outName()).isEqualTo(out.toString());
    assertThat(requests.getFirst().json()).isFalse();
    assertThat(out).hasContent("octets!");
    assertThat(files()).containsExactly("c.yaml", "in.pcap", "out.pcap");
  }

  @Test
  @DisplayName("--receiver and --json reach the rewriter")
  void passesOptions() {
    CommandRun.of(
        recording(COPYING),
        Map.of(),
        "rewrite",
        "--json",
        "--receiver",
        "edited",
        "--config",
        config,
        in,
        out);

    assertThat(requests.getFirst().vantage()).isEqualTo(Vantage.INLINE);
    assertThat(requests.getFirst().json()).isTrue();
  }

  @Test
  @DisplayName("C-73 a failing rewriter leaves the old file and no partial one")
  void keepsOldFileOnFailure() throws Exception {
    Files.writeString(out, "old");

    CommandRun run =
        run((request, _) -> {
          Files.writeString(request.out(), "half");
          throw new IOException("disk full");
        });

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errorLines())
        .containsExactly("midstream: input or output failed, error=disk full");
    assertThat(out).hasContent("old");
    assertThat(files()).containsExactly("c.yaml", "in.pcap", "out.pcap");
  }

  @Test
  @DisplayName("C-73 an input that is no capture is one line and exit code 2")
  void refusesBadCapture() throws Exception {
    CommandRun run =
        run((request, _) -> {
          throw new InputException(request.in() + ": no capture");
        });

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errorLines()).containsExactly("midstream: " + in + ": no capture");
    assertThat(files()).containsExactly("c.yaml", "in.pcap");
  }

  @Test
  @DisplayName("an existing file is replaced, also through a link")
  void replacesExistingFile() throws Exception {
    Path target = Files.writeString(directory.resolve("target.pcap"), "old");
    Files.createSymbolicLink(out, target.getFileName());

    assertThat(run(COPYING).exitCode()).isZero();

    assertThat(target).hasContent("octets!").isRegularFile();
    assertThat(out).isSymbolicLink();
  }

  @Test
  @DisplayName("a file that replaces another has its mode")
  void keepsTheMode() throws Exception {
    Files.writeString(out, "secret");
    Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rw-------"));

    assertThat(run(COPYING).exitCode()).isZero();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
        .isEqualTo("rw-------");
    assertThat(out).hasContent("octets!");
  }

  @Test
  @DisplayName("a link to a file that does not exist yet stays a link")
  void createsTheFileBehindALink() throws Exception {
    Files.createSymbolicLink(out, Path.of("target.pcap"));

    assertThat(run(COPYING).exitCode()).isZero();

    assertThat(out).isSymbolicLink();
    assertThat(directory.resolve("target.pcap")).hasContent("octets!").isRegularFile();
  }

  @Test
  @DisplayName("an output may have the longest name that the system allows, not a longer one")
  void writesToLongNames() throws Exception {
    Path longest = directory.resolve("n".repeat(255));
    Path longer = directory.resolve("n".repeat(256));

    assertThat(run(COPYING, in, longest).exitCode()).isZero();

    assertThat(longest).hasContent("octets!");
    assertRefused(in, longer, longer + ": cannot be written, error=File name too long");
  }

  @Test
  @DisplayName("names that Java cannot pass on to the system are refused with what to do")
  void refusesNamesThatAreNotUtf8() {
    Path lost = directory.resolve("a\ufffd.pcap");
    String line = lost + ": the name has octets that are not UTF-8, use another name or a link";

    assertRefused(lost, out, line);
    assertRefused(in, lost, line);
  }

  @Test
  @DisplayName("a device or pipe is written directly")
  void writesDevicesDirectly() throws Exception {
    Path device = Path.of("/dev/null");
    assumeThat(device).as("this system has no /dev/null").exists();

    CommandRun run = run(recording((_, _) -> {}), in, device);

    assertThat(run.exitCode()).isZero();
    assertThat(requests.getFirst().out()).isEqualTo(device);
    assertThat(device).exists();
  }

  @Test
  @DisplayName("an input that is missing or a directory is refused")
  void refusesUnreadableInput() throws Exception {
    assertRefused(directory.resolve("none"), out, directory.resolve("none") + ": no such file");
    assertRefused(directory, out, directory + ": is a directory");
  }

  @Test
  @DisplayName("an output that is a directory, is in none, or is the input is refused")
  void refusesUnwritableOutput() throws Exception {
    Path nowhere = directory.resolve("none/out.pcap");
    Path link = Files.createSymbolicLink(directory.resolve("link"), in);

    assertRefused(in, directory, directory + ": is a directory");
    assertRefused(
        in, nowhere, nowhere + ": no such directory, directory=" + directory.resolve("none"));
    assertRefused(in, in, in + ": must not be the file that is read");
    assertRefused(in, link, link + ": must not be the file that is read");
    assertThat(in).hasContent("octets");
  }

  @Test
  @DisplayName("an output that would overwrite the configuration is refused")
  void refusesToOverwriteConfiguration() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), config);

    assertRefused(
        in, config, config + ": captures need a file of their own, shared with=" + config);
    assertRefused(in, link, link + ": captures need a file of their own, shared with=" + config);
    assertThat(config).hasContent("mode: monitor");
  }

  @Test
  @DisplayName("files without permission are refused")
  void refusesForbiddenFiles() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "x");
    assumeThat(secret.toFile().setReadable(false) && !Files.isReadable(secret))
        .as("this user may read everything")
        .isTrue();
    Path locked = Files.createDirectory(directory.resolve("locked"));
    assertThat(locked.toFile().setWritable(false)).isTrue();

    assertRefused(secret, out, secret + ": permission denied");
    assertRefused(
        in, locked.resolve("o"), locked.resolve("o") + ": permission denied, directory=" + locked);
  }

  @Test
  @DisplayName("a bad configuration is refused before any file is touched")
  void refusesBadConfigurationFirst() throws Exception {
    Files.writeString(config, "mode: x");

    CommandRun run = run(recording(COPYING), directory.resolve("none"), out);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errorLines()).singleElement().asString().contains("c.yaml:1: ");
    assertThat(requests).isEmpty();
  }

  private void assertRefused(Path in, Path out, String line) {
    CommandRun run = run(recording(COPYING), in, out);

    assertThat(run.errorLines()).containsExactly("midstream: " + line);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(requests).isEmpty();
  }

  private CommandRun run(Rewriter rewriter) {
    return run(rewriter, in, out);
  }

  private CommandRun run(Rewriter rewriter, Path in, Path out) {
    return CommandRun.of(rewriter, Map.of(), "rewrite", "--config", config, in, out);
  }

  private Rewriter recording(Rewriter rewriter) {
    return (request, summary) -> {
      requests.add(request);
      rewriter.rewrite(request, summary);
    };
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> directory.relativize(file).toString()).sorted().toList();
    }
  }
}
