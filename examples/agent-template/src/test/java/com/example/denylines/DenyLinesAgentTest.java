package com.example.denylines;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each script is played with every cut of the octets into segments. */
class DenyLinesAgentTest {
  private final DenyLinesAgent agent =
      new DenyLinesAgent(List.of(Octets.ofText("delete")), Octets.ofText("denied\n"));

  private AgentPlaybook playbook() {
    return new AgentPlaybook(agent).declaring(List.of(DenyLinesAgent.DENIED));
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
}
