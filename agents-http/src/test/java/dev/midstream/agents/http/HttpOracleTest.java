package dev.midstream.agents.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Messages that pass have the borders that the decoders of Netty find. */
class HttpOracleTest {
  private static final int ROUNDS = 60;
  private static final int REQUESTS = 5;
  private static final String SETTINGS = "{upgrades: none}";

  private static final List<String> PIECES =
      List.of(
          "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
          "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde",
          "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
          "3\r\nGET\r\n",
          "1;x=\"y\"\r\n\n\r\n",
          "0\r\n\r\n",
          "0\r\nX-Sum: 3\r\n\r\n",
          "PUT /d HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nX: y\r\n\r\n");
  private static final List<String> ANSWERS =
      List.of(
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/",
          "HTTP/1.1 204 No Content\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
          "3\r\nabc\r\n",
          "0\r\n\r\n",
          "0\r\nX: y\r\n\r\n",
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 304 Not Modified\r\n\r\n");
  private static final String MARKS = "\r\n :;,\t\u0000+0x1aC-_\u000b";

  /** What a decoder has found. */
  private record Found(int messages, int ends, boolean hasFailed) {}

  @Test
  @DisplayName("C-59 requests that pass are those that Netty's decoder finds")
  void requests() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          SpyAgent agent = new SpyAgent(SETTINGS);
          String sent = mutated(random, PIECES);
          Octets passed =
              new AgentPlaybook(agent)
                  .declaring(HttpReason.all())
                  .clientSends(sent)
                  .play()
                  .clientToServer();
          Found found = found(new HttpRequestDecoder(), passed);
          int due = agent.last().pending().size();
          assertThat(found.hasFailed()).as(sent).isFalse();
          assertThat(found.messages()).as(sent).isEqualTo(due);
        });
  }

  @Test
  @DisplayName("C-59 responses that pass are those that Netty's decoder finds")
  void responses() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          SpyAgent agent = new SpyAgent(SETTINGS);
          String sent = mutated(random, ANSWERS);
          Octets passed =
              new AgentPlaybook(agent)
                  .declaring(HttpReason.all())
                  .clientSends(PIECES.getFirst().repeat(REQUESTS))
                  .serverSends(sent)
                  .play()
                  .serverToClient();
          Found found = found(new HttpResponseDecoder(), passed);
          assertThat(found.hasFailed()).as(sent).isFalse();
          assertThat(REQUESTS - agent.last().pending().size()).as(sent).isEqualTo(found.ends());
        });
  }

  private static String mutated(RandomGenerator random, List<String> pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(text.length());
      char mark = MARKS.charAt(random.nextInt(MARKS.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.insert(at, mark);
        case 1 -> text.setCharAt(at, mark);
        default -> text.deleteCharAt(at);
      }
    }
    return text.toString();
  }

  private static Found found(ChannelHandler decoder, Octets octets) {
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    boolean ignored = channel.writeInbound(Unpooled.wrappedBuffer(octets.toArray()));
    int messages = 0;
    int ends = 0;
    boolean hasFailed = false;
    for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
      hasFailed |= each instanceof HttpObject object && object.decoderResult().isFailure();
      messages += each instanceof HttpMessage ? 1 : 0;
      ends += each instanceof LastHttpContent ? 1 : 0;
      ReferenceCountUtil.release(each);
    }
    return new Found(messages, ends, hasFailed);
  }
}
