package dev.midstream.gateway.live;

import java.util.List;

/** lighttpd behind the agent. A script takes uploads, by any method. */
final class LiveLighttpdTest extends LiveHttpTests {
  LiveLighttpdTest() {
    super(HttpServer.Kind.LIGHTTPD);
  }

  @Override
  List<String> uploadCodes() {
    return List.of("201", "201", "201");
  }
}
