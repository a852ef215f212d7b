package dev.midstream.agents.http;

import dev.midstream.agent.settings.SettingsReader;

/**
 * A row of the strictness table: what two implementations of HTTP may read in different ways, or
 * what exceeds a limit. A request with a flaw is answered with its status and ends the connection;
 * a response with one resets it.
 */
enum Flaw {
  /** A CR or LF that is not CR LF (RFC 9112 section 2.2). */
  BARE_LINE_END,
  /** Not method, target and version, with one space between them (section 3). */
  REQUEST_LINE,
  /** A version other than HTTP/1.0 and HTTP/1.1 (section 2.3). */
  VERSION,
  /** A target of none of the four forms, or with octets that no URI has (section 3.2). */
  TARGET,
  /** A percent sign without two hexadecimal digits, or an encoded NUL (RFC 3986 section 2.1). */
  PERCENT_ENCODING,
  /** Not a version, a code from 100 to 599 and a text (section 4). */
  STATUS_LINE,
  /** A field line that continues the one before it (section 5.2). */
  OBS_FOLD,
  /** Blanks between a field's name and its colon (section 5.1). */
  SPACE_BEFORE_COLON,
  /** A field line without a token and a colon (section 5). */
  FIELD_NAME,
  /** NUL or another control character in a value (RFC 9110 section 5.5). */
  CONTROL_CHARACTER,
  /** A name that becomes one of framing if its underscores are read as hyphens. */
  LOOKALIKE_FIELD,
  /** Transfer-Encoding and Content-Length in one message (section 6.1). */
  BOTH_LENGTHS,
  /** Transfer-Encoding that is not chunked alone, or stands twice (section 6.1). */
  TRANSFER_ENCODING,
  /** Transfer-Encoding in a message of HTTP/1.0 (section 6.1). */
  OLD_TRANSFER_ENCODING,
  /** Content-Length twice, or as a list (section 6.3). */
  REPEATED_LENGTH,
  /** Content-Length with a sign, a prefix, a leading zero, no digit, or 19 digits and more. */
  CONTENT_LENGTH,
  /** Connection that names a field of framing or routing (RFC 9110 section 7.6.1). */
  CONNECTION_OPTION,
  /** HTTP/1.1 without Host (RFC 9112 section 3.2). */
  MISSING_HOST,
  /** Host twice. */
  REPEATED_HOST,
  /** Host that is no host and port. */
  HOST,
  /** A target with another authority than Host. */
  TARGET_AND_HOST,
  /** Upgrade or CONNECT with a body. */
  UPGRADE_WITH_BODY,
  /** A chunk size that is no hexadecimal number of at most 15 digits (section 7.1). */
  CHUNK_SIZE,
  /** An extension of a chunk that is no name, or no name and value (section 7.1.1). */
  CHUNK_EXTENSION_FORM,
  /** Data that are not as long as the chunk said (section 7.1). */
  CHUNK_END,
  /** A trailer of framing, routing or control (RFC 9110 section 6.5.1). */
  TRAILER,
  /** 1xx or 204 with a length (section 8.6). */
  LENGTH_WITHOUT_BODY,
  /** 101 to a request that asked for no upgrade (section 15.2.2). */
  UNREQUESTED_UPGRADE,
  /** A response to no request. */
  UNSOLICITED(HttpReason.UNSOLICITED_RESPONSE),
  /** A head longer than head-bytes. */
  HEAD_BYTES(HttpReason.HEAD_LIMIT),
  /** More fields than header-fields. */
  HEADER_FIELDS(HttpReason.FIELD_LIMIT),
  /** A chunk line longer than chunk-line-bytes. */
  CHUNK_LINE(HttpReason.CHUNK_LIMIT),
  /** Extensions of all chunks longer than chunk-extension-bytes. */
  CHUNK_EXTENSIONS(HttpReason.CHUNK_LIMIT),
  /** Trailers longer than trailer-bytes. */
  TRAILER_BYTES(HttpReason.TRAILER_LIMIT),
  /** More 1xx responses than informational-responses. */
  INFORMATIONAL(HttpReason.INFORMATIONAL_LIMIT);

  private final HttpReason request;
  private final HttpReason response;

  Flaw() {
    request = HttpReason.MALFORMED_REQUEST;
    response = HttpReason.MALFORMED_RESPONSE;
  }

  Flaw(HttpReason both) {
    request = both;
    response = both;
  }

  /** The word in events and in the documentation. */
  String word() {
    return SettingsReader.word(this);
  }

  HttpReason ofRequest() {
    return request;
  }

  HttpReason ofResponse() {
    return response;
  }

  /** The answer to a request with this flaw. */
  Page page() {
    return switch (this) {
      case HEAD_BYTES, HEADER_FIELDS -> Page.FIELDS_TOO_LARGE;
      default -> Page.BAD_REQUEST;
    };
  }
}
