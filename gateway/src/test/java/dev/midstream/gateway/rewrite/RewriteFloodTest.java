package dev.midstream.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.TcpFlags;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program with a small heap and a capture of a SYN flood. */
class RewriteFloodTest {
  private static final int SYNS = 400_000;
  private static final int PORTS = 60_000;
  private static final int SYNS_PER_SECOND = 40_000;
  private static final String OPTIONS = "mss 1460,sackOK,TS 1/0,nop,wscale 7";
  private static final String CONFIGURATION =
      """
      rules:
        - agent: substitute
          settings: { client-to-server: [ { find: "Hello", replace: "Hi" } ] }
      """;

  /** Less than a tenth of what the connections took if each were built. */
  private static final String HEAP = "-Xmx100m";

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"original", "edited"})
  @DisplayName("C-66 a capture with 400,000 SYNs needs little memory")
  void rewritesAFlood(String receiver) throws IOException, InterruptedException {
    Path in = writeFlood(directory.resolve("in.pcap"));
    Path config = Files.writeString(directory.resolve("rules.yaml"), CONFIGURATION);
    Path out = directory.resolve("out.pcap");
    Path log = directory.resolve("log.txt");
    int exitCode =
        RewriteProcess.run(
            List.of(HEAP),
            log,
            "--config",
            config.toString(),
            "--receiver",
            receiver,
            in.toString(),
            out.toString());
    assertThat(exitCode).as(Files.readString(log)).isZero();
    assertThat(out).hasSize(Files.size(in));
  }

  /** Writes a capture of Ethernet frames with times in microseconds. */
  private static Path writeFlood(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.write(CaptureBuilder.empty().octets());
      for (int number = 0; number < SYNS; number++) {
        byte[] frame = syn(number);
        out.writeInt(number / SYNS_PER_SECOND);
        out.writeInt(number % SYNS_PER_SECOND);
        out.writeInt(frame.length);
        out.writeInt(frame.length);
        out.write(frame);
      }
    }
    return file;
  }

  private static byte[] syn(int number) {
    Ends ends = Ends.IPV4.withPorts(1 + number % PORTS, 80 + number / PORTS);
    return new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
        .flags(TcpFlags.SYN)
        .sequence(ends.clientIsn())
        .options(OPTIONS)
        .build();
  }
}
