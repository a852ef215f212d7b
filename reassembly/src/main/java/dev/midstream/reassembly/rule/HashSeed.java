package dev.midstream.reassembly.rule;

/**
 * The key of the hashes in the engine's tables. It must stay secret: an attacker who knows it can
 * choose addresses and ports that all collide. The output of an engine does not depend on it.
 */
public record HashSeed(long first, long second) {}
