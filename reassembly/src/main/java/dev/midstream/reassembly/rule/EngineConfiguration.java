package dev.midstream.reassembly.rule;

/**
 * All an engine needs to know.
 *
 * @param mode the mode of every rule that names none; {@link Mode#MONITOR} here makes every rule at
 *     most a monitor
 * @param rules which connections an agent gets
 * @param policies what is done where the protocol leaves a choice
 * @param limits every bound
 * @param timeouts how long silent connections are kept
 * @param vantage whose acknowledgements the packets carry
 */
public record EngineConfiguration(
    Mode mode,
    RuleTable rules,
    Policies policies,
    EngineLimits limits,
    Timeouts timeouts,
    Vantage vantage) {}
