package dev.midstream.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.smtp.SmtpProvider;
import dev.midstream.testkit.playbook.AgentFuzz;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/** What both ends send, for the agent of SMTP: as it is by default, and with edits. */
class SmtpFuzzTest {
  private static final byte TURN = (byte) 0xff;
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
    AgentFuzz.play(STRICT, PROVIDER.reasons(), oneReplyAtOnce(input));
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "smtp.dict")
  void editsAnyOctetsWhateverTheCuts(byte[] input) {
    AgentFuzz.play(EDITING, PROVIDER.reasons(), oneReplyAtOnce(input));
  }

  /**
   * The input with at most one line in each part of the server: a server does not answer commands
   * that it has not got, and what the agent holds back it has not got.
   */
  private static byte[] oneReplyAtOnce(byte[] input) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    boolean isServer = false;
    boolean isAnswered = false;
    for (int at = 0; at < input.length; at++) {
      boolean isTurn = input[at] == TURN;
      boolean isLiteral = isTurn && at + 1 < input.length && input[at + 1] == TURN;
      if (isTurn && !isLiteral) {
        isServer = !isServer;
        isAnswered = false;
      }
      if (!isServer || !isAnswered) {
        output.write(input, at, isLiteral ? 2 : 1);
      }
      isAnswered |= isServer && input[at] == '\n';
      at += isLiteral ? 1 : 0;
    }
    return output.toByteArray();
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
