package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides heads that pass, with the edits of the settings. */
final class HeadEditor {
  private static final Octets ACCEPT_ENCODING = Octets.ofLatin1("accept-encoding");

  /** The coding gzip without a quality, or with one above 0. */
  private static final Pattern GZIP =
      Pattern.compile(
          "(?:^|,)(?:gzip|x-gzip)(?![^,]*;[ \\t]*q=0(?:[.]0*)?[ \\t]*(?:,|$))(?=[ \\t;,]|$)");

  private static final Set<String> UPGRADE_OPTIONS = Set.of("upgrade", "http2-settings");

  private final HttpPolicy policy;

  HeadEditor(HttpPolicy policy) {
    this.policy = policy;
  }

  /** Decides the head of a request. */
  void request(Turn turn, RequestHead request) {
    HeadEdits edits = new HeadEdits(request.head());
    if (request.upgrade() == Upgrade.REMOVED) {
      turn.count(HttpReason.REMOVED_UPGRADE, "the field Upgrade");
      removeUpgrade(request.head(), edits);
    }
    if (policy.urls().editRequest(request, edits)) {
      turn.count(HttpReason.REWRITTEN_URL, "in a request");
    }
    if (edits.apply(policy.requestFields(), true)) {
      turn.count(HttpReason.EDITED_FIELD, "in a request");
    }
    if (policy.bodies().isActive()) {
      narrowCodings(request.head(), edits);
    }
    edits.decide(turn);
  }

  /** Removes Upgrade, what only HTTP/2 needs, and their names in Connection. */
  private static void removeUpgrade(Head head, HeadEdits edits) {
    edits.removeAll(Names.UPGRADE);
    edits.removeAll(Names.HTTP2_SETTINGS);
    for (Field field : head.fields()) {
      if (!head.is(field, Names.CONNECTION)) {
        continue;
      }
      List<String> kept = new ArrayList<>();
      for (String option : head.value(field).split(",", -1)) {
        if (!UPGRADE_OPTIONS.contains(option.strip().toLowerCase(Locale.ROOT))) {
          kept.add(option.strip());
        }
      }
      if (kept.isEmpty()) {
        edits.remove(field);
      } else {
        edits.setValue(field, String.join(", ", kept));
      }
    }
  }

  /**
   * The edits of the head of a response.
   *
   * @param isFinal whether it is not 1xx: fields are added to final ones only
   */
  HeadEdits response(Turn turn, Head head, boolean isFinal) {
    HeadEdits edits = new HeadEdits(head);
    if (policy.urls().editResponse(head, edits)) {
      turn.count(HttpReason.REWRITTEN_URL, "in a response");
    }
    if (edits.apply(policy.responseFields(), isFinal)) {
      turn.count(HttpReason.EDITED_FIELD, "in a response");
    }
    return edits;
  }

  /** Leaves gzip as the only coding, because bodies in others cannot be edited. */
  private static void narrowCodings(Head head, HeadEdits edits) {
    String codings = String.join(",", head.tokens(ACCEPT_ENCODING));
    boolean isGzip = GZIP.matcher(codings).find();
    if (!codings.isEmpty()) {
      edits.set("Accept-Encoding", isGzip ? "gzip" : "identity", false);
    }
  }
}
