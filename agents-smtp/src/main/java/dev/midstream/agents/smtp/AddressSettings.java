package dev.midstream.agents.smtp;

import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads which addresses are allowed, and who may relay. */
final class AddressSettings {
  private AddressSettings() {}

  /** The rules of a section; null if there is a mistake, which is reported. */
  static @Nullable AddressRules rules(SettingsReader section) {
    String message = "must be an address, a domain, a dot and a domain, or <>";
    List<String> allowed = list(section, "allow", message, AddressSettings::rule);
    List<String> denied = list(section, "deny", message, AddressSettings::rule);
    section.refuseUnknownKeys();
    return allowed == null || denied == null ? null : new AddressRules(allowed, denied);
  }

  /** Who may relay; null if there is a mistake, which is reported. */
  static @Nullable Relay relay(SettingsReader section) {
    List<String> domains =
        list(
            section,
            "local-domains",
            "must be a domain, or a dot and a domain",
            AddressSettings::domain);
    List<Network> clients =
        list(section, "clients", "must be a network such as 192.0.2.0/24", Network::of);
    boolean isAuthenticated = section.flag("authenticated", false);
    if (domains != null && domains.isEmpty() && (isAuthenticated || !isEmpty(clients))) {
      section.refuse("local-domains", "is needed: without it every recipient is allowed");
    }
    section.refuseUnknownKeys();
    return domains == null || clients == null ? null : new Relay(domains, clients, isAuthenticated);
  }

  private static boolean isEmpty(@Nullable List<Network> clients) {
    return clients == null || clients.isEmpty();
  }

  private static @Nullable String rule(String text) {
    String rule = text.toLowerCase(Locale.ROOT);
    if (rule.equals(AddressRules.NULL_SENDER)) {
      return rule;
    }
    if (rule.indexOf('@') < 0) {
      return domain(rule);
    }
    Path path = Path.of(rule);
    return path == null ? null : path.toString();
  }

  private static @Nullable String domain(String text) {
    String rule = text.toLowerCase(Locale.ROOT);
    String name = rule.startsWith(".") ? rule.substring(1) : rule;
    Path path = Path.of("x@" + name);
    return path == null || !path.isAscii() ? null : rule;
  }

  private static <T> @Nullable List<T> list(
      SettingsReader section, String key, String message, Function<String, @Nullable T> read) {
    List<T> values = new ArrayList<>();
    boolean isRight = true;
    for (SettingsNode node : section.list(key)) {
      SettingsNode.Scalar scalar = section.scalar(key, node);
      T value = scalar == null ? null : read.apply(scalar.text());
      if (value == null) {
        isRight = false;
        if (scalar != null) {
          section.refuse(scalar, key, message);
        }
      } else {
        values.add(value);
      }
    }
    return isRight ? values : null;
  }
}
