package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.smtp.SmtpProvider;
import dev.midstream.testkit.playbook.AgentFuzz;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;

/** What both ends send, for the agent of SMTP: as it is by default, and with edits. */
class SmtpFuzzTest {
  private static final int MAX_BYTES = 600;
  private static final int MAX_LINES = 60;
  private static final String GREETING = "220 ready\r\n";
  private static final String DENIED = "XCLIENT";
  private static final String DENIAL = "a denial";

  /** Commands whose answers let others wait. */
  private static final List<String> WAITING =
      List.of("HELO", "EHLO", "LHLO", "DATA", "BDAT", "AUTH", "STARTTLS");

  private static final SmtpProvider PROVIDER = new SmtpProvider();
  private static final Agent<?> STRICT =
      agent(mapping("starttls", text("pass"), "size-limit", text("1KiB")));
  private static final Agent<?> EDITING =
      agent(
          mapping(
              "bare-newlines",
              text("normalise"),
              "substitute",
              new Sequence(List.of(mapping("find", text("ab"), "replace", text("."))), "f:2")));

  @FuzzTest
  @DictionaryFile(resourcePath = "smtp.dict")
  void decidesAnyOctetsWhateverTheCuts(byte[] input) {
    AgentFuzz.play(STRICT, PROVIDER.reasons(), OneReply.atOnce(input));
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "smtp.dict")
  void editsAnyOctetsWhateverTheCuts(byte[] input) {
    AgentFuzz.play(EDITING, PROVIDER.reasons(), OneReply.atOnce(input));
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "smtp.dict")
  void answersCommandsInTheirOrder(byte[] input) {
    List<String> lines = commands(Arrays.copyOf(input, Math.min(input.length, MAX_BYTES)));
    String sent = String.join("", lines);
    String passed = answered(sent, "").clientToServer().toLatin1();
    assertThat(passed.toUpperCase(Locale.ROOT)).doesNotContain(DENIED);
    List<String> reached = split(passed);
    StringBuilder replies = new StringBuilder();
    for (int i = 0; i < reached.size(); i++) {
      replies.append(reply(i));
    }
    List<String> expected = new ArrayList<>();
    int next = 0;
    for (String line : lines) {
      boolean isReached = next < reached.size() && line.equals(reached.get(next));
      expected.add(isReached ? reply(next++) : DENIAL);
    }
    assertThat(next).as("lines of the client, in its order: " + reached).isEqualTo(reached.size());
    Outcome outcome = answered(sent, replies.toString());
    assertThat(outcome.ending()).isEmpty();
    assertThat(split(outcome.serverToClient().toLatin1().substring(GREETING.length())))
        .map(got -> got.startsWith("299") ? got : DENIAL)
        .isEqualTo(expected);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "smtp.dict")
  void editsNothingOfAnotherProtocol(byte[] input) {
    AnotherProtocol.play(STRICT, Direction.SERVER_TO_CLIENT, input);
    AnotherProtocol.play(STRICT, Direction.CLIENT_TO_SERVER, input);
    AnotherProtocol.play(EDITING, Direction.SERVER_TO_CLIENT, input);
    AnotherProtocol.play(EDITING, Direction.CLIENT_TO_SERVER, input);
  }

  /**
   * Whole lines, none of which lets others wait; every occurrence of the denied command begins one,
   * so that it may never reach the server.
   */
  private static List<String> commands(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1) + "\r\n";
    return split(text.replaceAll("(?i)(?<!^|\n)" + DENIED, "\n" + DENIED)).stream()
        .filter(line -> WAITING.stream().noneMatch(line.toUpperCase(Locale.ROOT)::contains))
        .limit(MAX_LINES)
        .toList();
  }

  private static List<String> split(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)"));
  }

  private static String reply(int index) {
    return "299 " + index + "\r\n";
  }

  private static Outcome answered(String sent, String replies) {
    return new AgentPlaybook(STRICT)
        .declaring(PROVIDER.reasons())
        .serverSends(GREETING)
        .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(sent))
        .serverSends(replies)
        .playWhole();
  }

  private static Agent<?> agent(SettingsNode settings) {
    SettingsReader reader = new SettingsReader("", settings, new Problems());
    return Objects.requireNonNull(PROVIDER.create(reader));
  }

  private static Scalar text(String text) {
    return new Scalar(text, "f:3");
  }

  private static Mapping mapping(
      String firstKey, SettingsNode first, String secondKey, SettingsNode second) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    entries.put(firstKey, first);
    entries.put(secondKey, second);
    return new Mapping(entries, "f:1");
  }
}
