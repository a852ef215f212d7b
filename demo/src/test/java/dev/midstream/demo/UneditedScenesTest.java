package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.network.Privilege;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scenes of real servers where a bridge of the kernel is between the ends, and no agent. */
@Tag("live")
class UneditedScenesTest {
  private final StringWriter text = new StringWriter();
  private Network network;

  @BeforeEach
  void connect() throws IOException {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
    network = Network.make(1_500);
    try {
      network.box().ip("link add br0 type bridge", "link set br0 up");
    } catch (IOException e) {
      assumeTrue(false, () -> "skipped: no bridges: " + e.getMessage());
    }
    network.box().ip("link set in0 master br0", "link set out0 master br0");
  }

  @AfterEach
  void close() {
    if (network != null) {
      network.close();
    }
  }

  @Test
  @DisplayName("OWN-3 a file by FTP: without the agent the command is obeyed, which is a failure")
  void ftpFails() throws IOException {
    Verdict verdict = run(new FtpScene());
    assertThat(verdict.hasFailed()).isTrue();
    assertThat(text.toString()).contains("client hears  250 ", "which no reply named, is open");
  }

  @Test
  @DisplayName("OWN-3 a mail: without the agent it is relayed as it is, which is a failure")
  void mailFails() throws IOException {
    Verdict verdict = run(new MailScene());
    assertThat(verdict.hasFailed()).isTrue();
    assertThat(text.toString())
        .contains("RCPT TO:<eve@example.net>\n  client hears  250 ")
        .contains("server hears  something else");
  }

  @Test
  @DisplayName("OWN-3 a site: without the agent the server does not know its name: a failure")
  void siteFails() {
    assertThatThrownBy(() -> run(new SiteScene()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("to=Location:");
    assertThat(text.toString()).contains("HTTP/1.1 421 ");
  }

  private Verdict run(Scene scene) throws IOException {
    List<String> missing = scene.missing();
    assumeTrue(missing.isEmpty(), () -> "skipped: not installed: " + missing);
    PrintWriter out = new PrintWriter(text);
    return scene.run(network, new Screen(out, out, false, System::nanoTime));
  }
}
