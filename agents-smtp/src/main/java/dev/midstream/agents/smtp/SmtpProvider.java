package dev.midstream.agents.smtp;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates the {@code smtp} agent. */
public final class SmtpProvider implements AgentProvider {

  /** For {@link java.util.ServiceLoader}. */
  public SmtpProvider() {}

  @Override
  public String name() {
    return "smtp";
  }

  @Override
  public List<AgentReason> reasons() {
    return SmtpReason.all();
  }

  @Override
  public @Nullable Agent<?> create(SettingsReader settings) {
    SmtpPolicy policy = SmtpSettings.read(settings);
    return policy == null ? null : new SmtpAgent(policy);
  }

  @Override
  public List<Setting> settings() {
    return SmtpSettings.SETTINGS;
  }
}
