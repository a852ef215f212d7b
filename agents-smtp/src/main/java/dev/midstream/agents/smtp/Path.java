package dev.midstream.agents.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address of a command (RFC 5321 section 4.1.2), with one character for each octet and in lower
 * case. Only forms are read that every server reads in the same way.
 *
 * @param local without quotes
 * @param domain empty for the null sender and for {@code <postmaster>}
 */
record Path(String local, String domain) {
  static final Path NULL = new Path("", "");
  static final Path POSTMASTER = new Path("postmaster", "");

  private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\x80-\\xff-]+";
  private static final Pattern LOCAL = Pattern.compile(ATOM + "(?:\\." + ATOM + ")*");
  private static final String END = "[A-Za-z0-9\\x80-\\xff]";
  private static final String LABEL = END + "(?:[A-Za-z0-9\\x80-\\xff-]*" + END + ")?";
  private static final Pattern DOMAIN = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
  private static final String IPV6 = "ipv6:";
  private static final int MAX_LOCAL = 64;
  private static final int MAX_LABEL = 63;
  private static final int MAX_DOMAIN = 255;
  private static final int ASCII_END = 0x80;

  /**
   * The address in the text between {@code <} and {@code >}; null if servers may read it in
   * different ways: source routes, quotes that are needed, domains that end with a dot, and what no
   * grammar allows.
   */
  static @Nullable Path of(String text) {
    if (text.isEmpty()) {
      return NULL;
    }
    if (text.equalsIgnoreCase(POSTMASTER.local)) {
      return POSTMASTER;
    }
    int at = text.lastIndexOf('@');
    if (at < 1 || !isUtf8(text)) {
      return null;
    }
    String local = unquoted(text.substring(0, at));
    String domain = text.substring(at + 1).toLowerCase(Locale.ROOT);
    boolean isLocal = local.length() <= MAX_LOCAL && LOCAL.matcher(local).matches();
    return isLocal && isDomain(domain) ? new Path(local.toLowerCase(Locale.ROOT), domain) : null;
  }

  /** The text without quotes around it. What needs them is no local part without them. */
  private static String unquoted(String text) {
    boolean isQuoted = text.length() > 2 && text.startsWith("\"") && text.endsWith("\"");
    return isQuoted ? text.substring(1, text.length() - 1) : text;
  }

  private static boolean isDomain(String domain) {
    if (domain.startsWith("[") && domain.endsWith("]")) {
      String literal = domain.substring(1, domain.length() - 1);
      return literal.startsWith(IPV6)
          ? AddressText.ipv6(literal.substring(IPV6.length())) != null
          : AddressText.ipv4(literal) != null;
    }
    if (domain.length() > MAX_DOMAIN || !DOMAIN.matcher(domain).matches()) {
      return false;
    }
    for (String label : domain.split("\\.", -1)) {
      if (label.length() > MAX_LABEL) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUtf8(String text) {
    if (isAscii(text)) {
      return true;
    }
    try {
      byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(each -> each < ASCII_END);
  }

  boolean isNull() {
    return local.isEmpty();
  }

  boolean isAscii() {
    return isAscii(local) && isAscii(domain);
  }

  boolean hasAsciiDomain() {
    return isAscii(domain);
  }

  /** Whether some servers send on to another host that the local part names. */
  boolean isRouted() {
    return local.indexOf('%') >= 0 || local.indexOf('!') >= 0;
  }

  @Override
  public String toString() {
    return domain.isEmpty() ? local : local + "@" + domain;
  }
}
