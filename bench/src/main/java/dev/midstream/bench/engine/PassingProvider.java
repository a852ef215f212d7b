package dev.midstream.bench.engine;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.settings.SettingsReader;

/** Provides the agent {@code pass}, which has no settings. */
public final class PassingProvider implements AgentProvider {
  /** For {@link java.util.ServiceLoader}. */
  public PassingProvider() {}

  @Override
  public String name() {
    return "pass";
  }

  @Override
  public Agent<?> create(SettingsReader settings) {
    return new PassingAgent();
  }
}
