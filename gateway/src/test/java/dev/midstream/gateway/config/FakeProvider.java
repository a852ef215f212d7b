package dev.midstream.gateway.config;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in for tests; its agent passes everything. Among its settings, {@code wrong} is refused
 * with a problem, {@code silent} is refused without one, {@code throw} makes it throw, {@code odd}
 * gives a warning, and with {@code mute} the agent throws when it is asked about itself, and with
 * {@code denies} it says that it denies. It knows the settings of the examples and ignores them.
 */
record FakeProvider(String name, List<AgentReason> reasons) implements AgentProvider {
  /** A provider that declares no reason. */
  FakeProvider(String name) {
    this(name, List.of());
  }

  @Override
  public @Nullable Agent<?> create(SettingsReader settings) {
    if (settings.node("wrong") != null) {
      settings.refuse("wrong", "wrong setting");
    }
    if (settings.node("odd") != null) {
      settings.warn("odd", "odd setting");
    }
    if (settings.node("throw") != null) {
      throw new IllegalStateException("bug in a plug-in");
    }
    for (String ignored : List.of("passive", "client-to-server", "server-to-client")) {
      settings.list(ignored);
    }
    boolean denies = settings.node("denies") != null;
    boolean isRefused = settings.node("wrong") != null || settings.node("silent") != null;
    return isRefused ? null : new PassingAgent(settings.node("mute") != null, denies);
  }

  private record PassingAgent(boolean mute, boolean denies) implements Agent<Boolean> {
    @Override
    public boolean keepsLengths() {
      if (mute) {
        throw new IllegalStateException("bug in a plug-in");
      }
      return true;
    }

    @Override
    public Boolean newConnection() {
      return true;
    }

    @Override
    public Boolean onOctets(Boolean state, Direction direction, OctetView view, Decisions out) {
      out.skipRest();
      return state;
    }

    @Override
    public StateCodec<Boolean> codec() {
      return StateCodec.stateless(true);
    }
  }
}
