package dev.midstream.gateway.demo;

import dev.midstream.gateway.command.RewriteRequest;
import dev.midstream.gateway.command.Rewriter;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.reassembly.rule.Reading;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The part of the demonstration that needs no network: the example's recording, rewritten. */
final class Recording {
  private static final String CAPTURE = "hello.pcap";
  private static final String CONFIGURATION = "hello.yaml";

  private final Rewriter rewriter;
  private final Path directory;

  Recording(Rewriter rewriter, Path directory) {
    this.rewriter = rewriter;
    this.directory = directory;
  }

  /** Rewrites it, and looks for both wordings in the result. */
  Verdict play(Screen screen, PrintWriter summary) throws Exception {
    Path in = copy(CAPTURE);
    Path configuration = copy(CONFIGURATION);
    Path out = directory.resolve("out.pcap");
    rewriter.rewrite(
        new RewriteRequest(ConfigurationFile.load(configuration), Reading.ORIGINAL, in, out, false),
        summary);
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
    try (InputStream resource = Recording.class.getResourceAsStream(name)) {
      Files.write(file, Objects.requireNonNull(resource, name).readAllBytes());
    }
    return file;
  }

  private static int count(Path file, String text) throws Exception {
    String octets = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    return (octets.length() - octets.replace(text, "").length()) / text.length();
  }
}
