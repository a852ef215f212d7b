package dev.midstream.gateway.config;

import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked and complete configuration. Immutable.
 *
 * @param mode enforce or monitor, for the whole program
 * @param rules which connections an agent gets
 * @param policies choices that the protocol leaves open, for an inline box
 * @param midStreamNamed whether the file names the policy for connections whose SYN was not seen
 * @param limits every limit of the engine
 * @param timeouts how long idle connections are kept
 * @param agentTimes how long a call of an agent may last
 * @param port the inline port
 * @param workers the threads that forward packets
 * @param fastPath how connections that need no decision stay in the kernel
 * @param onExit how traffic passes after the program's end
 * @param admin the address of the admin server
 * @param eventsFile the file of events; null for none
 * @param eventsPerSecond events of one cause that are written each second, inline
 * @param eventsLevel which events are written, inline
 * @param cluster the cluster of which this node is a member; null for none
 * @param warnings settings that work but are hardly intended, one line each, with file and line
 */
public record Configuration(
    Mode mode,
    RuleTable rules,
    Policies policies,
    boolean midStreamNamed,
    EngineLimits limits,
    Timeouts timeouts,
    AgentTimes agentTimes,
    PortSettings port,
    WorkerSettings workers,
    FastPathSettings fastPath,
    OnExit onExit,
    AdminSettings admin,
    @Nullable Path eventsFile,
    int eventsPerSecond,
    EventsLevel eventsLevel,
    @Nullable ClusterConfiguration cluster,
    List<String> warnings) {

  /** How traffic passes between the interfaces after an orderly end of the program. */
  public enum OnExit {
    /** Not at all. */
    CLOSED,
    /** Through a bridge of the kernel. */
    OPEN
  }

  /** Which events are written. */
  public enum EventsLevel {
    /** Those for operators. */
    INFO,
    /** Those for developers, too. */
    DEBUG
  }

  public Configuration {
    warnings = List.copyOf(warnings);
  }

  /**
   * The configuration of an engine. In a capture whose receivers acknowledge the original stream,
   * connections whose SYN was not seen pass, unless the file names another policy.
   */
  public EngineConfiguration engine(Vantage vantage) {
    boolean passes = vantage == Vantage.RECORDING && !midStreamNamed;
    return new EngineConfiguration(
        mode,
        rules,
        passes ? policies.withMidStream(MidStream.PASS) : policies,
        limits,
        timeouts,
        vantage);
  }

  /** The configuration of each of several inline engines that share the connections. */
  public EngineConfiguration sharedEngine(int engines) {
    return new EngineConfiguration(
        mode, rules, policies, limits.share(engines), timeouts, Vantage.INLINE);
  }

  /** This configuration with limits that a heap of {@code heapBytes} can hold. */
  public Configuration within(long heapBytes) {
    return new Configuration(
        mode,
        rules,
        policies,
        midStreamNamed,
        limits.within(heapBytes),
        timeouts,
        agentTimes,
        port,
        workers,
        fastPath,
        onExit,
        admin,
        eventsFile,
        eventsPerSecond,
        eventsLevel,
        cluster,
        warnings);
  }

  /** What of the totals a heap of {@code heapBytes} can hold: one line for people. */
  public String capacity(long heapBytes) {
    return HeapCapacity.of(limits, heapBytes);
  }

  /** A line about the whole and one for each rule, for people. */
  public List<String> summary() {
    return RuleSummary.of(this);
  }
}
