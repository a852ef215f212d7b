package dev.midstream.agents.http;

import java.util.Set;

/**
 * To which protocols a connection may change.
 *
 * @param allowed the protocols, in lower case
 * @param removesOthers whether a request for others goes on without it; otherwise it is denied
 */
record Upgrades(Set<String> allowed, boolean removesOthers) {
  Upgrades {
    allowed = Set.copyOf(allowed);
  }

  /** What becomes of the field Upgrade of {@code head}. */
  Upgrade of(Head head) {
    if (head.count(Names.UPGRADE) == 0) {
      return Upgrade.NONE;
    }
    if (allowed.containsAll(head.tokens(Names.UPGRADE))) {
      return Upgrade.ASKED;
    }
    return removesOthers ? Upgrade.REMOVED : Upgrade.DENIED;
  }
}
