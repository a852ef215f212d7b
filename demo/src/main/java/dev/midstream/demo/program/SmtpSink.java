package dev.midstream.demo.program;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Privilege;
import dev.midstream.demo.network.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mail server smtp-sink(1) of Postfix, which takes every mail and keeps it as a file. */
public final class SmtpSink implements AutoCloseable {
  private static final InstalledProgram PROGRAM = new InstalledProgram("smtp-sink", "Postfix");
  private static final int PORT = 25;
  private static final String MAILS = "mails";

  private final ServerProcess process;
  private final Path mails;

  private SmtpSink(ServerProcess process, Path mails) {
    this.process = process;
    this.mails = mails;
  }

  /** Its name if it is not installed, or what it lacks to run; otherwise nothing. */
  public static List<String> missing() {
    @Nullable String refusal = Privilege.missingAsNobody();
    boolean canRun = !PROGRAM.missing().isEmpty() || refusal == null;
    return canRun ? PROGRAM.missing() : List.of("a user name space: " + refusal);
  }

  /** Starts the server with its files in {@code directory}. It refuses to run as root. */
  public static SmtpSink start(Namespace namespace, Path directory) throws IOException {
    namespace.sysctl("ipv4/ip_unprivileged_port_start", "0");
    Path mails = Files.createDirectory(directory.resolve(MAILS));
    List<String> command = new ArrayList<>(Privilege.AS_NOBODY);
    command.addAll(List.of(PROGRAM.path(), "-h", "mx.example.org", "-d", MAILS + "/%M"));
    command.addAll(List.of("0.0.0.0:" + PORT, "10"));
    return new SmtpSink(ServerProcess.start(namespace, command, PORT, directory), mails);
  }

  /** All mails, after lines with their envelopes. */
  public String mails() throws IOException {
    StringBuilder text = new StringBuilder();
    try (var files = Files.list(mails)) {
      for (Path file : files.toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    process.close();
  }
}
