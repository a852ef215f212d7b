package dev.midstream.gateway.config;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.AgentProvider;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;
import dev.midstream.modcmd.settings.Problems;
import dev.midstream.modcmd.settings.SettingsNode;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in for tests; its agent passes everything. Among its settings, {@code wrong} is refused
 * with a problem, {@code silent} is refused without one, {@code throw} makes it throw, {@code odd}
 * gives a warning, and with {@code mute} the agent throws when it is asked about itself.
 */
record FakeProvider(String name) implements AgentProvider {

  @Override
  public @Nullable Agent<?> create(
      @Nullable SettingsNode settings, String where, Problems problems) {
    if (!(settings instanceof SettingsNode.Mapping mapping)) {
      return new PassingAgent(false);
    }
    SettingsNode wrong = mapping.entries().get("wrong");
    if (wrong != null) {
      problems.add(wrong.where(), "wrong setting, key=wrong");
    }
    SettingsNode odd = mapping.entries().get("odd");
    if (odd != null) {
      problems.warn(odd.where(), "odd setting, key=odd");
    }
    if (mapping.entries().containsKey("throw")) {
      throw new IllegalStateException("bug in a plug-in");
    }
    boolean isRefused = wrong != null || mapping.entries().containsKey("silent");
    return isRefused ? null : new PassingAgent(mapping.entries().containsKey("mute"));
  }

  private record PassingAgent(boolean mute) implements Agent<Boolean> {
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
