package dev.midstream.agents.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pair of URLs: what the server calls {@code inside} the client calls {@code outside}.
 *
 * @param inside scheme, authority and path at the server
 * @param outside the same at the client
 */
record UrlRewrite(Base inside, Base outside) {
  private static final Pattern URL =
      Pattern.compile("(https?://)([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?(/[!-~]*)?");
  private static final Pattern LINK = Pattern.compile("<([^<>]*)>");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("(?i)(;[ \\t]*(Domain|Path)[ \\t]*=[ \\t]*)([^;]*)");

  /**
   * The start of a URL.
   *
   * @param scheme with {@code ://}
   * @param host in lower case
   * @param port with its colon; empty for none
   * @param path without slash at the end; empty for the root
   */
  record Base(String scheme, String host, String port, String path) {
    static @Nullable Base of(String text) {
      Matcher url = URL.matcher(text);
      if (!url.matches()) {
        return null;
      }
      String path = url.group(4) == null ? "" : url.group(4);
      return new Base(
          url.group(1),
          url.group(2).toLowerCase(Locale.ROOT),
          url.group(3) == null ? "" : url.group(3),
          path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    String authority() {
      return host + port;
    }

    String origin() {
      return scheme + host + port;
    }
  }

  /** A target of the client as the server knows it. */
  String target(String target) {
    return url(target, outside, inside);
  }

  /** The field Host of the client as the server knows it. */
  String host(String host) {
    return host.equalsIgnoreCase(outside.authority()) ? inside.authority() : host;
  }

  /** A URL of the server as the client knows it. */
  String location(String location) {
    return url(location, inside, outside);
  }

  /** The same in each target of a field Link (RFC 8288). */
  String link(String value) {
    return LINK.matcher(value)
        .replaceAll(each -> Matcher.quoteReplacement("<" + location(each.group(1)) + ">"));
  }

  /**
   * The attributes Domain and Path of Set-Cookie (RFC 6265 section 4.1) as the client knows them.
   */
  String cookie(String value) {
    return ATTRIBUTE
        .matcher(value)
        .replaceAll(each ->
            Matcher.quoteReplacement(each.group(1) + attribute(each.group(2), each.group(3))));
  }

  private String attribute(String name, String value) {
    if (name.equalsIgnoreCase("Path")) {
      return path(value, inside, outside);
    }
    String domain = value.startsWith(".") ? value.substring(1) : value;
    return domain.equalsIgnoreCase(inside.host()) ? outside.host() : value;
  }

  private static String url(String url, Base from, Base to) {
    if (url.startsWith("/") && !url.startsWith("//")) {
      return path(url, from, to);
    }
    String origin = from.origin();
    if (!url.regionMatches(true, 0, origin, 0, origin.length())) {
      return url;
    }
    String rest = url.substring(origin.length());
    boolean isOrigin = rest.isEmpty() || rest.startsWith("/") || rest.startsWith("?");
    return !isOrigin ? url : hasPath(rest, from) ? to.origin() + path(rest, from, to) : url;
  }

  private static boolean hasPath(String rest, Base base) {
    return base.path().isEmpty()
        || (rest.startsWith(base.path()) && endsSegment(rest, base.path().length()));
  }

  private static String path(String path, Base from, Base to) {
    if (!hasPath(path, from)) {
      return path;
    }
    String rest = path.substring(from.path().length());
    return rest.isEmpty() && to.path().isEmpty() && !path.isEmpty() ? "/" : to.path() + rest;
  }

  private static boolean endsSegment(String path, int at) {
    return at == path.length() || "/?#".indexOf(path.charAt(at)) >= 0;
  }
}
