package dev.midstream.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.midstream.gateway.GreetingConfiguration;
import dev.midstream.gateway.command.RewriteRequest;
import dev.midstream.reassembly.rule.Vantage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("OWN-3 a full disk is reported with the name that the user gave the capture")
  void namesTheCaptureAsTheUserDid() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).as("this system has no /dev/full").exists();
    Path in = Files.write(directory.resolve("in.pcap"), CaptureBuilder.opened().octets());
    RewriteRequest request =
        new RewriteRequest(
            GreetingConfiguration.load(directory), Vantage.INLINE, in, full, "out.pcap", false);

    assertThatThrownBy(() ->
            new CaptureRewriter(() -> 0, false)
                .rewrite(request, new PrintWriter(Writer.nullWriter())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write capture file=out.pcap reason=");
  }
}
