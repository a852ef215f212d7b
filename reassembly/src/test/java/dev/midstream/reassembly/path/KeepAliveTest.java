package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  @Test
  @DisplayName("C-34 a keep-alive stands one below what the other end expects, without its octet")
  void mapsKeepAlives() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 3
                c> . 5:6(1) ack 1 "?"
                >s . 2:2(0) ack 1
                c> . 5:5(0) ack 1
                >s . 2:2(0) ack 1
                s> . 0:1(1) ack 6 "?"
                >c . 0:0(0) ack 3
                """);
    assertThat(engine.counters().of(Reason.KEEP_ALIVE)).isEqualTo(3);
  }

  @Test
  @DisplayName("C-34 behind an acknowledged FIN the keep-alive stands at the FIN")
  void mapsKeepAlivesBehindAFin() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 4
            c> . 6:6(0) ack 1
            >s . 3:3(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-34 the same when the receiver speaks of the edited stream")
  void mapsKeepAlivesInline() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 7
            c> . 6:6(0) ack 1
            >s . 3:3(0) ack 1
            s> . 0:1(1) ack 4 "?"
            >c . 0:0(0) ack 7
            """);
  }
}
