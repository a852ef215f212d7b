package dev.midstream.gateway.live;

/** lighttpd behind the agent. */
final class LiveLighttpdTest extends LiveHttpTests {
  LiveLighttpdTest() {
    super(HttpServer.Kind.LIGHTTPD);
  }
}
