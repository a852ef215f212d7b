package dev.midstream.gateway.config;

import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a configuration file says, checked and complete. Immutable.
 *
 * @param mode enforce or monitor, for the whole program
 * @param rules which connections an agent gets
 * @param policies what is done where the protocol leaves a choice, as for a box inline
 * @param midStreamNamed whether the file names what becomes of connections whose SYN was not seen
 * @param limits every bound of the engine
 * @param timeouts how long silent connections are kept
 * @param port where packets come from when inline
 * @param workers who moves them
 * @param onExit what becomes of traffic when the program has ended
 * @param admin where the administration listens
 * @param eventsFile where events are written; null for nowhere
 * @param eventsPerSecond how many events of one cause are written in a second, inline
 * @param warnings what works but is hardly meant, one line each, with file and line
 */
public record Configuration(
    Mode mode,
    RuleTable rules,
    Policies policies,
    boolean midStreamNamed,
    EngineLimits limits,
    Timeouts timeouts,
    PortSettings port,
    WorkerSettings workers,
    OnExit onExit,
    AdminSettings admin,
    @Nullable Path eventsFile,
    int eventsPerSecond,
    List<String> warnings) {

  /** What becomes of traffic between the interfaces when the program has ended in order. */
  public enum OnExit {
    /** Nothing passes. */
    CLOSED,
    /** The kernel joins the interfaces. */
    OPEN
  }

  /** Copies the list. */
  public Configuration {
    warnings = List.copyOf(warnings);
  }

  /**
   * What an engine needs. In a recording whose receiver speaks of the original stream, connections
   * whose SYN was not seen pass, unless the file names something else.
   */
  public EngineConfiguration engine(Reading reading) {
    boolean passes = reading == Reading.ORIGINAL && !midStreamNamed;
    return new EngineConfiguration(
        mode,
        rules,
        passes ? policies.withMidStream(MidStream.PASS) : policies,
        limits,
        timeouts,
        reading);
  }

  /** What each of several engines inline needs that share the connections. */
  public EngineConfiguration sharedEngine(int engines) {
    return new EngineConfiguration(
        mode, rules, policies, limits.share(engines), timeouts, Reading.EDITED);
  }

  /** The rules in a form for people, one line each, after a line for the whole. */
  public List<String> summary() {
    return RuleSummary.of(this);
  }
}
