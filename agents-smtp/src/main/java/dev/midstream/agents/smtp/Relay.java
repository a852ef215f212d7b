package dev.midstream.agents.smtp;

import dev.midstream.agent.Octets;
import java.util.List;

/**
 * Who may name recipients of which domains.
 *
 * @param localDomains domains, or a dot and a domain for all below it; none allow all recipients
 * @param clients networks of clients that may name recipients of all domains
 * @param trustsAuthenticated whether clients that have logged in may do so too
 */
record Relay(List<String> localDomains, List<Network> clients, boolean trustsAuthenticated) {

  Relay {
    localDomains = List.copyOf(localDomains);
    clients = List.copyOf(clients);
  }

  boolean isProtected() {
    return !localDomains.isEmpty();
  }

  /** Whether a client with this address may name any recipient. */
  boolean trusts(Octets address) {
    return clients.stream().anyMatch(each -> each.contains(address));
  }

  /** Whether the recipient is a local one, for any client. */
  boolean isLocal(Path path) {
    return !isProtected()
        || path.domain().isEmpty()
        || (!path.isRouted()
            && localDomains.stream().anyMatch(each -> AddressRules.matches(each, path)));
  }
}
