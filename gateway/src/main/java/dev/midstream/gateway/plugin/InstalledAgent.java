package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of agent that rules may name.
 *
 * @param name the value of a rule's {@code agent} key
 * @param origin the file or folder of the plug-in; {@link #PROGRAM} for the program's own
 * @param provider creates the agents
 * @param calls the calls of the provider and of its agents before they are used
 */
public record InstalledAgent(
    String name, String origin, AgentProvider provider, ForeignCalls calls) {
  /** The origin of the agents that come with the program. */
  public static final String PROGRAM = "program";

  /** What the provider answers; {@code method} is the name of what {@code code} calls. */
  public <T> ForeignCalls.Result<T> ask(String method, Function<AgentProvider, @Nullable T> code) {
    return calls.of(method, () -> code.apply(provider));
  }

  /** The version of the jar; null if its manifest has none. */
  public @Nullable String version() {
    return provider.getClass().getPackage().getImplementationVersion();
  }
}
