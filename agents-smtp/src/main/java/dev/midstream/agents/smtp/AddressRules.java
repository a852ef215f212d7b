package dev.midstream.agents.smtp;

import java.util.List;

/**
 * Which addresses are allowed. A rule is {@code user@domain}, a domain, a dot and a domain for all
 * domains below it, or {@code <>} for the null sender; in lower case.
 *
 * @param allowed all addresses if there are none
 * @param denied also where they are allowed
 */
record AddressRules(List<String> allowed, List<String> denied) {
  static final String NULL_SENDER = "<>";

  AddressRules {
    allowed = List.copyOf(allowed);
    denied = List.copyOf(denied);
  }

  boolean isAny() {
    return !allowed.isEmpty() || !denied.isEmpty();
  }

  boolean allows(Path path) {
    return (allowed.isEmpty() || allowed.stream().anyMatch(each -> matches(each, path)))
        && denied.stream().noneMatch(each -> matches(each, path));
  }

  static boolean matches(String rule, Path path) {
    if (rule.equals(NULL_SENDER)) {
      return path.isNull();
    }
    if (rule.indexOf('@') >= 0) {
      return path.toString().equals(rule);
    }
    return rule.startsWith(".") ? path.domain().endsWith(rule) : path.domain().equals(rule);
  }
}
