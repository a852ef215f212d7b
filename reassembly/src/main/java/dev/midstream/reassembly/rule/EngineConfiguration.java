package dev.midstream.reassembly.rule;

/**
 * The configuration of an engine.
 *
 * @param mode the mode of rules that name none; no rule goes beyond {@link Mode#MONITOR} if this is
 *     the mode
 */
public record EngineConfiguration(
    Mode mode,
    RuleTable rules,
    Policies policies,
    EngineLimits limits,
    Timeouts timeouts,
    Vantage vantage) {}
