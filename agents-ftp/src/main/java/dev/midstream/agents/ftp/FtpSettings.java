package dev.midstream.agents.ftp;

import dev.midstream.agent.Handler;
import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.ftp.FtpPolicy.Foreign;
import dev.midstream.agents.ftp.FtpPolicy.Ports;
import dev.midstream.agents.ftp.FtpPolicy.Tls;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a rule, and reports every mistake. */
final class FtpSettings {
  static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "read-only", "true or false", "false", "commands that change files are denied"),
          new Setting("deny-commands", "list of commands", "none", "each is answered with 502"),
          new Setting(
              "users", "list of names, * at the end", "all", "others are answered with 530"),
          new Setting(
              "paths",
              "mapping of allow, deny, ignore-case, home",
              "all",
              "which paths may be named, with all below them; others are answered with 550"),
          new Setting("banner", "text", "the server's", "the text of the greeting"),
          new Setting("system", "text", "the server's", "the text of the reply to SYST"),
          new Setting(
              "hide-features",
              "list of words",
              "none",
              "lines left out of the reply to FEAT, beside those of denied commands"),
          new Setting(
              "active-mode", "true or false", "true", "if false, PORT, EPRT and LPRT are denied"),
          new Setting(
              "foreign-address",
              "deny or rewrite",
              "deny",
              "what becomes of PORT and 227 with an address other than its sender's"),
          new Setting(
              "low-ports", "true or false", "false", "whether ports below 1024 may be announced"),
          new Setting(
              "tls",
              "pass or deny",
              "deny",
              "what becomes of AUTH TLS; other mechanisms are always denied"),
          new Setting(
              "data-connections",
              "expected-only or any",
              "expected-only",
              "whether data connections are announced, so that they pass without a rule of theirs"),
          new Setting(
              "data-rule",
              "name of a rule",
              "none",
              "what decides announced data connections; without it they pass unseen"),
          new Setting("passive-ports", "port or range", "1-65535", "where the server may listen"),
          new Setting(
              "command-length",
              "bytes, 16 to 8192",
              "4096",
              "longer commands are deleted and denied"),
          new Setting(
              "reply-length",
              "bytes, 512 to 65536",
              "16384",
              "a longer line of the server resets the connection"),
          new Setting(
              "due-replies",
              "number, 1 to 1000",
              "64",
              "while so many replies are due, further commands wait; at the end of the stream they "
                  + "reset the connection"),
          new Setting(
              "path-length",
              "bytes, 16 to 4096",
              "1024",
              "longer directories, paths of commands and users are not known afterwards"));

  private static final Set<String> CHANGING =
      Set.of(
          "STOR", "STOU", "APPE", "DELE", "RMD", "XRMD", "MKD", "XMKD", "RNFR", "RNTO", "SITE",
          "ALLO", "MFMT", "MFCT", "MFF", "RMDA", "COMB");
  private static final Set<String> ACTIVE = Set.of("PORT", "EPRT", "LPRT");
  private static final Pattern RANGE = Pattern.compile("([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?");
  private static final String NOT_A_PATH = "must be a path from / on, without ~ and backslash";
  private static final int MAX_PORT = 65_535;
  private static final int COMMAND_BYTES = 4_096;
  private static final int REPLY_BYTES = 16_384;
  private static final int DUE_REPLIES = 64;
  private static final int PATH_BYTES = 1_024;

  private enum Announced {
    EXPECTED_ONLY,
    ANY
  }

  private FtpSettings() {}

  static @Nullable FtpPolicy read(SettingsReader settings) {
    Tls tls = settings.choice("tls", List.of(Tls.values()), Tls.DENY);
    Announced announced =
        settings.choice("data-connections", List.of(Announced.values()), Announced.EXPECTED_ONLY);
    Ports ports = ports(settings);
    if (tls == Tls.PASS && announced == Announced.EXPECTED_ONLY && Ports.ALL.equals(ports)) {
      settings.warn(
          "tls",
          "data connections of TLS sessions are not announced: give passive-ports, and a rule that"
              + " allows them");
    }
    Foreign foreign = settings.choice("foreign-address", List.of(Foreign.values()), Foreign.DENY);
    String rule = settings.text("data-rule");
    Set<String> denied = deniedCommands(settings);
    PathRules paths = paths(settings.section("paths"));
    Limits limits = limits(settings);
    return ports == null || denied == null || paths == null
        ? null
        : new FtpPolicy(
            denied,
            new Users(texts(settings, "users")),
            paths,
            masks(settings, denied, tls),
            foreign,
            settings.flag("low-ports", false),
            tls,
            announced == Announced.EXPECTED_ONLY,
            rule == null ? new Handler.Unseen() : new Handler.Rule(rule),
            ports,
            limits);
  }

  private static Limits limits(SettingsReader settings) {
    return new Limits(
        settings.smallNumber("command-length", Quantity.BYTES, 16, 8_192, COMMAND_BYTES),
        settings.smallNumber("reply-length", Quantity.BYTES, 512, 65_536, REPLY_BYTES),
        settings.smallNumber("due-replies", Quantity.COUNT, 1, 1_000, DUE_REPLIES),
        settings.smallNumber("path-length", Quantity.BYTES, 16, 4_096, PATH_BYTES));
  }

  private static List<String> texts(SettingsReader settings, String key) {
    List<String> texts = new ArrayList<>();
    for (SettingsNode node : settings.list(key)) {
      SettingsNode.Scalar scalar = settings.scalar(key, node);
      if (scalar != null) {
        texts.add(scalar.text());
      }
    }
    return texts;
  }

  private static @Nullable PathRules paths(SettingsReader settings) {
    List<String> allowed = new ArrayList<>();
    List<String> denied = new ArrayList<>();
    boolean isRight = resolve(settings, "allow", allowed) && resolve(settings, "deny", denied);
    boolean ignoresCase = settings.flag("ignore-case", false);
    String home = settings.text("home");
    String resolved = home == null ? PathRules.UNKNOWN : PathRules.resolve("", home);
    if (resolved == null) {
      settings.refuse("home", NOT_A_PATH);
    }
    settings.refuseUnknownKeys();
    return isRight && resolved != null
        ? new PathRules(allowed, denied, ignoresCase, resolved)
        : null;
  }

  private static boolean resolve(SettingsReader settings, String key, List<String> paths) {
    boolean isRight = true;
    for (String text : texts(settings, key)) {
      String path = PathRules.resolve(PathRules.UNKNOWN, text);
      if (path == null) {
        settings.refuse(key, NOT_A_PATH);
        isRight = false;
      } else {
        paths.add(path);
      }
    }
    return isRight;
  }

  private static Masks masks(SettingsReader settings, Set<String> denied, Tls tls) {
    Set<String> hidden = new HashSet<>(denied);
    texts(settings, "hide-features").forEach(each -> hidden.add(each.toUpperCase(Locale.ROOT)));
    if (tls == Tls.DENY) {
      hidden.addAll(List.of("AUTH", "PBSZ", "PROT", "CCC"));
    }
    return new Masks(line(settings, "banner"), line(settings, "system"), hidden);
  }

  /** A text that fits one line of a reply. */
  private static @Nullable String line(SettingsReader settings, String key) {
    String text = settings.text(key);
    if (text != null && !text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      settings.refuse(key, "must be one line of ASCII characters");
      return null;
    }
    return text;
  }

  private static @Nullable Set<String> deniedCommands(SettingsReader settings) {
    Set<String> denied = new HashSet<>();
    if (settings.flag("read-only", false)) {
      denied.addAll(CHANGING);
    }
    if (!settings.flag("active-mode", true)) {
      denied.addAll(ACTIVE);
    }
    boolean isRight = true;
    for (SettingsNode node : settings.list("deny-commands")) {
      SettingsNode.Scalar scalar = settings.scalar("deny-commands", node);
      if (scalar == null || !scalar.text().matches("[A-Za-z0-9]{1,16}")) {
        isRight = false;
        if (scalar != null) {
          settings.refuse(scalar, "deny-commands", "must be a command of letters and digits");
        }
      } else {
        denied.add(scalar.text().toUpperCase(Locale.ROOT));
      }
    }
    return isRight ? denied : null;
  }

  private static @Nullable Ports ports(SettingsReader settings) {
    SettingsNode.Scalar scalar = settings.scalar("passive-ports");
    if (scalar == null) {
      return Ports.ALL;
    }
    Matcher matcher = RANGE.matcher(scalar.text());
    if (matcher.matches()) {
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first <= last && last <= MAX_PORT) {
        return new Ports(first, last);
      }
    }
    settings.refuse(scalar, "passive-ports", "must be a port or a range such as 50000-50100");
    return null;
  }
}
