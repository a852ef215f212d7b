package dev.midstream.bench.http;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agents.http.HttpProvider;
import dev.midstream.bench.scan.ConnectedAgent;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds per request of the agent of HTTP alone, with its response; each is shown whole. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class HttpBenchmark {
  private static final String FIELDS =
      """
       HTTP/1.1
      Host: www.example.org
      User-Agent: curl/7.88.1
      Accept: */*
      Accept-Encoding: gzip
      Referer: http://www.example.org/

      """
          .replace("\n", "\r\n");
  private static final String HEAD =
      """
      HTTP/1.1 200 OK
      Server: nginx/1.22.1
      Date: Thu, 26 Nov 2026 12:00:00 GMT
      Content-Type: text/plain
      Content-Length: 1000
      ETag: "6b085f21-3c"
      Connection: keep-alive

      """
          .replace("\n", "\r\n");

  /** Settings, a request, and the response of the server; the agent answers if there is none. */
  public enum Exchange {
    /** A request that passes, with the settings by default. */
    PASSED,
    /** A request whose path is compared, and a response with an edited field. */
    EDITED_HEAD,
    /** A request that is denied. */
    DENIED,
    /** A response whose body is searched, without a place to edit. */
    SEARCHED_BODY
  }

  /** What is said. */
  @Param public Exchange exchange = Exchange.PASSED;

  private MemorySegment request = MemorySegment.NULL;
  private MemorySegment response = MemorySegment.NULL;
  private ConnectedAgent<?> connected = connect();

  /** Opens a connection. */
  @Setup(Level.Trial)
  public void open() {
    connected = connect();
    boolean isDenied = exchange == Exchange.DENIED;
    request = ConnectedAgent.memory("GET " + (isDenied ? "/admin/a" : "/pub/a/b") + FIELDS);
    response = ConnectedAgent.memory(isDenied ? "" : HEAD + "x".repeat(1_000));
  }

  private ConnectedAgent<?> connect() {
    HttpProvider provider = new HttpProvider();
    return ConnectedAgent.open(
        provider,
        switch (exchange) {
          case PASSED -> HttpSettingsNodes.none();
          case EDITED_HEAD, DENIED -> HttpSettingsNodes.denyingAndMasking();
          case SEARCHED_BODY -> HttpSettingsNodes.replacing();
        },
        Opening.of(end(1, 40_000), end(2, 80)));
  }

  private static Endpoint end(int host, int port) {
    return new Endpoint(Octets.of((byte) 10, (byte) 0, (byte) 0, (byte) host), port);
  }

  /** Shows the request and its response. */
  @Benchmark
  public int request() {
    int decided = connected.decide(Direction.CLIENT_TO_SERVER, request);
    return response.byteSize() == 0
        ? decided
        : connected.decide(Direction.SERVER_TO_CLIENT, response);
  }
}
