package com.example.denylines;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each script is played with every cut of the octets into segments. */
class DenyLinesAgentTest {
  private final DenyLinesAgent agent =
      new DenyLinesAgent(List.of(Octets.ofText("delete")), Octets.ofText("denied\n"));

  @Test
  void passesOtherLines() {
    new AgentPlaybook(agent)
        .clientSends("list\ndeleted files\n")
        .serverSends("a b c\nnone\n")
        .serverGets("list\ndeleted files\n")
        .clientGets("a b c\nnone\n")
        .play();
  }

  @Test
  void deniesALine() {
    new AgentPlaybook(agent)
        .clientSends("DELETE a\n")
        .clientSends("list\n")
        .serverSends("a b c\n")
        .serverGets("list\n")
        .clientGets("denied\na b c\n")
        .play();
  }

  @Test
  void keepsTheOrderOfAnswers() {
    new AgentPlaybook(agent)
        .clientSends("list\ndelete a\ndelete b\nquit\n")
        .serverSends("a b c\nbye\n")
        .serverGets("list\nquit\n")
        .clientGets("a b c\ndenied\ndenied\nbye\n")
        .play();
  }
}
