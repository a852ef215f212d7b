package dev.midstream.agents.smtp;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.smtp.Edits.Pair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what is changed in messages. Mistakes are reported. */
final class EditSettings {
  private static final int LINE_BYTES = 4_096;
  private static final int DEPTH = 8;
  private static final int FIELD_BYTES = 1_024;
  private static final int MAX_VALUE = 900;
  private static final int MAX_FIND = 256;
  private static final String NAME = "[!-9;-~]{1,64}";

  private EditSettings() {}

  static @Nullable Edits read(SettingsReader settings) {
    SettingsReader headers = settings.section("headers");
    List<String[]> added = fields(headers, "add");
    List<String[]> replaced = fields(headers, "replace");
    Set<String> removed = names(headers);
    headers.refuseUnknownKeys();
    List<Pair> pairs = pairs(settings);
    MessageLimits limits = limits(settings);
    if (added == null || replaced == null || removed == null || pairs == null) {
      return null;
    }
    StringBuilder lines = new StringBuilder();
    added.forEach(field -> lines.append(field[0]).append(": ").append(field[1]).append("\r\n"));
    Map<String, String> values = new HashMap<>();
    replaced.forEach(field -> values.put(field[0].toLowerCase(Locale.ROOT), field[1]));
    return Edits.of(lines.toString(), removed, values, pairs, limits);
  }

  private static MessageLimits limits(SettingsReader settings) {
    return new MessageLimits(
        settings.smallNumber("line-length", Quantity.BYTES, 1_000, 65_536, LINE_BYTES),
        settings.smallNumber("part-depth", Quantity.COUNT, 1, MessageLimits.MAX_DEPTH, DEPTH),
        settings.smallNumber(
            "field-length", Quantity.BYTES, 128, MessageLimits.MAX_FIELD, FIELD_BYTES));
  }

  /** Names and values of fields. */
  private static @Nullable List<String[]> fields(SettingsReader headers, String key) {
    List<String[]> fields = new ArrayList<>();
    boolean isRight = true;
    for (SettingsReader section : headers.sections(key)) {
      String name = section.text("name");
      String value = section.text("value");
      section.refuseUnknownKeys();
      boolean isField =
          name != null
              && name.matches(NAME)
              && value != null
              && value.matches("[ -~]{1," + MAX_VALUE + "}");
      if (isField) {
        fields.add(new String[] {name, value});
      } else {
        section.refuse("must have the name of a field, and a value of one line of ASCII");
        isRight = false;
      }
    }
    return isRight ? fields : null;
  }

  private static @Nullable Set<String> names(SettingsReader headers) {
    Set<String> names = new HashSet<>();
    boolean isRight = true;
    for (SettingsNode node : headers.list("remove")) {
      SettingsNode.Scalar scalar = headers.scalar("remove", node);
      if (scalar != null && scalar.text().matches(NAME)) {
        names.add(scalar.text().toLowerCase(Locale.ROOT));
      } else {
        isRight = false;
        if (scalar != null) {
          headers.refuse(scalar, "remove", "must be the name of a field");
        }
      }
    }
    return isRight ? names : null;
  }

  private static @Nullable List<Pair> pairs(SettingsReader settings) {
    List<Pair> pairs = new ArrayList<>();
    boolean isRight = true;
    for (SettingsReader section : settings.sections("substitute")) {
      String find = section.text("find");
      String by = section.text("replace");
      section.refuseUnknownKeys();
      if (find != null && by != null && !find.isEmpty() && isLine(find) && isLine(by)) {
        pairs.add(new Pair(octets(find), octets(by)));
      } else {
        section.refuse("must have find and replace, each a part of one line");
        isRight = false;
      }
    }
    return isRight ? pairs : null;
  }

  private static boolean isLine(String text) {
    return text.length() <= MAX_FIND && text.indexOf('\r') < 0 && text.indexOf('\n') < 0;
  }

  /** A text with one character for each octet of its UTF-8. */
  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
