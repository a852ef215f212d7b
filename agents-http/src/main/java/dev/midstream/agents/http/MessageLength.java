package dev.midstream.agents.http;

import org.jspecify.annotations.Nullable;

/**
 * How long the body of a message is (RFC 9112 section 6.3).
 *
 * @param kind how it ends
 * @param count its octets if it is counted
 * @param flaw why it is not clear; null if it is
 */
record MessageLength(Kind kind, long count, @Nullable Flaw flaw) {
  static final MessageLength NONE = new MessageLength(Kind.NONE, 0, null);
  private static final MessageLength CHUNKED = new MessageLength(Kind.CHUNKED, 0, null);
  private static final MessageLength TO_END = new MessageLength(Kind.TO_END, 0, null);
  private static final int MAX_DIGITS = 18;
  private static final int FIRST_FINAL = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  enum Kind {
    NONE,
    COUNTED,
    CHUNKED,
    /** Up to the end of the server's stream. */
    TO_END
  }

  /** Of a request. */
  static MessageLength ofRequest(Head head, boolean isOld) {
    MessageLength said = said(head, isOld);
    return said == null ? NONE : said;
  }

  /**
   * Of a response.
   *
   * @param request the request that it answers
   */
  static MessageLength ofResponse(Head head, boolean isOld, int code, Request request) {
    MessageLength said = said(head, isOld);
    if (said != null && said.flaw() != null) {
      return said;
    }
    boolean isEmpty = said == null || (said.kind == Kind.NONE && said.count == 0);
    if (code < FIRST_FINAL || code == NO_CONTENT) {
      return isEmpty ? NONE : flawed(Flaw.LENGTH_WITHOUT_BODY);
    }
    if (code == NOT_MODIFIED || request.isHead()) {
      return NONE;
    }
    return said == null ? TO_END : said;
  }

  /** What the fields say; null if they say nothing. */
  private static @Nullable MessageLength said(Head head, boolean isOld) {
    int encodings = head.count(Names.TRANSFER_ENCODING);
    int lengths = head.count(Names.CONTENT_LENGTH);
    if (encodings > 0) {
      return encoded(head, encodings, lengths, isOld);
    }
    String length = head.first(Names.CONTENT_LENGTH);
    if (length == null) {
      return null;
    }
    return lengths > 1 || length.indexOf(',') >= 0 ? flawed(Flaw.REPEATED_LENGTH) : counted(length);
  }

  private static MessageLength encoded(Head head, int encodings, int lengths, boolean isOld) {
    if (lengths > 0) {
      return flawed(Flaw.BOTH_LENGTHS);
    }
    if (isOld) {
      return flawed(Flaw.OLD_TRANSFER_ENCODING);
    }
    String value = head.first(Names.TRANSFER_ENCODING);
    return encodings == 1 && value != null && value.equalsIgnoreCase("chunked")
        ? CHUNKED
        : flawed(Flaw.TRANSFER_ENCODING);
  }

  private static MessageLength counted(String digits) {
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    if (!isNumber) {
      return flawed(Flaw.CONTENT_LENGTH);
    }
    long count = Long.parseLong(digits);
    return count == 0 ? NONE : new MessageLength(Kind.COUNTED, count, null);
  }

  private static MessageLength flawed(Flaw flaw) {
    return new MessageLength(Kind.NONE, 0, flaw);
  }

  /** Whether octets follow the head. */
  boolean hasBody() {
    return kind != Kind.NONE;
  }
}
