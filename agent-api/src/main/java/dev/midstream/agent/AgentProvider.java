package dev.midstream.agent;

import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates agents of one kind; found through {@link java.util.ServiceLoader}. Each call has 10 s, on
 * a thread of its own. A call that throws or does not return in time has failed, and what it says
 * later is lost.
 */
public interface AgentProvider {
  /** Maximum number of reasons of a provider. */
  int MAX_REASONS = 64;

  /** The value of a rule's {@code agent} key; lower case letters, digits and dashes. */
  String name();

  /**
   * The reasons that the agents of this provider count, each code once, at most {@value
   * #MAX_REASONS}. An agent that counts another one fails. {@code ./midstream agents NAME} prints
   * them.
   */
  default List<AgentReason> reasons() {
    return List.of();
  }

  /**
   * Creates an agent from the settings of a rule. Every mistake is reported through {@code
   * settings}; if there is one, the agent is not used. Keys that were not read are reported by the
   * caller.
   *
   * @param settings the rule's {@code settings}; without keys if the rule has none
   * @return the agent, or null if the settings are wrong
   */
  @Nullable Agent<?> create(SettingsReader settings);

  /** The keys that {@link #create} reads; {@code ./midstream agents NAME} prints them. */
  default List<Setting> settings() {
    return List.of();
  }
}
