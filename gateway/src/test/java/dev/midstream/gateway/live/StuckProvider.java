package dev.midstream.gateway.live;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.agent.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Makes agents that never return once they are shown an octet, like a faulty plug-in. */
public final class StuckProvider implements AgentProvider {
  static final String NAME = "stuck";

  /** Installs the agent in {@code folder}, a part of a class path, as users install theirs. */
  static void install(Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(AgentProvider.class.getName()), StuckProvider.class.getName());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Agent<?> create(SettingsReader settings) {
    return new StuckAgent();
  }

  private record StuckAgent() implements Agent<Boolean> {
    @Override
    public Boolean newConnection() {
      return true;
    }

    @Override
    public Boolean onOctets(Boolean state, Direction direction, OctetView view, Decisions out) {
      while (view.length() > 0) {
        LockSupport.parkNanos(Long.MAX_VALUE);
      }
      return state;
    }

    @Override
    public StateCodec<Boolean> codec() {
      return StateCodec.stateless(true);
    }
  }
}
