package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.settings.Problems;
import dev.midstream.modcmd.settings.SettingsNode;
import org.jspecify.annotations.Nullable;

/** Creates agents of one kind; found through {@link java.util.ServiceLoader}. */
public interface AgentProvider {

  /** The value of a rule's {@code agent} key; lower case letters, digits and dashes. */
  String name();

  /**
   * Creates an agent from the settings of a rule.
   *
   * @param settings the rule's {@code settings}; null if the rule has none
   * @param where {@code file:line} of the rule, for problems without a node of their own
   * @param problems receives every mistake; if there is one, the agent is not used
   * @return the agent, or null if the settings are wrong
   */
  @Nullable Agent<?> create(@Nullable SettingsNode settings, String where, Problems problems);
}
