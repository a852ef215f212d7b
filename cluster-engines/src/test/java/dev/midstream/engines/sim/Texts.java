package dev.midstream.engines.sim;

import dev.midstream.agent.Agent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Texts of words that an agent makes longer, shorter and nothing, and what becomes of them. */
final class Texts {
  private static final String[] WORDS = {"lorem", "ipsum", "dolor", "sit", "amet", "elit", "et"};

  private Texts() {}

  /** The agent. */
  static Agent<?> agent() {
    return SimpleAgents.replacing("lorem", "a longer word", "dolor", "d", "sit", "");
  }

  /** The whole stream after its edits. */
  static byte[] edited(byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    return text.replace("lorem", "a longer word")
        .replace("dolor", "d")
        .replace("sit", "")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A text of about {@code bytes} octets. */
  static byte[] drawn(RandomGenerator random, int bytes) {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
