package dev.midstream.reassembly.rule;

/**
 * What the places of connections and datagrams in the engine's tables depend on. Nobody outside may
 * know it, or whoever chooses ports and addresses can put all of theirs in one place; what comes
 * out of an engine does not depend on it.
 *
 * @param first its first half
 * @param second its second half
 */
public record HashSeed(long first, long second) {}
