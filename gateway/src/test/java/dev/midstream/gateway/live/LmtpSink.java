package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;

/** The server of LMTP that comes with Postfix, in a name space. It throws all mail away. */
final class LmtpSink implements AutoCloseable {
  private final Process process;

  private LmtpSink(Process process) {
    this.process = process;
  }

  /** Starts it; {@code address} is written as Postfix does. */
  static LmtpSink start(Namespace namespace, String address) throws IOException {
    String[] command = {"smtp-sink", "-L", "-u", "nobody", address, "100"};
    return new LmtpSink(new ProcessBuilder(namespace.command(command)).inheritIO().start());
  }

  boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
