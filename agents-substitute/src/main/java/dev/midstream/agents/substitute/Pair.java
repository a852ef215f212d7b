package dev.midstream.agents.substitute;

import dev.midstream.agent.Octets;

/** A find string of 1 octet or more and its replacement. Immutable. */
record Pair(Octets find, Octets replacement) {
  boolean keepsLength() {
    return find.length() == replacement.length();
  }
}
