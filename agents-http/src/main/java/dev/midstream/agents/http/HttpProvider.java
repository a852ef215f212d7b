package dev.midstream.agents.http;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates the {@code http} agent. */
public final class HttpProvider implements AgentProvider {

  /** For {@link java.util.ServiceLoader}. */
  public HttpProvider() {}

  @Override
  public String name() {
    return "http";
  }

  @Override
  public List<AgentReason> reasons() {
    return HttpReason.all();
  }

  @Override
  public @Nullable Agent<?> create(SettingsReader settings) {
    HttpPolicy policy = HttpSettings.read(settings);
    return policy == null ? null : new HttpAgent(policy);
  }

  @Override
  public List<Setting> settings() {
    return HttpSettings.SETTINGS;
  }
}
