package dev.midstream.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * The response to a request: a JSON object or a text, after which the connection is closed.
 *
 * @param code a status code (RFC 9110 section 15)
 * @param type what kind of text the body is
 */
record Response(int code, String type, String body) {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int UNAVAILABLE = 503;

  private static final String JSON = "application/json";

  static Response ok(ObjectNode json) {
    return new Response(OK, JSON, json + "\n");
  }

  static Response ok(String type, String text) {
    return new Response(OK, type, text);
  }

  static Response error(int code, String message) {
    return new Response(code, JSON, NodeJson.error(message) + "\n");
  }

  /** The octets to send, without the body if the request was a HEAD. */
  byte[] octets(boolean isForHead) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " " + reason() + "\r\n");
    addHeader(head, "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now()));
    addHeader(head, "Content-Type", type);
    addHeader(head, "Content-Length", Integer.toString(content.length));
    addHeader(head, "Connection", "close");
    if (code == METHOD_NOT_ALLOWED) {
      addHeader(head, "Allow", "GET, POST");
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    octets.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    if (!isForHead) {
      octets.writeBytes(content);
    }
    return octets.toByteArray();
  }

  private static ZonedDateTime now() {
    return ZonedDateTime.now(ZoneOffset.UTC);
  }

  private static void addHeader(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private String reason() {
    return switch (code) {
      case OK -> "OK";
      case BAD_REQUEST -> "Bad Request";
      case FORBIDDEN -> "Forbidden";
      case NOT_FOUND -> "Not Found";
      case METHOD_NOT_ALLOWED -> "Method Not Allowed";
      case UNAVAILABLE -> "Service Unavailable";
      default -> throw new IllegalStateException("unknown status code, code=" + code);
    };
  }
}
