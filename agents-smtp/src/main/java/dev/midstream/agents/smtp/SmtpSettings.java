package dev.midstream.agents.smtp;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.smtp.SmtpPolicy.Newlines;
import dev.midstream.agents.smtp.SmtpPolicy.StartTls;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a rule, and reports every mistake. */
final class SmtpSettings {
  static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "allow-commands",
              "list of commands",
              "none",
              "allowed beside the usual commands; others are answered with 502"),
          new Setting(
              "deny-commands",
              "list of commands",
              "none",
              "each is answered with 502, and its extension is left out of the reply to EHLO"),
          new Setting(
              "starttls",
              "pass, strip or require",
              "strip",
              "what becomes of STARTTLS. strip answers it with 502; require "
                  + "answers all but EHLO, LHLO, NOOP and QUIT with 530 before it"),
          new Setting("banner", "text", "the server's", "the text of the greeting"),
          new Setting(
              "hello",
              "text",
              "the server's",
              "the first line of the reply to EHLO, HELO and LHLO"),
          new Setting(
              "hide-extensions",
              "list of words",
              "none",
              "lines left out of the reply to EHLO, beside those of denied "
                  + "commands; their parameters are answered with 555"),
          new Setting(
              "bare-newlines",
              "reject or normalise",
              "reject",
              "what becomes of a CR or LF that stands alone"),
          new Setting(
              "senders",
              "mapping of allow, deny",
              "all",
              "which senders are allowed; others are answered with 550"),
          new Setting(
              "recipients",
              "mapping of allow, deny",
              "all",
              "which recipients are allowed; others are answered with 550"),
          new Setting(
              "relay",
              "mapping of local-domains, clients, authenticated",
              "all",
              "clients that may name recipients of other domains; others are answered with 550"),
          new Setting(
              "smtputf8",
              "true or false",
              "false",
              "whether addresses may have more than ASCII; otherwise they are answered with 553, and"
                  + " SMTPUTF8 is left out"),
          new Setting(
              "recipient-limit",
              "number, 1 to 100000",
              "1000",
              "further recipients of a message are answered with 452"),
          new Setting(
              "size-limit",
              "bytes, 1KiB to 1024GiB",
              "none",
              "a longer message is answered with 552; SIZE of the reply to EHLO says so"),
          new Setting(
              "headers",
              "mapping of add, remove, replace",
              "none",
              "fields of the header of messages: add and replace are lists of "
                  + "name and value, remove is a list of names; then BDAT is denied"),
          new Setting(
              "substitute",
              "list of find and replace",
              "none",
              "strings in text parts without an encoding; then BDAT is denied"),
          new Setting(
              "line-length",
              "bytes, 1000 to 65536",
              "4096",
              "longer lines of edited messages are edited in pieces of this "
                  + "length, and counted"),
          new Setting(
              "part-depth",
              "number, 1 to 64",
              "8",
              "parts within parts that are edited; deeper ones are left alone, and counted"),
          new Setting(
              "field-length",
              "bytes, 128 to 8192",
              "1024",
              "so much of Content-Type is read; a part with a longer one may be left alone, and is "
                  + "counted"),
          new Setting(
              "command-length",
              "bytes, 512 to 65536",
              "12288",
              "longer commands are deleted and answered with 500"),
          new Setting(
              "reply-length",
              "bytes, 512 to 65536",
              "16384",
              "a longer reply of the server resets the connection"),
          new Setting(
              "due-replies",
              "number, 1 to 1000",
              "128",
              "while so many replies are due, further commands wait; at the end of the stream they "
                  + "reset the connection"));

  /** Commands that are allowed unless the settings deny them. */
  private static final Set<String> STANDARD =
      Set.of(
          "HELO",
          "EHLO",
          "LHLO",
          "MAIL",
          "RCPT",
          "DATA",
          "BDAT",
          "RSET",
          "NOOP",
          "QUIT",
          "VRFY",
          "EXPN",
          "HELP",
          "STARTTLS",
          "AUTH");

  /** After these the ends change their parts, so replies cannot be told from commands any more. */
  private static final Set<String> TURNING = Set.of("TURN", "ATRN");

  /** Extensions whose keyword is not that of their command. */
  private static final Map<String, List<String>> KEYWORDS =
      Map.of("BDAT", List.of("CHUNKING", "BINARYMIME"));

  private static final Set<String> COMMANDS_OF_EXTENSIONS =
      Set.of(
          "AUTH",
          "BDAT",
          "BURL",
          "ETRN",
          "EXPN",
          "HELP",
          "STARTTLS",
          "TURN",
          "ATRN",
          "VRFY",
          "XCLIENT",
          "XFORWARD",
          "SEND",
          "SOML",
          "SAML");

  private static final int RECIPIENTS = 1_000;
  private static final int COMMAND_BYTES = 12_288;
  private static final int REPLY_BYTES = 16_384;
  private static final int DUE_REPLIES = 128;
  private static final long LEAST_SIZE = 1L << 10;
  private static final long MOST_SIZE = 1L << 40;

  private SmtpSettings() {}

  static @Nullable SmtpPolicy read(SettingsReader settings) {
    StartTls startTls = settings.choice("starttls", List.of(StartTls.values()), StartTls.STRIP);
    Newlines newlines =
        settings.choice("bare-newlines", List.of(Newlines.values()), Newlines.REJECT);
    Set<String> commands = commands(settings);
    Edits edits = EditSettings.read(settings);
    if (commands == null || edits == null) {
      return null;
    }
    if (edits.isAny()) {
      commands.remove("BDAT");
    }
    Limits limits = limits(settings);
    AddressRules senders = AddressSettings.rules(settings.section("senders"));
    AddressRules recipients = AddressSettings.rules(settings.section("recipients"));
    Relay relay = AddressSettings.relay(settings.section("relay"));
    return senders == null || recipients == null || relay == null
        ? null
        : new SmtpPolicy(
            commands,
            startTls,
            masks(
                settings, commands, startTls, new Sizes(limits.messageBytes(), edits.addedBytes())),
            newlines == Newlines.NORMALISE,
            edits,
            senders,
            recipients,
            relay,
            limits);
  }

  private static Limits limits(SettingsReader settings) {
    return new Limits(
        settings.smallNumber("recipient-limit", Quantity.COUNT, 1, 100_000, RECIPIENTS),
        settings.number("size-limit", Quantity.BYTES, LEAST_SIZE, MOST_SIZE, Long.MAX_VALUE),
        settings.smallNumber("command-length", Quantity.BYTES, 512, 65_536, COMMAND_BYTES),
        settings.smallNumber("reply-length", Quantity.BYTES, 512, 65_536, REPLY_BYTES),
        settings.smallNumber("due-replies", Quantity.COUNT, 1, 1_000, DUE_REPLIES));
  }

  private static @Nullable Set<String> commands(SettingsReader settings) {
    Set<String> commands = new HashSet<>(STANDARD);
    List<String> allowed = Words.of(settings, "allow-commands");
    List<String> denied = Words.of(settings, "deny-commands");
    if (allowed == null || denied == null) {
      return null;
    }
    for (String each : allowed) {
      if (TURNING.contains(each)) {
        settings.refuse("allow-commands", "must not have TURN or ATRN: the ends change parts");
        return null;
      }
      commands.add(each);
    }
    denied.forEach(commands::remove);
    return commands;
  }

  private static Masks masks(
      SettingsReader settings, Set<String> commands, StartTls startTls, Sizes sizes) {
    Set<String> hidden = new HashSet<>();
    for (SettingsNode node : settings.list("hide-extensions")) {
      SettingsNode.Scalar scalar = settings.scalar("hide-extensions", node);
      if (scalar != null) {
        hidden.add(scalar.text().toUpperCase(Locale.ROOT));
      }
    }
    for (String command : COMMANDS_OF_EXTENSIONS) {
      if (!commands.contains(command)) {
        hidden.addAll(KEYWORDS.getOrDefault(command, List.of(command)));
      }
    }
    if (!settings.flag("smtputf8", false)) {
      hidden.add("SMTPUTF8");
    }
    if (startTls == StartTls.STRIP) {
      hidden.add("STARTTLS");
    }
    return new Masks(
        line(settings, "banner"), line(settings, "hello"), new Extensions(hidden, sizes));
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
}
