package dev.midstream.fuzz;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where Netty's decoders find messages of HTTP. One character stands for one octet. */
final class HttpBorders {
  private static final int FIRST_FINAL = 200;

  private HttpBorders() {}

  /**
   * The heads of the requests in {@code text}.
   *
   * @throws AssertionError if the decoder refuses one
   */
  static List<HttpRequest> requests(String text) {
    List<HttpRequest> requests = new ArrayList<>();
    for (Object each : decoded(new HttpRequestDecoder(), text)) {
      requireSuccess(each, text);
      if (each instanceof HttpRequest request) {
        requests.add(request);
      }
    }
    return requests;
  }

  /**
   * The number of final responses that end in {@code text}.
   *
   * @throws AssertionError if the decoder refuses one
   */
  static int finalResponses(String text) {
    int count = 0;
    boolean isFinal = false;
    for (Object each : decoded(new HttpResponseDecoder(), text)) {
      requireSuccess(each, text);
      if (each instanceof HttpResponse response) {
        isFinal = response.status().code() >= FIRST_FINAL;
      }
      count += isFinal && each instanceof LastHttpContent ? 1 : 0;
    }
    return count;
  }

  private static void requireSuccess(Object each, String text) {
    if (each instanceof HttpObject object && object.decoderResult().isFailure()) {
      throw new AssertionError(
          "Netty refuses what has passed: " + text, object.decoderResult().cause());
    }
  }

  private static List<Object> decoded(ChannelHandler decoder, String text) {
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    boolean ignored =
        channel.writeInbound(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)));
    List<Object> found = new ArrayList<>();
    for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
      ReferenceCountUtil.release(each);
      found.add(each);
    }
    return found;
  }
}
