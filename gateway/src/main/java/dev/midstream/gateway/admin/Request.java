package dev.midstream.gateway.admin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP request (RFC 9112). A body is not read.
 *
 * @param method as it was sent
 * @param hosts the hosts that it is meant for: in its Host header, and in its target
 * @param path starts with a slash; not decoded
 * @param query what follows the question mark; null for none
 * @param accept the media types that the client can read, as it says; empty if it says nothing
 * @param isOrder whether it has the header {@value #ORDER}, which no page in a browser can send to
 *     this host without being asked first whether it may
 */
record Request(
    String method,
    List<String> hosts,
    String path,
    @Nullable String query,
    String accept,
    boolean isOrder) {
  /** The header of an order. */
  static final String ORDER = "midstream-order";

  private static final int MAX_BYTES = 8_192;
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(?<method>[A-Z]+) (?<target>\\S+) HTTP/1\\.(?<version>[01])");

  /** No white space before the colon, and no continued line: programs read them differently. */
  private static final Pattern HEADER =
      Pattern.compile(
          "(?<name>[-!#$%&'*+.^_`|~0-9A-Za-z]+):(?<value>[\\t\\x20-\\x7e\\x80-\\xff]*)");

  private static final Pattern ABSOLUTE = Pattern.compile("(?i:http)://(?<host>[^/?]*)(?<path>.*)");

  Request {
    hosts = List.copyOf(hosts);
  }

  /**
   * Reads a request up to the empty line after its headers.
   *
   * @throws MalformedRequestException if it is none, or longer than 8 KiB
   */
  static Request read(InputStream input) throws IOException, MalformedRequestException {
    List<String> lines = lines(input);
    Matcher line = REQUEST_LINE.matcher(lines.getFirst());
    if (!line.matches()) {
      throw new MalformedRequestException("not a request of HTTP/1.1");
    }
    List<String> hosts = values(lines.subList(1, lines.size()), "host");
    // RFC 9112 section 3.2: of several hosts each program on the way may believe another one.
    if (hosts.size() > 1 || (hosts.isEmpty() && line.group("version").equals("1"))) {
      throw new MalformedRequestException("not one Host header");
    }
    String target = line.group("target");
    Matcher absolute = ABSOLUTE.matcher(target);
    if (absolute.matches()) {
      hosts.add(absolute.group("host"));
      target = absolute.group("path");
    }
    int mark = target.indexOf('?');
    return new Request(
        line.group("method"),
        hosts,
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? null : target.substring(mark + 1),
        String.join(",", values(lines.subList(1, lines.size()), "accept")),
        !values(lines.subList(1, lines.size()), ORDER).isEmpty());
  }

  /** The lines before the first empty one. A line ends with LF, or CR and LF. */
  private static List<String> lines(InputStream input)
      throws IOException, MalformedRequestException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int count = 0; count < MAX_BYTES; count++) {
      int octet = input.read();
      if (octet < 0) {
        throw new EOFException("the client ended within its request");
      }
      if (octet != '\n') {
        line.append((char) octet);
        continue;
      }
      String text = line.toString().replaceFirst("\r$", "");
      line.setLength(0);
      if (text.isEmpty() && !lines.isEmpty()) {
        return lines;
      }
      if (!text.isEmpty()) {
        lines.add(text);
      }
    }
    throw new MalformedRequestException("longer than " + MAX_BYTES + " octets");
  }

  /** The values of all headers with this name, in lower case. */
  private static List<String> values(List<String> headers, String name)
      throws MalformedRequestException {
    List<String> values = new ArrayList<>();
    for (String line : headers) {
      Matcher header = HEADER.matcher(line);
      if (!header.matches()) {
        throw new MalformedRequestException("not a header");
      }
      if (header.group("name").toLowerCase(Locale.ROOT).equals(name)) {
        values.add(header.group("value").strip());
      }
    }
    return values;
  }
}
