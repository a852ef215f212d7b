package dev.midstream.gateway.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.ftp.FtpProvider;
import dev.midstream.agents.smtp.SmtpProvider;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that speaks first to a server of another protocol, where that passes. */
class AnotherProtocolTest {
  private static final RulePolicies PASSING =
      new RulePolicies(OnFailure.PASS, null, null, null, null);

  static List<AgentProvider> providers() {
    return List.of(new FtpProvider(), new SmtpProvider());
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("C-60 what the client said before the server waits, and passes unchanged")
  void passesEarlyOctets(AgentProvider provider) {
    new Script(AgentEngine.of(provider, agent(provider), PASSING))
        .between(Ends.IPV4.withPorts(40_000, 25))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460,sackOK>
            >s S 0:0(0) win 65535 <mss 1460,sackOK>
            s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
            >c S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
            c> . 1:1(0) ack 1
            >s . 1:1(0) ack 1
            c> P. 1:9(8) ack 1 "XBAD: x\\n"
            s> P. 1:12(11) ack 1 "SSH-2.0-x\\r\\n"
            >c P. 1:12(11) ack 1 "SSH-2.0-x\\r\\n"
            >s P. 1:9(8) ack 1 "XBAD: x\\n"
            c> P. 9:18(9) ack 12 "XCLIENT\\r\\n"
            >s P. 9:18(9) ack 12 "XCLIENT\\r\\n"
            """);
  }

  private static Agent<?> agent(AgentProvider provider) {
    Mapping settings = new Mapping(new TreeMap<>(), "c.yaml:1");
    return Objects.requireNonNull(
        provider.create(new SettingsReader("settings", settings, new Problems())));
  }
}
