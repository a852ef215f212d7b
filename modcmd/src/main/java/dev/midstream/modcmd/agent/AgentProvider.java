package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.settings.Problems;
import dev.midstream.modcmd.settings.SettingsNode;
import org.jspecify.annotations.Nullable;

/** Makes agents of one kind; found through {@link java.util.ServiceLoader}. */
public interface AgentProvider {

  /** The name that a rule's {@code agent} key uses; lower case letters, digits and dashes. */
  String name();

  /**
   * Makes an agent from a rule's settings.
   *
   * @param settings the rule's {@code settings}; null if the rule has none
   * @param where {@code file:line} of the rule, for problems that have no node of their own
   * @param problems gets every mistake; if there is one, the returned agent is never used
   * @return the agent, or null if the settings are wrong
   */
  @Nullable Agent<?> create(@Nullable SettingsNode settings, String where, Problems problems);
}
