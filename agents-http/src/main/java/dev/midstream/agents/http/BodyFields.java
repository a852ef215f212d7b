package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.List;

/** The fields of a head or of trailers that say something of a body that is edited. */
final class BodyFields {
  private static final Octets ETAG = Octets.ofLatin1("etag");
  private static final List<Octets> DIGESTS =
      List.of(
          Octets.ofLatin1("content-md5"),
          Octets.ofLatin1("digest"),
          Octets.ofLatin1("content-digest"),
          Octets.ofLatin1("repr-digest"));
  private static final Octets ACCEPT_RANGES = Octets.ofLatin1("accept-ranges");

  private BodyFields() {}

  /** Weakens ETag, and removes digests and Accept-Ranges. */
  static void mark(Head head, HeadEdits edits) {
    weaken(head, edits);
    removeDigests(edits);
    edits.removeAll(ACCEPT_RANGES);
  }

  /** Makes a strong ETag weak (RFC 9110 section 8.8.1). */
  static void weaken(Head head, HeadEdits edits) {
    for (Field field : head.fields()) {
      if (head.is(field, ETAG) && head.value(field).startsWith("\"")) {
        edits.setValue(field, "W/" + head.value(field));
      }
    }
  }

  static void removeDigests(HeadEdits edits) {
    DIGESTS.forEach(edits::removeAll);
  }
}
