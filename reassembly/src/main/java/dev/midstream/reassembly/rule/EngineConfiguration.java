package dev.midstream.reassembly.rule;

/**
 * The configuration of an engine.
 *
 * @param mode the mode of rules that name none; no rule goes beyond {@link Mode#MONITOR} if this is
 *     the mode
 * @param rules the rules that decide connections
 * @param policies choices that the protocol leaves open
 * @param limits all limits
 * @param timeouts how long silent connections are kept
 * @param vantage where the packets are seen
 */
public record EngineConfiguration(
    Mode mode,
    RuleTable rules,
    Policies policies,
    EngineLimits limits,
    Timeouts timeouts,
    Vantage vantage) {}
