package dev.midstream.gateway.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.ftp.FtpProvider;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.box.TranslatingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.Objects;
import java.util.TreeMap;

/** Scripts through an engine with the agent of FTP, and a box that translates addresses. */
final class TranslatedFtp {
  private static final FtpProvider PROVIDER = new FtpProvider();

  private TranslatedFtp() {}

  /** A script between {@code ends}, which the server sees as {@code endsAtServer}. */
  static Script script(Ends ends, Ends endsAtServer) {
    Engine engine = AgentEngine.of(PROVIDER, new TranslatedAgent<>(agent(), endsAtServer));
    return new Script(new TranslatingBox(engine, ends, endsAtServer)).between(ends, endsAtServer);
  }

  private static Agent<?> agent() {
    Mapping settings = new Mapping(new TreeMap<>(), "c.yaml:1");
    return Objects.requireNonNull(
        PROVIDER.create(new SettingsReader("settings", settings, new Problems())));
  }
}
