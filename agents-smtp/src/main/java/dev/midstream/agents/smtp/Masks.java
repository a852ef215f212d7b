package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import org.jspecify.annotations.Nullable;

/**
 * What the client reads in place of what the server says of itself.
 *
 * @param banner the text of the greeting; null for the server's
 * @param hello the text of the first line of the reply to EHLO, HELO and LHLO; null for the
 *     server's
 * @param extensions what becomes of the announced extensions
 */
record Masks(@Nullable String banner, @Nullable String hello, Extensions extensions) {

  /** The greeting in place of the server's; null to leave it. */
  @Nullable Octets greeting() {
    return banner == null ? null : Octets.ofLatin1("220 " + banner + "\r\n");
  }

  /** The reply in place of that to EHLO in [from, end); null to leave it. */
  @Nullable Octets hello(OctetView view, int from, int end) {
    return extensions.replacement(view, from, end, hello);
  }
}
