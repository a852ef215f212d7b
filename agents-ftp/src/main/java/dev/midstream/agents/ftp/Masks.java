package dev.midstream.agents.ftp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agents.ftp.Request.Kind;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the client reads in place of what the server says of itself.
 *
 * @param banner the text of the greeting; null for the server's
 * @param system the text of the reply to SYST; null for the server's
 * @param hiddenFeatures the first words of lines that are left out of the reply to FEAT, in upper
 *     case
 */
record Masks(@Nullable String banner, @Nullable String system, Set<String> hiddenFeatures) {
  private static final int READY = 220;
  private static final int SYSTEM = 215;
  private static final int STATUS = 211;

  Masks {
    hiddenFeatures = Set.copyOf(hiddenFeatures);
  }

  /** The reply in place of one with {@code code} to {@code request}; null to leave it. */
  @Nullable Octets replacement(@Nullable Request request, int code) {
    Kind kind = request == null ? Kind.OTHER : request.kind();
    String text =
        kind == Kind.GREETING && code == READY
            ? banner
            : kind == Kind.SYSTEM && code == SYSTEM ? system : null;
    return text == null ? null : Octets.ofLatin1(code + " " + text + "\r\n");
  }

  /** Whether the line with the text [from, textEnd) of a reply to {@code request} is left out. */
  boolean hides(@Nullable Request request, int code, OctetView view, int from, int textEnd) {
    if (request == null || request.kind() != Kind.FEATURES || code != STATUS) {
      return false;
    }
    String line = view.latin1(from, textEnd - from).strip();
    int end = line.indexOf(' ');
    String word = end < 0 ? line : line.substring(0, end);
    return hiddenFeatures.contains(word.toUpperCase(Locale.ROOT));
  }
}
