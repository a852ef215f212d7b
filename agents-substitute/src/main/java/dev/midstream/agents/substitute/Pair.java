package dev.midstream.agents.substitute;

import dev.midstream.modcmd.command.Octets;

/** A find string, 1 octet or more, and what takes its place. Immutable. */
record Pair(Octets find, Octets replacement) {
  boolean keepsLength() {
    return find.length() == replacement.length();
  }
}
