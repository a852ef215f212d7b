package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import org.jspecify.annotations.Nullable;

/**
 * A kind of agent that rules may name.
 *
 * @param name the value of a rule's {@code agent} key
 * @param origin the file or folder of the plug-in; {@link #PROGRAM} for the program's own
 * @param provider creates the agents; foreign code, see {@link ForeignCall}
 */
public record InstalledAgent(String name, String origin, AgentProvider provider) {
  /** The origin of the agents that come with the program. */
  public static final String PROGRAM = "program";

  /** The version of the jar; null if its manifest has none. */
  public @Nullable String version() {
    return provider.getClass().getPackage().getImplementationVersion();
  }
}
