package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import org.junit.jupiter.api.Test;

class FastPathSceneTest {
  private static final long NANOS = 500_000_000;
  private final Document document = new Document(1, 1_000, 1_000, DemoText.FIND);
  private final Received same = new Received(document.length(), document.digest());

  @Test
  void passesWhenTheKernelForwardedMostOfTheDocument() {
    Verdict verdict = FastPathScene.verdict(document, same, 900_000, NANOS);
    assertThat(verdict.hasFailed()).isFalse();
    assertThat(verdict.figures())
        .isEqualTo("2 greetings, 0.9 MB past the program, 0.5 s, 2 MB/s, SHA-256 as expected");
  }

  @Test
  void failsWhenTheProgramForwardedTheDocument() {
    assertThat(FastPathScene.verdict(document, same, 500_000, NANOS).hasFailed()).isTrue();
  }

  @Test
  void failsWhenAnotherDocumentArrives() {
    Received edited = new Received(document.length(), document.digestReplacing(DemoText.REPLACE));
    assertThat(FastPathScene.verdict(document, edited, 900_000, NANOS).hasFailed()).isTrue();
  }
}
