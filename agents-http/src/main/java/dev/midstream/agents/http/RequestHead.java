package dev.midstream.agents.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request.
 *
 * @param head its octets
 * @param method the method
 * @param target the target as it is written
 * @param authority host and port, from the target or Host; empty if there are none
 * @param isOld whether it is of HTTP/1.0
 * @param length how long the body is
 * @param upgrade what becomes of the field Upgrade
 * @param flaw what is wrong with it; null if nothing is
 */
record RequestHead(
    Head head,
    String method,
    String target,
    String authority,
    boolean isOld,
    MessageLength length,
    Upgrade upgrade,
    @Nullable Flaw flaw) {
  private static final Pattern LINE =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([^ ]+) HTTP/([0-9][.][0-9])");
  private static final Pattern TARGET = Pattern.compile("[!$-;=?-\\[\\]-~]+");
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)(https?)://([^/?]*)(.*)");

  /** A name, an IPv4 address or an IPv6 address in brackets, and a port. */
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?");

  static RequestHead of(Head head, Upgrades upgrades) {
    Matcher line = LINE.matcher(head.line());
    if (!line.matches()) {
      return flawed(head, Flaw.REQUEST_LINE);
    }
    String version = line.group(3);
    if (!version.equals("1.1") && !version.equals("1.0")) {
      return flawed(head, Flaw.VERSION);
    }
    if (head.flaw() != null) {
      return flawed(head, head.flaw());
    }
    RequestHead request = of(head, line.group(1), line.group(2), version.equals("1.0"));
    return request.with(upgrades.of(head));
  }

  private static RequestHead of(Head head, String method, String target, boolean isOld) {
    Flaw flaw = flawOfTarget(method, target);
    if (flaw == null && !UrlPath.isWellEncoded(target)) {
      flaw = Flaw.PERCENT_ENCODING;
    }
    if (flaw == null) {
      flaw = flawOfHost(head, method, target, isOld);
    }
    MessageLength length = MessageLength.ofRequest(head, isOld);
    if (flaw == null) {
      flaw = length.flaw();
    }
    if (flaw == null && head.connectionNamesFraming()) {
      flaw = Flaw.CONNECTION_OPTION;
    }
    String authority = flaw == null ? authorityOf(head, target) : "";
    return new RequestHead(head, method, target, authority, isOld, length, Upgrade.NONE, flaw);
  }

  /** The same with {@code other}; with a body it may not ask for another protocol. */
  private RequestHead with(Upgrade other) {
    boolean isSwitching = method.equals("CONNECT") || other == Upgrade.ASKED;
    Flaw found = flaw == null && isSwitching && length.hasBody() ? Flaw.UPGRADE_WITH_BODY : flaw;
    return new RequestHead(head, method, target, authority, isOld, length, other, found);
  }

  private static RequestHead flawed(Head head, Flaw flaw) {
    return new RequestHead(head, "", "", "", false, MessageLength.NONE, Upgrade.NONE, flaw);
  }

  private static @Nullable Flaw flawOfTarget(String method, String target) {
    boolean isRight =
        TARGET.matcher(target).matches()
            && (method.equals("CONNECT")
                ? AUTHORITY.matcher(target).matches() && target.matches(".*:[0-9]+")
                : target.startsWith("/")
                    || isAbsolute(target)
                    || (target.equals("*") && method.equals("OPTIONS")));
    return isRight ? null : Flaw.TARGET;
  }

  private static boolean isAbsolute(String target) {
    Matcher absolute = ABSOLUTE.matcher(target);
    return absolute.matches() && AUTHORITY.matcher(absolute.group(2)).matches();
  }

  private static @Nullable Flaw flawOfHost(Head head, String method, String target, boolean isOld) {
    int hosts = head.count(Names.HOST);
    if (hosts > 1) {
      return Flaw.REPEATED_HOST;
    }
    String host = head.first(Names.HOST);
    if (host == null) {
      return isOld ? null : Flaw.MISSING_HOST;
    }
    if (!host.isEmpty() && !AUTHORITY.matcher(host).matches()) {
      return Flaw.HOST;
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    boolean differs =
        method.equals("CONNECT")
            ? !target.equalsIgnoreCase(host)
            : absolute.matches()
                && !withPort(absolute.group(2), absolute.group(1))
                    .equals(withPort(host, absolute.group(1)));
    return differs ? Flaw.TARGET_AND_HOST : null;
  }

  /** Host and port in lower case; the port of the scheme if there is none. */
  private static String withPort(String authority, String scheme) {
    Matcher matcher = AUTHORITY.matcher(authority);
    boolean hasPort = matcher.matches() && matcher.group(2) != null;
    String port = scheme.equalsIgnoreCase("https") ? ":443" : ":80";
    return (hasPort ? authority : authority + port).toLowerCase(Locale.ROOT);
  }

  private static String authorityOf(Head head, String target) {
    Matcher absolute = ABSOLUTE.matcher(target);
    if (absolute.matches()) {
      return absolute.group(2);
    }
    String host = head.first(Names.HOST);
    return host == null ? "" : host;
  }

  /** The name or address of the host in lower case, without port and without dot at the end. */
  String host() {
    Matcher matcher = AUTHORITY.matcher(authority);
    String host = matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  /** Path and query of the target; {@code /} for an absolute one without a path. */
  String pathAndQuery() {
    Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      return target;
    }
    String rest = absolute.group(3);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /** Whether the client may wait for 100 Continue (RFC 9110 section 10.1.1). */
  boolean expects() {
    return head.count(Names.EXPECT) > 0 && length.hasBody();
  }

  Request request() {
    Request.Method kind =
        switch (method) {
          case "HEAD" -> Request.Method.HEAD;
          case "CONNECT" -> Request.Method.CONNECT;
          default -> Request.Method.OTHER;
        };
    return new Request(kind, upgrade == Upgrade.ASKED, expects(), false);
  }
}
