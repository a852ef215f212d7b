package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.script.ClientFrames;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares a stream in segments of any order with the same stream in one segment. */
class AnyOrderTest {
  private static final int ROUNDS = 300;
  private static final int MAX_BYTES = 80;
  private static final int HOP_LIMIT = 64;

  /** The decisions of the agent, line by line, and the octets that reached the server. */
  private record Outcome(List<String> decisions, String left) {}

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-13 the agent decides the same for any order, segmentation and retransmission")
  void decidesTheSameInAnyOrder(OutOfOrder policy) {
    SeededRounds.run(ROUNDS, random -> compare(policy, random));
  }

  private static void compare(OutOfOrder policy, RandomGenerator random) {
    String text = text(random);
    Outcome whole = play(policy, text, List.of(new int[] {0, text.length()}));
    List<int[]> packets = packets(random, text.length());
    if (policy == OutOfOrder.DISCARD) {
      packets.addAll(cut(random, text.length()));
    }

    Outcome cut = play(policy, text, packets);

    assertThat(cut.decisions).as("decisions").isEqualTo(whole.decisions);
    assertThat(String.join("", cut.decisions).replaceAll("[-+=]", ""))
        .as("octets shown")
        .isEqualTo(text.substring(0, text.lastIndexOf('.') + 1));
    assertThat(cut.left).isEqualTo(whole.left);
  }

  /** Random letters in lines that end with a dot; the last line may be incomplete. */
  private static String text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, MAX_BYTES); i > 0; i--) {
      text.append(random.nextInt(5) == 0 ? '.' : (char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  /** The stream in segments, some retransmitted with other boundaries, in any order. */
  private static List<int[]> packets(RandomGenerator random, int length) {
    List<int[]> packets = cut(random, length);
    for (int[] each : cut(random, length)) {
      if (random.nextInt(3) == 0) {
        packets.add(each);
      }
    }
    Collections.shuffle(packets, new Random(random.nextLong()));
    return packets;
  }

  /** The stream in segments, in order. */
  private static List<int[]> cut(RandomGenerator random, int length) {
    List<int[]> pieces = new ArrayList<>();
    int max = random.nextInt(1, 20);
    for (int start = 0; start < length; ) {
      int end = Math.min(length, start + random.nextInt(1, max + 1));
      pieces.add(new int[] {start, end});
      start = end;
    }
    return pieces;
  }

  private static Outcome play(OutOfOrder policy, String text, List<int[]> packets) {
    List<String> decisions = new ArrayList<>();
    Engine engine = TestEngine.inline(lines(decisions)).outOfOrder(policy).engine();
    Scripts.of(engine).between(Ends.IPV4).run(TestEngine.OPEN);
    StringBuilder left = new StringBuilder();
    ClientFrames wire = new ClientFrames(engine, Ends.IPV4, left);
    for (int[] each : packets) {
      wire.send(each[0], text.substring(each[0], each[1]), HOP_LIMIT);
    }
    return new Outcome(decisions, left.toString());
  }

  /** Passes, deletes or replaces a line by its length, and records the decision. */
  private static LambdaAgent lines(List<String> decisions) {
    return LambdaAgent.onClient((view, out) -> {
      String text = SimpleAgents.text(view);
      int start = 0;
      for (int end = text.indexOf('.'); end >= 0; end = text.indexOf('.', start)) {
        int length = end + 1 - start;
        String line = text.substring(start, end + 1);
        switch (length % 3) {
          case 0 -> out.pass(length);
          case 1 -> out.replace(length, Octets.empty());
          default -> out.replace(length, Octets.ofText("<" + line + ">"));
        }
        decisions.add("=-+".charAt(length % 3) + line);
        start = end + 1;
      }
    });
  }
}
