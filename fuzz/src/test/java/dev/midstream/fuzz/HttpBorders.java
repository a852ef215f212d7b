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
import java.util.regex.Pattern;

/** Where Netty's decoders find messages of HTTP. One character stands for one octet. */
final class HttpBorders {
  private static final int FIRST_FINAL = 200;

  /** A chunk as long as this has a size that the decoders do not read: they count in an int. */
  private static final Pattern LARGE_CHUNK = Pattern.compile("(?m)^[0-9A-Fa-f]{8}");

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

  /** Whether {@code text} may have a chunk of a size that the decoders do not read. */
  static boolean mayHaveLargeChunk(String text) {
    return LARGE_CHUNK.matcher(text).find();
  }

  /**
   * The number of final responses that end in {@code text}.
   *
   * @throws AssertionError if the decoder refuses one
   */
  static int finalResponses(String text) {
    return finalResponses(decoded(new HttpResponseDecoder(), text), text);
  }

  /**
   * The number of final responses that end in {@code text} before what the decoder refuses: it does
   * so line by line, also in a head that has not ended.
   */
  static int finalResponsesBeforeRefusal(String text) {
    List<Object> found = decoded(new HttpResponseDecoder(), text);
    int end = 0;
    while (end < found.size() && !isRefused(found.get(end))) {
      end++;
    }
    return finalResponses(found.subList(0, end), text);
  }

  private static int finalResponses(List<Object> decoded, String text) {
    int count = 0;
    boolean isFinal = false;
    for (Object each : decoded) {
      requireSuccess(each, text);
      if (each instanceof HttpResponse response) {
        isFinal = response.status().code() >= FIRST_FINAL;
      }
      count += isFinal && each instanceof LastHttpContent ? 1 : 0;
    }
    return count;
  }

  private static boolean isRefused(Object each) {
    return each instanceof HttpObject object && object.decoderResult().isFailure();
  }

  private static void requireSuccess(Object each, String text) {
    if (isRefused(each)) {
      Throwable cause = ((HttpObject) each).decoderResult().cause();
      throw new AssertionError("Netty refuses what has passed: " + text, cause);
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
