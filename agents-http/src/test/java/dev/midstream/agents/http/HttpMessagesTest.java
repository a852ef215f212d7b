package dev.midstream.agents.http;

import static dev.midstream.agents.http.HttpPlaybook.get;
import static dev.midstream.agents.http.HttpPlaybook.lastPage;
import static dev.midstream.agents.http.HttpPlaybook.ok;
import static dev.midstream.agents.http.HttpPlaybook.page;
import static dev.midstream.agents.http.HttpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where messages end, and which response belongs to which request. */
class HttpMessagesTest {
  private static final String POST = "POST /p HTTP/1.1\r\nHost: h\r\n";
  private static final String CONNECT = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";
  private static final String UPGRADE =
      "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String H2C =
      """
      POST / HTTP/1.1
      Host: h
      connection: Upgrade,TE , HTTP2-Settings, keep-alive
      upgrade: h2c
      HTTP2-Settings: AAEA
      Connection: upgrade
      """
          .replace("\n", "\r\n");
  private static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  @Test
  @DisplayName("C-59 pipelined requests and their responses pass unchanged")
  void pipelined() {
    String requests =
        get("/a")
            + "HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n"
            + (POST + "Content-Length: 3\r\n\r\nGET")
            + (POST
                + "Transfer-Encoding: chunked\r\n\r\n4;x=y\r\nGET \r\n0A\r\n0123456789\r\n0\r\n")
            + ("X-Sum: 1\r\n\r\n" + get("/c"));
    String responses =
        ok("HTTP/1.1 200 OK\r\n\r\n")
            + "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n"
            + "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"
            + "HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    assertThat(
            playbook("")
                .clientSends(requests)
                .serverSends(responses)
                .serverGets(requests)
                .clientGets(responses)
                .play()
                .reports())
        .isEmpty();
  }

  @Test
  @DisplayName("C-59 100 Continue and other 1xx end no response")
  void informational() {
    String request = POST + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    String early = "HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    playbook("")
        .clientSends(request)
        .serverSends(early)
        .clientHasGot(early)
        .clientSends("abc" + CONNECT)
        .serverSends("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        .serverSendsWhenMonitored("HTTP/1.1 501 What\r\nContent-Length: 0\r\n\r\n")
        .serverGets(request + "abc")
        .clientGets(early + "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n" + page(403))
        .play();
  }

  @Test
  @DisplayName("C-59 a final response before 100 Continue is the last one")
  void answeredEarly() {
    String request = POST + "Content-Length: 40\r\nExpect: 100-continue\r\n\r\n";
    assertThat(
            playbook("")
                .clientSends(request)
                .serverSends("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
                .clientSends(get("/admin"))
                .serverGets(request)
                .clientGets("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
                .play()
                .reports())
        .containsExactly(
            "early-answer: to a request that waits for 100 Continue",
            "finish: SERVER_TO_CLIENT",
            "finish: CLIENT_TO_SERVER");
  }

  @Test
  @DisplayName("C-59 a final response during an upload passes, and the upload goes on")
  void answeredDuringUpload() {
    String refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n";
    playbook("")
        .clientSends(POST + "Content-Length: 20\r\n\r\n0123456789")
        .serverSends(refusal)
        .clientHasGot(refusal)
        .clientSends("GET / HTTP" + get("/b"))
        .serverSends(ok("b"))
        .serverGets(POST + "Content-Length: 20\r\n\r\n0123456789GET / HTTP" + get("/b"))
        .clientGets(refusal + ok("b"))
        .play();
  }

  @Test
  @DisplayName("C-59 a denial stands between the responses of its neighbours")
  void denialsKeepTheirPlace() {
    playbook("{upgrades: websocket}")
        .clientSends(get("/a") + CONNECT + CONNECT + get("/b"))
        .serverSends(ok("a"))
        .serverSendsWhenMonitored(
            "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\nHTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n")
        .serverSends(ok("b"))
        .serverGets(get("/a") + get("/b"))
        .clientGets(ok("a") + page(403).repeat(2) + ok("b"))
        .play();
  }

  @Test
  @DisplayName("C-59 a body without length lasts to the end of the server's stream")
  void bodyToTheEnd() {
    playbook("")
        .clientSends(get("/a"))
        .serverSends("HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\u0001\n")
        .serverEnds()
        .clientGets("HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\u0001\n")
        .play();
  }

  @Test
  @DisplayName(
      "C-59 WebSocket: what follows the upgrade waits for its answer and is opaque after 101")
  void upgrades() {
    assertThat(
            playbook("")
                .clientSends(UPGRADE)
                .clientSends("\u0001\u0002")
                .serverHasGot(UPGRADE)
                .serverSends(SWITCHED)
                .serverSends("\u0003")
                .clientSends("GET nothing\r\n")
                .serverGets(UPGRADE + "\u0001\u0002GET nothing\r\n")
                .clientGets(SWITCHED + "\u0003")
                .play()
                .reports())
        .containsExactly("tunnel: code=101");
  }

  @Test
  @DisplayName("C-59 a refused upgrade leaves HTTP as it was")
  void refusesUpgrade() {
    playbook("{pipelined-requests: 1}")
        .clientSends(UPGRADE + CONNECT)
        .serverHasGot(UPGRADE)
        .serverSends(ok("no"))
        .serverSendsWhenMonitored("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")
        .serverGets(UPGRADE)
        .clientGets(ok("no") + page(403))
        .play();
  }

  @Test
  @DisplayName("C-59 CONNECT is opaque after 2xx, where it is allowed")
  void connects() {
    String established = "HTTP/1.1 200 Established\r\nContent-Length: 5\r\n\r\n";
    playbook("{connect: pass}")
        .clientSends(CONNECT + "\u0016\u0003")
        .serverHasGot(CONNECT)
        .serverSends(established + "\u0016")
        .serverGets(CONNECT + "\u0016\u0003")
        .clientGets(established + "\u0016")
        .play();
    playbook("{connect: pass}")
        .clientSends(CONNECT + get("/"))
        .serverHasGot(CONNECT)
        .serverSends("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno")
        .serverSends(ok("x"))
        .serverGets(CONNECT + get("/"))
        .play();
  }

  @Test
  @DisplayName("C-59 a protocol that the settings do not name is denied, where they say so")
  void deniesUpgrade() {
    playbook("{other-upgrades: deny}")
        .clientSends(H2C + "\r\n" + get("/a"))
        .serverSendsWhenMonitored(ok("no"))
        .serverSends(ok("a"))
        .serverGets(get("/a"))
        .clientGets(page(403) + ok("a"))
        .play();
  }

  @Test
  @DisplayName("C-59 a protocol that the settings do not name is not asked for, also with a body")
  void removesUpgrade() {
    String rest = "Content-Length: 3\r\n\r\nabc";
    assertThat(
            playbook("")
                .clientSends(H2C + rest + get("/a"))
                .serverSends(ok("x") + ok("a"))
                .serverGets(
                    "POST / HTTP/1.1\r\nHost: h\r\nconnection: TE, keep-alive\r\n"
                        + rest
                        + get("/a"))
                .clientGets(ok("x") + ok("a"))
                .play()
                .reports())
        .containsExactly("removed-upgrade: the field Upgrade");
    assertThat(playbook("").clientSends(H2C + rest).serverSends(SWITCHED).playWhole().ending())
        .isEqualTo("reset: a response is malformed");
  }

  @Test
  @DisplayName("C-59 a monitored server may answer an upgrade that is not removed there")
  void monitorsUpgrade() {
    AgentPlaybook script = playbook("").clientSends(H2C + "\r\n").serverSends(SWITCHED);
    assertThat(script.monitored().play().reports())
        .containsExactly("removed-upgrade: the field Upgrade", "tunnel: code=101");
  }

  @Test
  @DisplayName("C-59 requests beyond the limit wait")
  void fullPipelineWaits() {
    playbook("{pipelined-requests: 2}")
        .clientSends(get("/").repeat(3))
        .serverHasGot(get("/").repeat(2))
        .serverSends(ok("x"))
        .serverHasGot(get("/").repeat(3))
        .serverSends(ok("x").repeat(2))
        .clientGets(ok("x").repeat(3))
        .play();
    assertThat(
            playbook("{pipelined-requests: 1}")
                .clientSends(get("/").repeat(2))
                .clientEnds()
                .play()
                .reports())
        .containsExactly("pipeline-limit: the stream ended");
  }

  @Test
  @DisplayName("C-59 requests behind denial-bytes of waiting denials wait, at one octet less not")
  void waitingDenialsAreBounded() {
    int head = deniedWith("x".repeat(1_000)).length() - 1_000;
    String denied = get("/admin").repeat(2);
    String refusal = "HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n";
    String full = "x".repeat(4_096 - head);
    playbook(denying(full))
        .clientSends(get("/a") + denied + get("/b"))
        .serverHasGot(get("/a"))
        .serverSends(ok("a"))
        .serverSendsWhenMonitored(refusal.repeat(2))
        .serverSends(ok("b"))
        .serverGets(get("/a") + get("/b"))
        .clientGets(ok("a") + deniedWith(full).repeat(2) + ok("b"))
        .play();
    String less = full.substring(1);
    playbook(denying(less))
        .clientSends(get("/a") + denied + get("/b"))
        .serverHasGot(get("/a") + get("/b"))
        .serverSends(ok("a"))
        .serverSendsWhenMonitored(refusal.repeat(2))
        .serverSends(ok("b"))
        .clientGets(ok("a") + deniedWith(less).repeat(2) + ok("b"))
        .play();
    assertThat(
            playbook(denying(full))
                .clientSends(get("/a") + denied + get("/b"))
                .clientEnds()
                .play()
                .reports())
        .contains("pipeline-limit: the stream ended");
  }

  private static String denying(String page) {
    return "{denial-bytes: 8192, requests: [{path: /admin, page: " + page + "}]}";
  }

  private static String deniedWith(String page) {
    return Page.FORBIDDEN.with(Octets.ofText(page), Page.TYPE).octets(false, false).toLatin1();
  }

  @Test
  @DisplayName("C-60 TLS, HTTP/2 and other protocols are not HTTP/1")
  void otherProtocols() {
    for (String first :
        new String[] {"\u0016\u0003\u0001", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "SSH-2.0-x\r\n"}) {
      assertThat(playbook("").clientSends(first).play().ending()).startsWith("not mine");
    }
    assertThat(playbook("").serverSends("220 ready\r\n").play().ending()).startsWith("not mine");
  }

  @Test
  @DisplayName("C-60 what servers skip before a request makes it no other protocol")
  void blankBeginnings() {
    for (String blank : new String[] {"\n", "\r\r\n", "\r\n\r\n", "\r\n\n"}) {
      playbook("").clientSends(blank + get("/")).serverGets("").clientGets(lastPage(400)).play();
    }
  }

  @Test
  @DisplayName("C-60 nothing is deleted before another protocol")
  void leavesBlanks() {
    AgentPlaybook script =
        new AgentPlaybook(new SpyAgent("").passing()).declaring(HttpReason.all());
    script.clientSends("\r\nSSH-2.0-x\r\n").serverGets("\r\nSSH-2.0-x\r\n").play();
    for (String start : new String[] {"\r\n", "\r", "QUI"}) {
      new AgentPlaybook(new SpyAgent("").passing())
          .clientSends(start)
          .clientEnds()
          .serverGets(start)
          .play();
    }
  }

  @Test
  @DisplayName("C-59 408 to no request passes, and ends the connection")
  void timesOut() {
    String timeout =
        "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno";
    for (String before : new String[] {"", get("/")}) {
      String answer = before.isEmpty() ? "" : ok("x");
      assertThat(
              playbook("")
                  .clientSends(before)
                  .serverSends(answer)
                  .clientSends("GET /late HTTP/1.1\r\n")
                  .serverSends(timeout)
                  .clientSends("Host: h\r\n\r\n")
                  .serverGets(before)
                  .clientGets(answer + timeout)
                  .play()
                  .reports())
          .containsExactly(
              "timed-out: code=408", "finish: SERVER_TO_CLIENT", "finish: CLIENT_TO_SERVER");
    }
    playbook("")
        .clientSends(get("/"))
        .serverSends(ok("x"))
        .serverSends("HTTP/1.0 408 x\r\n\r\na body to the end")
        .clientSends(get("/late"))
        .serverEnds()
        .clientEnds()
        .serverGets(get("/"))
        .clientGets(ok("x") + "HTTP/1.0 408 x\r\n\r\na body to the end")
        .play();
  }

  @Test
  @DisplayName("C-60 after the first request nothing is another protocol")
  void laterGarbage() {
    assertThat(
            playbook("")
                .clientSends(get("/") + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                .serverSends(ok("x"))
                .serverGets(get("/"))
                .clientGets(ok("x") + lastPage(400))
                .play()
                .reports())
        .containsExactly(
            "malformed-request: case=version",
            "finish: SERVER_TO_CLIENT",
            "finish: CLIENT_TO_SERVER");
  }

  @Test
  @DisplayName("C-59 an empty line before a request is deleted, and half a request at the end too")
  void deletesEmptyLine() {
    playbook("")
        .clientSends("\r\n" + get("/") + "\r\n" + get("/"))
        .clientSends("GET /x HT")
        .clientEnds()
        .serverGets(get("/").repeat(2))
        .play();
  }
}
