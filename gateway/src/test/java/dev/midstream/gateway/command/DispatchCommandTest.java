package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.run.InlineRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatchCommandTest {
  private static final String FILE =
      """
      port: { inside: a, outside: b }
      cluster:
        node: d1
        bind: "10.9.0.9:7800"
        members: [ "10.9.0.1:7800" ]
        delivery: dispatch
        dispatch: { listen: "10.9.0.9:7800" }
        tls: { authority: none.pem, certificate: none.pem, key: none.key }
      """;

  @TempDir private Path directory = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object command, String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve("d.yaml"), text);
    return MidstreamCommand.run(
        new PrintWriter(out),
        new PrintWriter(err),
        Map.of(),
        new String[] {name, "--config", file.toString()},
        command);
  }

  @Test
  @DisplayName("PDP-9 OWN-3 dispatch runs as a dispatcher with a port, and says when it is ready")
  void runsAsADispatcher() throws IOException {
    AtomicReference<Configuration> given = new AtomicReference<>();
    DispatchCommand command =
        new DispatchCommand((configuration, record, ready) -> {
          assertThat(record).isNull();
          given.set(configuration);
          ready.run();
        });

    assertThat(run(command, "dispatch", FILE)).as(err.toString()).isEqualTo(ExitCode.DONE);

    assertThat(out.toString()).isEqualTo("midstream ready" + System.lineSeparator());
    assertThat(given.get().port().inside()).isEqualTo("a");
    assertThat(Objects.requireNonNull(given.get().cluster()).isDispatcher()).isTrue();
  }

  @Test
  @DisplayName("PDP-9 OWN-3 run at the address of a dispatcher is refused with what to do")
  void runNamesTheOtherCommand() throws IOException {
    assertThat(run(new RunCommand(new InlineRunner()), "run", FILE)).isEqualTo(ExitCode.REFUSED);

    assertThat(err.toString())
        .contains(
            "d.yaml:4: is the address of a dispatcher, start it with midstream dispatch,"
                + " key=cluster.bind");
  }
}
