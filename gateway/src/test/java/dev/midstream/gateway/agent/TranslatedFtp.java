package dev.midstream.gateway.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.ftp.FtpProvider;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.box.TranslatingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** Scripts through an engine with the agent of FTP, and a box that translates addresses. */
final class TranslatedFtp {
  private static final FtpProvider PROVIDER = new FtpProvider();

  private TranslatedFtp() {}

  /** A script between {@code ends}, which the server sees as {@code endsAtServer}. */
  static Script script(Ends ends, Ends endsAtServer) {
    Engine engine = engine(new TranslatedAgent<>(agent(), endsAtServer));
    return new Script(new TranslatingBox(engine, ends, endsAtServer)).between(ends, endsAtServer);
  }

  private static Agent<?> agent() {
    Mapping settings = new Mapping(new TreeMap<>(), "c.yaml:1");
    return Objects.requireNonNull(
        PROVIDER.create(new SettingsReader("settings", settings, new Problems())));
  }

  private static Engine engine(Agent<?> agent) {
    Rule rule =
        new Rule(
            "control",
            Match.ANY,
            Action.ALLOW,
            PROVIDER.name(),
            agent,
            Mode.ENFORCE,
            RulePolicies.NONE,
            PROVIDER.reasons());
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        new UnpooledByteBufAllocator(true, true),
        new Failing());
  }

  /** Fails the script if the agent fails. */
  private static final class Failing implements EventSink {
    @Override
    public void event(Reason reason, String connection, String text) {
      if (reason == Reason.AGENT_FAILED) {
        throw new AssertionError(text);
      }
    }
  }
}
