package dev.midstream.agent.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {
  private enum Reply {
    DENY,
    CLOSE_LATER
  }

  private final Problems problems = new Problems();

  private static Mapping map(Object... keysAndNodes) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndNodes.length; i += 2) {
      entries.put((String) keysAndNodes[i], (SettingsNode) keysAndNodes[i + 1]);
    }
    return new Mapping(entries, "f:1");
  }

  private static Scalar text(int line, String text) {
    return new Scalar(text, "f:" + line);
  }

  private SettingsReader reader(Object... keysAndNodes) {
    return new SettingsReader("settings", map(keysAndNodes), problems);
  }

  @Test
  void readsEachKind() {
    SettingsReader reader =
        reader(
            "text", text(2, ""),
            "flag", text(3, "true"),
            "limit", text(4, "64KiB"),
            "time", text(5, "1m30s"),
            "reply", text(6, "close-later"),
            "one", map("name", text(7, "a")),
            "many", new Sequence(List.of(map("name", text(8, "b")), map()), "f:8"));
    assertThat(reader.text("text")).isEmpty();
    assertThat(reader.flag("flag", false)).isTrue();
    assertThat(reader.number("limit", Quantity.BYTES, 1, 1 << 20, 5)).isEqualTo(65_536);
    assertThat(reader.number("time", Quantity.NANOS, 1, Long.MAX_VALUE, 5))
        .isEqualTo(90_000_000_000L);
    assertThat(reader.choice("reply", List.of(Reply.values()), Reply.DENY))
        .isEqualTo(Reply.CLOSE_LATER);
    assertThat(reader.sections("one"))
        .singleElement()
        .extracting(one -> one.text("name"))
        .isEqualTo("a");
    assertThat(reader.sections("many"))
        .extracting(each -> each.text("name"))
        .containsExactly("b", null);
    reader.refuseUnknownKeys();
    assertThat(problems.lines()).isEmpty();
  }

  @Test
  void usesDefaultsForWhatIsAbsent() {
    SettingsReader reader = new SettingsReader("", text(1, ""), problems);
    assertThat(reader.isEmpty()).isTrue();
    assertThat(reader.text("text")).isNull();
    assertThat(reader.flag("flag", true)).isTrue();
    assertThat(reader.number("limit", Quantity.COUNT, 1, 9, 5)).isEqualTo(5);
    assertThat(reader.choice("reply", List.of(Reply.values()), Reply.DENY)).isEqualTo(Reply.DENY);
    assertThat(reader.sections("many")).isEmpty();
    assertThat(reader.section("inner").isEmpty()).isTrue();
    assertThat(problems.lines()).isEmpty();
  }

  @Test
  @DisplayName("every mistake is reported with its place and key, and the default is used")
  void reportsEveryMistake() {
    SettingsReader reader =
        reader(
            "flag", text(2, "yes"),
            "limit", text(3, "10"),
            "reply", text(4, "deny it"),
            "text", map(),
            "many", new Sequence(List.of(text(6, "a")), "f:6"),
            "replly", text(7, "x"));
    assertThat(reader.flag("flag", true)).isTrue();
    assertThat(reader.number("limit", Quantity.COUNT, 1, 9, 5)).isEqualTo(5);
    assertThat(reader.choice("reply", List.of(Reply.values()), Reply.DENY)).isEqualTo(Reply.DENY);
    assertThat(reader.text("text")).isNull();
    assertThat(reader.sections("many")).isEmpty();
    reader.refuse("limit", "is odd");
    reader.refuse("absent", "is missing");
    reader.refuse("nothing to do");
    reader.warn("flag", "is unusual");
    reader.warn("nothing new");
    reader.refuseUnknownKeys();
    assertThat(problems.lines())
        .containsExactly(
            "f:2: must be true or false, key=settings.flag value=yes",
            "f:3: must be from 1 to 9, key=settings.limit value=10",
            "f:4: must be one of deny, close-later, key=settings.reply value=deny it",
            "f:1: must be a single value, key=settings.text",
            "f:6: must be a mapping of keys, key=settings.many",
            "f:3: is odd, key=settings.limit",
            "f:1: is missing, key=settings.absent",
            "f:1: nothing to do, key=settings",
            "f:7: unknown key, key=settings.replly nearest=reply");
    assertThat(problems.warnings())
        .containsExactly("f:2: is unusual, key=settings.flag", "f:1: nothing new, key=settings");
  }

  @Test
  @DisplayName("a key where none is read is refused without an empty list of known ones")
  void refusesKeysWhereNoneIsRead() {
    reader("words", text(2, "a")).refuseUnknownKeys();
    assertThat(problems.lines())
        .containsExactly("f:2: unknown key, the agent reads no settings, key=settings.words");
  }
}
