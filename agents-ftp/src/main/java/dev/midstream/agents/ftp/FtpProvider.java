package dev.midstream.agents.ftp;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates the {@code ftp} agent. */
public final class FtpProvider implements AgentProvider {

  /** For {@link java.util.ServiceLoader}. */
  public FtpProvider() {}

  @Override
  public String name() {
    return "ftp";
  }

  @Override
  public List<AgentReason> reasons() {
    return FtpReason.all();
  }

  @Override
  public @Nullable Agent<?> create(SettingsReader settings) {
    FtpPolicy policy = FtpSettings.read(settings);
    return policy == null ? null : new FtpAgent(policy);
  }

  @Override
  public List<Setting> settings() {
    return FtpSettings.SETTINGS;
  }
}
