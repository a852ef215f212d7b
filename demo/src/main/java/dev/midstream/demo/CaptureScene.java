package dev.midstream.demo;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The demonstration without a network: the capture of the examples, rewritten. */
final class CaptureScene {
  private static final String CAPTURE = "hello.pcap";
  private static final String CONFIGURATION = "hello.yaml";

  private final Demonstration.CaptureRewrite rewrite;
  private final Path directory;

  CaptureScene(Demonstration.CaptureRewrite rewrite, Path directory) {
    this.rewrite = rewrite;
    this.directory = directory;
  }

  /** Rewrites the capture, and counts the string and its replacement in the result. */
  Verdict run(Screen screen) throws Exception {
    Path in = copy(CAPTURE);
    Path configuration = copy(CONFIGURATION);
    Path out = directory.resolve("out.pcap");
    rewrite.rewrite(configuration, in, out);
    int before = count(in, DemoText.FIND);
    int remaining = count(out, DemoText.FIND);
    int greetings = count(out, DemoText.REPLACE);
    screen.print("");
    screen.print(
        "  %s  says \"%s\" in one packet %d times, and once in three packets"
            .formatted(in.getFileName(), DemoText.FIND, before));
    screen.print(
        "  %s    says it %d times, and \"%s\" %d times"
            .formatted(out.getFileName(), remaining, DemoText.REPLACE, greetings));
    boolean passed = remaining == 0 && greetings == before + 1;
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
