package dev.midstream.agents.http;

import dev.midstream.agents.http.RequestRule.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests pass: the first rule that matches decides.
 *
 * @param rules the rules in their order
 * @param allowsOthers whether a request passes that no rule matches
 * @param ignoresCase whether the case of paths does not count
 */
record RequestRules(List<RequestRule> rules, boolean allowsOthers, boolean ignoresCase) {
  static final RequestRules NONE = new RequestRules(List.of(), true, false);

  RequestRules {
    rules = List.copyOf(rules);
  }

  /** Why a request is denied; null if it is not. */
  @Nullable Denial denialOf(RequestHead request) {
    boolean hasPath = request.pathAndQuery().startsWith("/");
    String path = hasPath ? UrlPath.of(request.pathAndQuery()) : "";
    boolean needsPath = rules.stream().anyMatch(RequestRule::needsPath);
    if (path == null && needsPath) {
      return new Denial(HttpReason.UNCLEAR_PATH, "method=" + request.method(), Page.FORBIDDEN);
    }
    for (int i = 0; i < rules.size(); i++) {
      RequestRule rule = rules.get(i);
      if (rule.matches(request, path, ignoresCase)) {
        return denialBy(rule, i + 1);
      }
    }
    return allowsOthers
        ? null
        : new Denial(HttpReason.DENIED_REQUEST, "no rule matches", Page.FORBIDDEN);
  }

  private static @Nullable Denial denialBy(RequestRule rule, int number) {
    if (rule.action() == Action.ALLOW) {
      return null;
    }
    HttpReason reason =
        rule.action() == Action.DENY ? HttpReason.DENIED_REQUEST : HttpReason.REDIRECTED;
    return new Denial(reason, "rule=" + number, rule.page());
  }
}
