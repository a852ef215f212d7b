package dev.midstream.engines.sim;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Texts of words that an agent makes longer, shorter and nothing, and what becomes of them. */
final class Texts {
  private static final String[] WORDS = {"lorem", "ipsum", "dolor", "sit", "amet", "elit", "et"};
  private static final Map<String, String> EDITS =
      Map.of("lorem ", "a longer word ", "dolor ", "d ", "sit ", "");

  /** What is the last word for {@link #finishing}. */
  static final String LAST = "last ";

  private Texts() {}

  /** The agent. It waits for the end of each word, however long that takes. */
  static LambdaAgent agent() {
    return LambdaAgent.by((direction, view, out) -> edit(view, out));
  }

  /** An agent that changes nothing, and finishes a stream after {@link #LAST}. */
  static LambdaAgent finishing() {
    return LambdaAgent.by((direction, view, out) -> {
      String text = SimpleAgents.text(view);
      int last = text.indexOf(LAST);
      int end = last < 0 ? text.lastIndexOf(' ') : last + LAST.length() - 1;
      if (end >= 0) {
        out.pass(end + 1);
      }
      if (last >= 0) {
        out.finish(direction);
      }
    });
  }

  /** The whole stream after it was finished. */
  static byte[] finished(byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    int last = text.indexOf(LAST);
    return last < 0 ? octets : Arrays.copyOf(octets, last + LAST.length());
  }

  private static void edit(OctetView view, Decisions out) {
    String text = SimpleAgents.text(view);
    int at = 0;
    for (int end = endOfWord(text, at, view); end > at; end = endOfWord(text, at, view)) {
      String edited = EDITS.get(text.substring(at, end));
      if (edited == null) {
        out.pass(end - at);
      } else {
        out.replace(end - at, Octets.ofText(edited));
      }
      at = end;
    }
  }

  private static int endOfWord(String text, int at, OctetView view) {
    int space = text.indexOf(' ', at);
    return space < 0 ? (view.endOfStream() ? text.length() : at) : space + 1;
  }

  /** The whole stream after its edits. */
  static byte[] edited(byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    return text.replace("lorem ", "a longer word ")
        .replace("dolor ", "d ")
        .replace("sit ", "")
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
