package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.http.RequestRule.Action;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads which requests pass, and what is edited in heads. */
final class PolicySettings {
  private static final int MAX_FIND = 256;
  private static final int MAX_TEXT = 1_024;
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}";

  static final String MEDIA_TYPE = TOKEN + "/" + TOKEN;

  /** Fields that frame or route a message, or change the connection. */
  private static final Set<String> FRAMING =
      Set.of(
          "content-length",
          "transfer-encoding",
          "host",
          "connection",
          "upgrade",
          "expect",
          "te",
          "trailer",
          "content-encoding");

  private static final List<String> TYPES =
      List.of(
          "text/*",
          "application/json",
          "application/javascript",
          "application/xml",
          "application/xhtml+xml");

  private final SettingsReader settings;
  private boolean isWrong;

  private enum Otherwise {
    ALLOW,
    DENY
  }

  PolicySettings(SettingsReader settings) {
    this.settings = settings;
  }

  /** Whether a mistake was reported. */
  boolean isWrong() {
    return isWrong;
  }

  RequestRules requests() {
    List<RequestRule> rules = new ArrayList<>();
    for (SettingsReader section : settings.sections("requests")) {
      rules.add(rule(section));
      section.refuseUnknownKeys();
    }
    Otherwise otherwise =
        settings.choice("otherwise", List.of(Otherwise.values()), Otherwise.ALLOW);
    return new RequestRules(
        rules, otherwise == Otherwise.ALLOW, settings.flag("ignore-case", false));
  }

  private RequestRule rule(SettingsReader section) {
    Action action = section.choice("action", List.of(Action.values()), Action.DENY);
    String field = text(section, "field", "(" + TOKEN + ")?", "must be the name of a field");
    String contains =
        text(section, "contains", "[\\t -~]*", "must be one line of ASCII characters");
    if (!contains.isEmpty() && field.isEmpty()) {
      refuse(section, "contains", "needs the key field");
    }
    return new RequestRule(
        lower(
            texts(section, "host", "([*][.])?[A-Za-z0-9._:\\[\\]-]+", "must be a host or *.host")),
        texts(section, "method", TOKEN, "must be a method"),
        paths(section),
        field.toLowerCase(Locale.ROOT),
        contains.toLowerCase(Locale.ROOT),
        action,
        new PageSettings(this, section).page(action));
  }

  private List<String> paths(SettingsReader section) {
    List<String> paths = new ArrayList<>();
    for (String text : texts(section, "path", "/.*", "must be a path from / on")) {
      String path = UrlPath.isWellEncoded(text) ? UrlPath.of(text) : null;
      if (path == null) {
        refuse(section, "path", "must be a path that all servers read alike");
      } else {
        paths.add(path);
      }
    }
    return paths;
  }

  /** The fields of a direction, for a key such as {@code response-fields}. */
  FieldEdits fields(String key) {
    SettingsReader section = settings.section(key);
    Set<String> removed = new LinkedHashSet<>();
    for (String name : texts(section, "remove", TOKEN, "must be the name of a field")) {
      removed.add(checked(section, "remove", name).toLowerCase(Locale.ROOT));
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (SettingsReader each : section.sections("set")) {
      String name = text(each, "field", TOKEN, "must be the name of a field");
      String value = text(each, "value", "[!-~]([\\t -~]*[!-~])?", "must be a value in ASCII");
      values.put(checked(each, "field", name), value);
      each.refuseUnknownKeys();
    }
    section.refuseUnknownKeys();
    return new FieldEdits(removed, values);
  }

  private String checked(SettingsReader section, String key, String name) {
    if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
      refuse(section, key, "must not be a field that frames or routes messages");
    }
    return name;
  }

  UrlRewrites urls() {
    List<UrlRewrite> pairs = new ArrayList<>();
    for (SettingsReader section : settings.sections("urls")) {
      UrlRewrite.Base inside = base(section, "inside");
      UrlRewrite.Base outside = base(section, "outside");
      if (inside != null && outside != null) {
        pairs.add(new UrlRewrite(inside, outside));
      }
      section.refuseUnknownKeys();
    }
    return new UrlRewrites(pairs);
  }

  /** Which bodies are edited. */
  BodyPolicy bodies() {
    List<Replacements.Pair> pairs = new ArrayList<>();
    for (SettingsReader section : settings.sections("replace")) {
      String find = section.text("find");
      String replacement = section.text("replace");
      if (find == null || find.isEmpty() || find.length() > MAX_FIND) {
        refuse(section, "find", "must have 1 to " + MAX_FIND + " characters");
      } else {
        pairs.add(
            new Replacements.Pair(
                Octets.ofText(find), Octets.ofText(replacement == null ? "" : replacement)));
      }
      section.refuseUnknownKeys();
    }
    List<String> types = texts(settings, "replace-types", MEDIA_TYPE, "must be a media type");
    return new BodyPolicy(
        new Replacements(pairs),
        types.isEmpty() ? TYPES : lower(types),
        settings.smallNumber("body-bytes", Quantity.BYTES, 1, 1 << 20, 32_768),
        settings.smallNumber("block-bytes", Quantity.BYTES, 16, 16_384, 4_096),
        settings.smallNumber("joined-bytes", Quantity.BYTES, 16, 65_536, 16_384),
        settings.smallNumber("gzip-ratio", Quantity.COUNT, 1, 100, 16));
  }

  private UrlRewrite.@Nullable Base base(SettingsReader section, String key) {
    String text = section.text(key);
    UrlRewrite.Base base = text == null ? null : UrlRewrite.Base.of(text);
    if (base == null) {
      refuse(section, key, "must be a URL such as http://10.0.0.2:8080/app");
    }
    return base;
  }

  private List<String> texts(SettingsReader section, String key, String form, String message) {
    List<String> texts = new ArrayList<>();
    for (SettingsNode node : section.list(key)) {
      SettingsNode.Scalar scalar = section.scalar(key, node);
      if (scalar != null && scalar.text().length() <= MAX_TEXT && scalar.text().matches(form)) {
        texts.add(scalar.text());
      } else {
        isWrong = true;
        refuseScalar(section, scalar, key, message);
      }
    }
    return texts;
  }

  private static void refuseScalar(
      SettingsReader section, SettingsNode.@Nullable Scalar scalar, String key, String message) {
    if (scalar != null) {
      section.refuse(scalar, key, message);
    }
  }

  private static List<String> lower(List<String> texts) {
    return texts.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
  }

  /** The text of a key, which has a form; empty if it is absent or wrong. */
  String text(SettingsReader section, String key, String form, String message) {
    String text = section.text(key);
    String given = text == null ? "" : text;
    boolean isOptional = "".matches(form);
    if ((text != null || !isOptional) && (given.length() > MAX_TEXT || !given.matches(form))) {
      refuse(section, key, message);
      return "";
    }
    return given;
  }

  /** Reports a mistake. */
  void refuse(SettingsReader section, String key, String message) {
    section.refuse(key, message);
    isWrong = true;
  }
}
