package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsParserTest {
  private final Problems problems = new Problems();

  @Test
  @DisplayName("a value in a mapping has the line of its key, an item of a list its own")
  void reportsLines() throws SyntaxException {
    SettingsNode root =
        parse(
            """
            a: 1
            b:
              c: x
              d: [p,
                  q]
            e:
              - f: y
              -
                f: z
            """);

    assertThat(lines(root))
        .containsExactly("a=1@1", "b.c=x@3", "b.d.0=p@4", "b.d.1=q@5", "e.0.f=y@7", "e.1.f=z@9");
    assertThat(entry(root, "b").where()).isEqualTo("f:2");
    assertThat(entry(root, "e").where()).isEqualTo("f:6");
  }

  @Test
  @DisplayName("scalars keep their text, and null is an empty text")
  void keepsTextOfScalars() throws SyntaxException {
    SettingsNode root =
        parse("a: 1_0\nb: 0x10\nc: on\nd: ~\ne:\nf: 'it''s'\ng: \"\\u00e9\"\nh: 2h4m\ni: 007\n");

    assertThat(lines(root))
        .containsExactly(
            "a=1_0@1",
            "b=0x10@2",
            "c=on@3",
            "d=@4",
            "e=@5",
            "f=it's@6",
            "g=é@7",
            "h=2h4m@8",
            "i=007@9");
  }

  @ParameterizedTest
  @MethodSource("empties")
  @DisplayName("an empty text is an empty mapping")
  void readsEmptyTextAsEmptyMapping(String text) throws SyntaxException {
    assertThat(parse(text)).isInstanceOf(SettingsNode.Mapping.class);
    assertThat(lines(parse(text))).isEmpty();
  }

  static Stream<String> empties() {
    return Stream.of("", "\n\n", "# only a comment\n", "{}");
  }

  @Test
  @DisplayName("JSON with tabs gives the same nodes as YAML")
  void readsJsonWithTabs() throws SyntaxException {
    String json =
        "{\n\t\"a\":\t1,\n\t\"\\\\\\/\": \"x\\\\ny\",\n\t\"b\": {\n\t\t\"c\": [true,\n\t\t\"\\ud83d\\ude00\"]}\n}\n";

    assertThat(lines(parse(json)))
        .containsExactly("a=1@2", "\\/=x\\ny@3", "b.c.0=true@5", "b.c.1=😀@6");
  }

  @Test
  @DisplayName("a text that only starts like JSON is read as YAML")
  void readsFlowYaml() throws SyntaxException {
    assertThat(lines(parse("{ a: 1, # comment\n b: [x] }"))).containsExactly("a=1@1", "b.0=x@2");
  }

  @Test
  @DisplayName("an alias stands for the node it names, at its own line")
  void resolvesAliases() throws SyntaxException {
    SettingsNode root = parse("a: &x [1, {p: 2}]\nb: *x\nc: &y z\nd: *y\n");

    assertThat(lines(root))
        .containsExactly("a.0=1@1", "a.1.p=2@1", "b.0=1@1", "b.1.p=2@1", "c=z@3", "d=z@4");
    assertThat(entry(root, "b").where()).isEqualTo("f:2");
  }

  @Test
  @DisplayName("a repeated key is reported with its first line, and the first value counts")
  void reportsRepeatedKey() throws SyntaxException {
    SettingsNode root = parse("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n");

    assertThat(problems.lines())
        .containsExactly(
            "f:4: repeated key, key=c first=f:3", "f:5: repeated key, key=a first=f:1");
    assertThat(lines(root)).containsExactly("a=1@1", "b.c=1@3");
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  @DisplayName("invalid YAML is one line with its position")
  void refusesBadSyntax(String text, int line, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            SyntaxException.class,
            e -> {
              assertThat(e).hasMessageStartingWith(message).message().doesNotContain("\n");
              assertThat(e.line()).isEqualTo(line);
            });
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            "a: [1, 2\nb: 3\n",
            2,
            "not yaml, while parsing a flow sequence, expected ',' or ']', but got :, column=2"),
        arguments("a: 1\nb: 'x\n", 3, "not yaml, while scanning a quoted scalar, found unexpected"),
        arguments("a: 1\n\tb: 2\n", 2, "not yaml, while scanning for the next token, found"),
        arguments("a: b: c\n", 1, "not yaml, mapping values are not allowed here, column=5"),
        arguments("a: 1\nb: @x\n", 2, "not yaml, while scanning for the next token, found"),
        arguments("a: 😀\nb: \u0001\n", 2, "character not allowed, code-point=0x1"),
        arguments("a: 1\n? [x]\n: 2\n", 2, "a key must be a single value"),
        arguments("a: 1\n---\nb: 2\n", 2, "not yaml, expected a single document in the stream"),
        arguments("{\"a\": 1} {\"b\": 2}", 1, "not yaml"),
        arguments("a: 1\nb: !!binary aGk=\n", 2, "tags are not supported, tag="),
        arguments("a: 1\nb: !java.lang.String x\n", 2, "tags are not supported, tag="),
        arguments("a: 1\nb: *nope\n", 2, "not yaml, found undefined alias nope, column=4"),
        arguments("a: &x\n  b: *x\n", 1, "nested too deeply, limit=32"),
        arguments("a: 1\nb: " + "[".repeat(40) + "]".repeat(40), 2, "nested too deeply, limit=32"),
        arguments("a: 1\nb: " + "[".repeat(100_000), 2, "not yaml, nesting Depth exceeded"),
        arguments("a: [" + "1,".repeat(100_001) + "]", 1, "too many values, limit=100000"));
  }

  @Test
  @DisplayName("nodes and levels up to the limit are accepted, one more is refused")
  void enforcesLimits() throws SyntaxException {
    String fitting = "[" + "1,".repeat(SettingsParser.MAX_NODES - 1) + "]";
    assertThat(((SettingsNode.Sequence) parse(fitting)).items())
        .hasSize(SettingsParser.MAX_NODES - 1);
    assertThatThrownBy(() -> parse("[1," + fitting.substring(1)))
        .hasMessageContaining("too many values");

    String deep = "[".repeat(SettingsParser.MAX_DEPTH) + "1" + "]".repeat(SettingsParser.MAX_DEPTH);
    assertThat(lines(parse(deep))).hasSize(1);
    assertThatThrownBy(() -> parse("[" + deep + "]")).hasMessageContaining("nested too deeply");
  }

  @Test
  @DisplayName("nested aliases that expand to an enormous tree are refused")
  void refusesAliasBomb() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1) + ",";
      bomb.append("a%d: &a%d [%s]%n".formatted(i, i, before.repeat(10)));
    }
    assertThatThrownBy(() -> parse(bomb.toString()))
        .isInstanceOf(SyntaxException.class)
        .hasMessageContaining("too many values");
  }

  private SettingsNode parse(String text) throws SyntaxException {
    return SettingsParser.parse("f", text, problems);
  }

  private static SettingsNode entry(SettingsNode node, String key) {
    return Objects.requireNonNull(((SettingsNode.Mapping) node).entries().get(key), key);
  }

  /** Every scalar of a tree as {@code path=text@line}. */
  private static List<String> lines(SettingsNode node) {
    return scalars("", node).toList();
  }

  private static Stream<String> scalars(String path, SettingsNode node) {
    return switch (node) {
      case SettingsNode.Scalar(String text, String where) ->
          Stream.of(path + "=" + text + "@" + where.substring(2));
      case SettingsNode.Sequence(List<SettingsNode> items, String _) ->
          Stream.iterate(0, i -> i + 1)
              .limit(items.size())
              .flatMap(i -> scalars(path.isEmpty() ? "" + i : path + "." + i, items.get(i)));
      case SettingsNode.Mapping mapping ->
          mapping.entries().entrySet().stream()
              .flatMap(e ->
                  scalars(path.isEmpty() ? e.getKey() : path + "." + e.getKey(), e.getValue()));
    };
  }
}
