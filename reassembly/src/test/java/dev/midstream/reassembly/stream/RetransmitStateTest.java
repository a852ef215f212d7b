package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where retransmission after a timeout continues, and when it ends. */
class RetransmitStateTest {
  private final RetransmitState state = new RetransmitState();

  @Test
  void endsWhenEverythingWasRetransmitted() {
    assertThat(state.retransmitNext()).isEqualTo(Long.MAX_VALUE);
    state.beginRetransmission(100, 300);
    assertThat(state.retransmitNext()).isEqualTo(100);
    state.advanceRetransmission(299);
    assertThat(state.retransmitNext()).isEqualTo(299);
    state.advanceRetransmission(300);
    assertThat(state.retransmitNext()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("RFC 5682 the third ACK beyond what was retransmitted shows a spurious timeout")
  void endsAfterSpuriousTimeout() {
    state.beginRetransmission(100, 900);
    state.advanceRetransmission(200);
    assertThat(state.noteAckBeyond(200)).isFalse();
    assertThat(state.noteAckBeyond(300)).isTrue();
    assertThat(state.retransmitNext()).isEqualTo(300);
    assertThat(state.noteAckBeyond(400)).isTrue();
    assertThat(state.retransmitNext()).isEqualTo(400);
    assertThat(state.noteAckBeyond(500)).isTrue();
    assertThat(state.retransmitNext()).isEqualTo(Long.MAX_VALUE);
    assertThat(state.noteAckBeyond(600)).isFalse();
  }

  @Test
  @DisplayName("H-38 acknowledgements of few octets are progress together")
  void sumsUpProgress() {
    assertThat(state.takeProgress(0)).isFalse();
    state.onAcknowledged(60);
    assertThat(state.takeProgress(100)).isFalse();
    state.onAcknowledged(40);
    assertThat(state.takeProgress(100)).isTrue();
    assertThat(state.takeProgress(0)).isFalse();
    state.onAcknowledged(1);
    assertThat(state.takeProgress(0)).isTrue();
  }
}
