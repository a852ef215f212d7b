package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A rule for requests. Conditions without a value always hold; a request matches if all hold.
 *
 * @param hosts names in lower case, or {@code *.} and what they end with
 * @param methods methods, whose case counts
 * @param paths paths, each with all below it
 * @param field the name of a field in lower case; empty for none
 * @param contains what its value contains, in lower case; an empty text for any value
 * @param action what becomes of a request that matches
 * @param page the answer if it does not pass
 */
record RequestRule(
    List<String> hosts,
    List<String> methods,
    List<String> paths,
    String field,
    String contains,
    Action action,
    Page page) {
  /** What becomes of a request. */
  enum Action {
    ALLOW,
    DENY,
    REDIRECT
  }

  RequestRule {
    hosts = List.copyOf(hosts);
    methods = List.copyOf(methods);
    paths = List.copyOf(paths);
  }

  /** Whether the path of a request decides. */
  boolean needsPath() {
    return !paths.isEmpty();
  }

  /**
   * Whether a request matches.
   *
   * @param path its path; null if it is not clear, which no rule with a path asks for
   */
  boolean matches(RequestHead request, @Nullable String path, boolean ignoresCase) {
    return (hosts.isEmpty() || hosts.stream().anyMatch(each -> isHost(request.host(), each)))
        && (methods.isEmpty() || methods.contains(request.method()))
        && (paths.isEmpty() || isBelow(path, ignoresCase))
        && (field.isEmpty() || hasField(request.head()));
  }

  private static boolean isHost(String host, String pattern) {
    return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
  }

  private boolean isBelow(@Nullable String path, boolean ignoresCase) {
    if (path == null) {
      return false;
    }
    String compared = ignoresCase ? path.toLowerCase(Locale.ROOT) : path;
    for (String each : paths) {
      if (UrlPath.isBelow(compared, ignoresCase ? each.toLowerCase(Locale.ROOT) : each)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasField(Head head) {
    Octets name = Octets.ofLatin1(field);
    for (Field each : head.fields()) {
      if (head.is(each, name) && head.value(each).toLowerCase(Locale.ROOT).contains(contains)) {
        return true;
      }
    }
    return false;
  }
}
