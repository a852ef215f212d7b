package dev.midstream.demo;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The part of the demonstration that needs no network: the example's recording, rewritten. */
final class CaptureScene {
  private static final String CAPTURE = "hello.pcap";
  private static final String CONFIGURATION = "hello.yaml";

  private final Demonstration.CaptureRewrite rewrite;
  private final Path directory;

  CaptureScene(Demonstration.CaptureRewrite rewrite, Path directory) {
    this.rewrite = rewrite;
    this.directory = directory;
  }

  /** Rewrites it, and looks for both wordings in the result. */
  Verdict play(Screen screen) throws Exception {
    Path in = copy(CAPTURE);
    Path configuration = copy(CONFIGURATION);
    Path out = directory.resolve("out.pcap");
    rewrite.rewrite(configuration, in, out);
    int before = count(in, DemoText.FIND);
    int left = count(out, DemoText.FIND);
    int greetings = count(out, DemoText.REPLACE);
    screen.line("");
    screen.line(
        "  %s  says \"%s\" in one packet %d times, and once in three packets"
            .formatted(in.getFileName(), DemoText.FIND, before));
    screen.line(
        "  %s    says it %d times, and \"%s\" %d times"
            .formatted(out.getFileName(), left, DemoText.REPLACE, greetings));
    boolean passed = left == 0 && greetings == before + 1;
    return new Verdict("a recording", passed, greetings + " greetings replaced");
  }

  private Path copy(String name) throws Exception {
    Path file = directory.resolve(name);
    try (InputStream resource = CaptureScene.class.getResourceAsStream(name)) {
      Files.write(file, Objects.requireNonNull(resource, name).readAllBytes());
    }
    return file;
  }

  private static int count(Path file, String text) throws Exception {
    String octets = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    return (octets.length() - octets.replace(text, "").length()) / text.length();
  }
}
