package dev.midstream.agents.ftp;

import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ends of data connections as text: {@code h1,h2,h3,h4,p1,p2} of PORT and 227 (RFC 959), the
 * same with lengths of LPRT (RFC 1639), and {@code |1|address|port|} of EPRT and 229 (RFC 2428).
 * Each method that reads returns null for what is none.
 */
final class DataAddress {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int NUMBERS_OF_PORT = 6;
  private static final String NUMBER = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern PORT =
      Pattern.compile(NUMBER + (" ?, ?" + NUMBER).repeat(NUMBERS_OF_PORT - 1));
  private static final Pattern DIGIT_BEFORE = Pattern.compile("[0-9,]");
  private static final Pattern EXTENDED =
      Pattern.compile(
          "\\((?<d>[!-/:-~])(?<family>[0-9]?)\\k<d>(?<host>[0-9A-Fa-f.:]*)\\k<d>"
              + "(?<port>[0-9]{1,5})\\k<d>\\)");

  private DataAddress() {}

  /** The argument of PORT. */
  static @Nullable Endpoint ofPort(String argument) {
    Matcher matcher = PORT.matcher(argument.strip());
    return matcher.matches() ? ofNumbers(numbers(matcher), 0, IPV4_BYTES, IPV4_BYTES) : null;
  }

  /** Writes the argument of PORT, and what stands in a 227 reply. */
  static String toPort(Octets address, int port) {
    StringJoiner text = new StringJoiner(",");
    for (int i = 0; i < address.length(); i++) {
      text.add(Integer.toString(address.at(i) & 0xff));
    }
    return text.add(Integer.toString(port >> 8)).add(Integer.toString(port & 0xff)).toString();
  }

  /** The argument of LPRT: version, length of the address, it, length of the port, it. */
  static @Nullable Endpoint ofLongPort(String argument) {
    List<Integer> numbers = new ArrayList<>();
    for (String each : argument.strip().split(",", -1)) {
      if (!each.matches(NUMBER)) {
        return null;
      }
      numbers.add(Integer.parseInt(each));
    }
    if (numbers.size() < 2) {
      return null;
    }
    int length = numbers.get(1);
    boolean isKnown =
        (numbers.getFirst() == 4 && length == IPV4_BYTES)
            || (numbers.getFirst() == 6 && length == IPV6_BYTES);
    boolean isWhole = isKnown && numbers.size() == 2 + length + 3 && numbers.get(2 + length) == 2;
    return isWhole ? ofNumbers(numbers, 2, length, 2 + length + 1) : null;
  }

  /** Writes the argument of LPRT. */
  static String toLongPort(Octets address, int port) {
    StringJoiner text = new StringJoiner(",");
    text.add(address.length() == IPV4_BYTES ? "4" : "6").add(Integer.toString(address.length()));
    for (int i = 0; i < address.length(); i++) {
      text.add(Integer.toString(address.at(i) & 0xff));
    }
    text.add("2").add(Integer.toString(port >> 8)).add(Integer.toString(port & 0xff));
    return text.toString();
  }

  /** The argument of EPRT. */
  static @Nullable Endpoint ofExtendedPort(String argument) {
    Extended read = extended("(" + argument.strip() + ")");
    return read == null || read.address().isEmpty()
        ? null
        : new Endpoint(read.address(), read.port());
  }

  /** Writes the argument of EPRT. */
  static String toExtendedPort(Octets address, int port) {
    String end = new Endpoint(address, port).toString();
    boolean isIpv4 = address.length() == IPV4_BYTES;
    String host = end.substring(0, end.lastIndexOf(':'));
    String bare = isIpv4 ? host : host.substring(1, host.length() - 1);
    return "|" + (isIpv4 ? 1 : 2) + "|" + bare + "|" + port + "|";
  }

  /** The only run of six numbers in the text of a 227 reply. */
  static @Nullable Found inPassiveReply(String text) {
    Matcher matcher = PORT.matcher(text);
    Found found = null;
    int from = 0;
    while (matcher.find(from)) {
      boolean isCut = isNumberPart(text, matcher.start() - 1) || isNumberPart(text, matcher.end());
      if (isCut || found != null) {
        return null; // which numbers a client takes is not clear
      }
      Endpoint end = ofNumbers(numbers(matcher), 0, IPV4_BYTES, IPV4_BYTES);
      found = end == null ? null : new Found(end, matcher.start(), matcher.end());
      from = matcher.end();
    }
    return found;
  }

  private static boolean isNumberPart(String text, int index) {
    return index >= 0
        && index < text.length()
        && DIGIT_BEFORE.matcher(text.substring(index, index + 1)).matches();
  }

  /** The only extended address in the text of a 229 reply. */
  static @Nullable Extended inExtendedReply(String text) {
    int start = text.indexOf('(');
    return start < 0 || text.indexOf('(', start + 1) >= 0
        ? null
        : extended(text.substring(start, text.lastIndexOf(')') + 1));
  }

  private static @Nullable Extended extended(String text) {
    Matcher matcher = EXTENDED.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int port = Integer.parseInt(matcher.group("port"));
    String host = matcher.group("host");
    Octets address = host.isEmpty() ? Octets.empty() : address(matcher.group("family"), host);
    return port < 1 || port > 65_535 || address == null ? null : new Extended(address, port);
  }

  private static @Nullable Octets address(String family, String host) {
    return switch (family) {
      case "1" -> AddressText.ipv4(host);
      case "2" -> AddressText.ipv6(host);
      default -> null;
    };
  }

  private static List<Integer> numbers(Matcher matcher) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1; i <= matcher.groupCount(); i++) {
      numbers.add(Integer.parseInt(matcher.group(i)));
    }
    return numbers;
  }

  private static @Nullable Endpoint ofNumbers(
      List<Integer> numbers, int addressAt, int addressLength, int portAt) {
    byte[] address = new byte[addressLength];
    for (int i = 0; i < addressLength; i++) {
      address[i] = numbers.get(addressAt + i).byteValue();
    }
    int port = numbers.get(portAt) << 8 | numbers.get(portAt + 1);
    return port == 0 ? null : new Endpoint(Octets.of(address), port);
  }

  /**
   * An end in a text.
   *
   * @param from the index of its first character
   * @param to the index after its last character
   */
  record Found(Endpoint end, int from, int to) {}

  /**
   * What a 229 reply says.
   *
   * @param address empty if it is that of the control connection
   */
  record Extended(Octets address, int port) {}
}
