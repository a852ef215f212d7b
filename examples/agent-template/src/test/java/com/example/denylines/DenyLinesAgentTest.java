package com.example.denylines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentFuzz;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Each script is played with every cut of the octets into segments. */
class DenyLinesAgentTest {
  private static final List<AgentReason> REASONS = new DenyLinesProvider().reasons();
  private static final int MAX_DUE = DenyLinesAgent.MAX_DUE;

  private final DenyLinesAgent agent =
      new DenyLinesAgent(List.of(Octets.ofText("delete")), Octets.ofText("denied\n"));

  private AgentPlaybook playbook() {
    return new AgentPlaybook(agent).declaring(REASONS);
  }

  @Test
  void passesOtherLines() {
    playbook()
        .clientSends("list\ndeleted files\n")
        .serverSends("a b c\nnone\n")
        .serverGets("list\ndeleted files\n")
        .clientGets("a b c\nnone\n")
        .play();
  }

  @Test
  void deniesALine() {
    playbook()
        .clientSends("DELETE a\n")
        .serverSendsWhenMonitored("deleted\n")
        .clientSends("list\n")
        .serverSends("a b c\n")
        .serverGets("list\n")
        .clientGets("denied\na b c\n")
        .play();
  }

  @Test
  void keepsTheOrderOfAnswers() {
    playbook()
        .clientSends("list\ndelete a\ndelete b\nquit\n")
        .serverSends("a b c\n")
        .serverSendsWhenMonitored("deleted\ndeleted\n")
        .serverSends("bye\n")
        .serverGets("list\nquit\n")
        .clientGets("a b c\ndenied\ndenied\nbye\n")
        .play();
  }

  @Test
  void decidesALastLineWithoutEnding() {
    playbook()
        .clientSends("list\nquit")
        .clientEnds()
        .serverSends("a b c\nbye")
        .serverEnds()
        .serverGets("list\nquit")
        .clientGets("a b c\nbye")
        .play();
    playbook()
        .clientSends("list\ndelete")
        .clientEnds()
        .serverSends("a b c\n")
        .serverSendsWhenMonitored("deleted")
        .serverEnds()
        .serverGets("list\n")
        .clientGets("a b c\ndenied\n")
        .play();
  }

  @Test
  void holdsLinesUntilAnAnswerComes() {
    String lines = "a\n".repeat(MAX_DUE);
    playbook()
        .clientSends(lines + "quit\n")
        .serverHasGot(lines)
        .serverSends("1\n")
        .serverHasGot(lines + "quit\n")
        .play();
  }

  @Test
  void resetsWhatItCanNeitherDecideNorHold() {
    String lines = "a\n".repeat(MAX_DUE);
    Outcome ended = playbook().clientSends(lines + "quit\n").clientEnds().serverGets(lines).play();
    assertEquals("reset: too much waits for answers", ended.ending());
    assertEquals(List.of("limit: too much waits for answers"), ended.reports());

    playbook().refuses(100).clientSends(lines + "quit\n".repeat(21)).serverGets(lines).play();
  }

  @Test
  void letsLongRepliesWait() {
    String reply = "x".repeat(DenyLinesAgent.MAX_REPLY - 1) + "\n";
    int most = DenyLinesAgent.MAX_WAITING / DenyLinesAgent.MAX_REPLY;
    String lines = "list\n" + "d\n".repeat(most);
    DenyLinesAgent verbose = new DenyLinesAgent(List.of(Octets.ofText("d")), Octets.ofText(reply));
    assertEquals(16, most);
    new AgentPlaybook(verbose)
        .declaring(REASONS)
        .clientSends(lines)
        .clientEnds()
        .serverSends("a b c\n")
        .serverSendsWhenMonitored("deleted\n".repeat(most))
        .serverGets("list\n")
        .clientGets("a b c\n" + reply.repeat(most))
        .play();
    Outcome ended =
        new AgentPlaybook(verbose)
            .declaring(REASONS)
            .clientSends(lines + "quit\n")
            .clientEnds()
            .serverGets("list\n")
            .play();
    assertEquals("reset: too much waits for answers", ended.ending());
  }

  /** The number of a repetition is the seed of its octets; 0xff turns the direction. */
  @RepeatedTest(200)
  void survivesAnyOctets(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    byte[] parts = "delete DELETE \r\n\n\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    byte[] input = new byte[random.nextInt(300)];
    for (int i = 0; i < input.length; i++) {
      input[i] = parts[random.nextInt(parts.length)];
    }
    AgentFuzz.play(agent, REASONS, input);
  }
}
