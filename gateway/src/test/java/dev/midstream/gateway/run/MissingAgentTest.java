package dev.midstream.gateway.run;

import static dev.midstream.gateway.run.WordScripts.GOOD;
import static dev.midstream.gateway.run.WordScripts.OPEN;
import static dev.midstream.gateway.run.WordScripts.RESETS;
import static dev.midstream.gateway.run.WordScripts.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connections of a rule whose plug-in cannot be used, beside those of a rule that works. */
class MissingAgentTest {
  private static final String RULES =
      """
      port: { inside: a, outside: b }
      plugins: { folder: %s }
      rules:
        - { match: { source: 10.0.0.0/8 }, agent: broken, mode: %s }
        - agent: substitute
          settings: { client-to-server: [ { find: good, replace: GOOD } ] }
      """;

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"", "on-agent-failure: pass\n", "mid-stream: pick-up\n"})
  @DisplayName("OWN-4 a missing agent counts as one that denies; connections of others are edited")
  void resetsConnectionsOfAFailedRule(String policy) throws Exception {
    Engine engine = engine(policy + RULES, "enforce");
    Script script = new Script(engine);
    script.between(Ends.IPV4).run(OPEN + says("good") + RESETS);
    script.between(Ends.IPV6).run(OPEN + GOOD);

    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
  }

  @Test
  @DisplayName("OWN-4 connections of a failed rule pass if the rule says so")
  void passesConnectionsOfAFailedRuleThatSaysSo() throws Exception {
    Engine engine = engine(RULES, "enforce, on-agent-failure: pass");

    new Script(engine).between(Ends.IPV4).run(OPEN + says("good") + ">s same\n");

    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
  }

  @Test
  @DisplayName("OWN-4 connections of a failed rule that only monitors pass unchanged")
  void passesMonitoredConnectionsOfAFailedRule() throws Exception {
    Engine engine = engine("on-agent-failure: reset\n" + RULES, "monitor");

    new Script(engine).between(Ends.IPV4).run(OPEN + says("good") + ">s same\n");

    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
  }

  private Engine engine(String text, String mode) throws Exception {
    Path folder = Files.createDirectories(directory.resolve("plugins"));
    Files.writeString(folder.resolve("broken.jar"), "no jar");
    Path config = Files.writeString(directory.resolve("c.yaml"), text.formatted(folder, mode));
    Configuration configuration = ConfigurationFile.load(config, Purpose.INLINE);
    return new Engine(
        configuration.engine(Vantage.INLINE),
        new HashSeed(1, 2),
        UnpooledByteBufAllocator.DEFAULT,
        EventSink.NONE);
  }
}
