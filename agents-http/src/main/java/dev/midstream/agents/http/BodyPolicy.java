package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which bodies of responses are edited, and how.
 *
 * @param replacements what is replaced in them
 * @param types media types in lower case, or {@code text/*}
 * @param bodyBytes octets of a body that is held
 * @param blockBytes octets of longer bodies that are edited at once
 * @param joinedBytes octets of the stream from which on a block ends also inside a text
 * @param gzipRatio how many times bodyBytes a decoded body may have
 */
record BodyPolicy(
    Replacements replacements,
    List<String> types,
    int bodyBytes,
    int blockBytes,
    int joinedBytes,
    int gzipRatio) {
  private static final Octets CONTENT_TYPE = Octets.ofLatin1("content-type");
  private static final Octets CONTENT_ENCODING = Octets.ofLatin1("content-encoding");
  private static final Octets CACHE_CONTROL = Octets.ofLatin1("cache-control");
  private static final String EVENTS = "text/event-stream";
  private static final int PARTIAL_CONTENT = 206;

  /** What becomes of a body. */
  enum Plan {
    /** It passes: its type is not one to edit. */
    PASS,
    /** It passes although its type is one to edit. */
    LEAVE,
    /** It is held and edited as a whole. */
    WHOLE,
    /** It is edited in blocks. */
    BLOCKS
  }

  BodyPolicy {
    types = List.copyOf(types);
  }

  boolean isActive() {
    return !replacements.isEmpty();
  }

  /** Whether bodies with this head are edited if they can be. */
  boolean isEdited(Head head) {
    String type = head.first(CONTENT_TYPE);
    return isActive() && type != null && isType(type.split(";", 2)[0].strip());
  }

  private boolean isType(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    int slash = lower.indexOf('/');
    return types.contains(lower)
        || (slash > 0
            && !lower.equals(EVENTS)
            && types.contains(lower.substring(0, slash + 1) + "*"));
  }

  /** What becomes of the body of a response. */
  Plan plan(Head head, int code, MessageLength length) {
    if (!isEdited(head) || !length.hasBody()) {
      return Plan.PASS;
    }
    String encoding = encoding(head);
    boolean isKept = code == PARTIAL_CONTENT || head.tokens(CACHE_CONTROL).contains("no-transform");
    if (isKept || encoding == null) {
      return Plan.LEAVE;
    }
    boolean isPlain = encoding.isEmpty();
    return switch (length.kind()) {
      case COUNTED ->
          length.count() <= bodyBytes
              ? Plan.WHOLE
              : isPlain && replacements.keepsLengths() ? Plan.BLOCKS : Plan.LEAVE;
      case CHUNKED -> isPlain ? Plan.BLOCKS : Plan.WHOLE;
      default -> Plan.LEAVE;
    };
  }

  /** The coding of the body: empty for none, {@code gzip}, or null for another one. */
  static @Nullable String encoding(Head head) {
    List<String> codings = head.tokens(CONTENT_ENCODING);
    if (codings.isEmpty() || codings.equals(List.of("identity"))) {
      return "";
    }
    return codings.equals(List.of("gzip")) || codings.equals(List.of("x-gzip")) ? "gzip" : null;
  }
}
