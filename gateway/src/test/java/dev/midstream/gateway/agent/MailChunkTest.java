package dev.midstream.gateway.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.smtp.SmtpProvider;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chunks of mail through an engine with the agent of SMTP, with a gap in them. */
class MailChunkTest {
  private static final SmtpProvider PROVIDER = new SmtpProvider();
  private static final Ends ENDS = Ends.IPV4.withPorts(40_000, 25);

  private static final String BEGUN =
      """
      c> S 0:0(0) win 65535 <mss 1460,sackOK>
      >s S 0:0(0) win 65535 <mss 1460,sackOK>
      s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
      >c S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
      c> . 1:1(0) ack 1
      >s . 1:1(0) ack 1
      s> P. 1:9(8) ack 1 "220 mx\\r\\n"
      >c P. 1:9(8) ack 1 "220 mx\\r\\n"
      c> P. 1:9(8) ack 9 "EHLO c\\r\\n"
      >s P. 1:9(8) ack 9 "EHLO c\\r\\n"
      s> P. 9:31(22) ack 9 "250-mx\\r\\n250 CHUNKING\\r\\n"
      >c P. 9:31(22) ack 9 "250-mx\\r\\n250 CHUNKING\\r\\n"
      c> P. 9:41(32) ack 31 "MAIL FROM:<a@b>\\r\\nRCPT TO:<c@d>\\r\\n"
      >s P. 9:41(32) ack 31 "MAIL FROM:<a@b>\\r\\nRCPT TO:<c@d>\\r\\n"
      s> P. 31:47(16) ack 41 "250 ok\\r\\n250 ok\\r\\n"
      >c P. 31:47(16) ack 41 "250 ok\\r\\n250 ok\\r\\n"
      c> P. 41:60(19) ack 47 "BDAT 20 LAST\\r\\nfirst"
      >s P. 41:60(19) ack 47 "BDAT 20 LAST\\r\\nfirst"
      """;

  @Test
  @DisplayName("C-58 what follows a gap in a chunk is opaque, and a command behind it is decided")
  void gapInAChunk() {
    play(
        """
        c> P. 70:81(11) ack 47 "\\r\\n.\\r\\nTURN\\r\\n"
        >s P. 70:75(5) ack 47 "\\r\\n.\\r\\n"
        c> P. 60:70(10) ack 47 "0123456789"
        >s P. 60:70(10) ack 47 "0123456789"
        s> . 47:47(0) ack 75
        >c . 47:47(0) ack 81
        s> P. 47:59(12) ack 75 "250 queued\\r\\n"
        >c P. 47:91(44) ack 81 "250 queued\\r\\n502 5.5.1 Command not allowed.\\r\\n"
        """);
  }

  private static void play(String script) {
    new Script(AgentEngine.of(PROVIDER, agent())).between(ENDS).run(BEGUN + script);
  }

  private static Agent<?> agent() {
    Mapping settings = new Mapping(new TreeMap<>(), "c.yaml:1");
    return Objects.requireNonNull(
        PROVIDER.create(new SettingsReader("settings", settings, new Problems())));
  }
}
