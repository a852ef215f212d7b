package dev.midstream.bench.carrier;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.jgroups.carrier.Octets;
import dev.midstream.jgroups.group.GroupCarrier;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The node that answers each record, in a process of its own. */
final class AnsweringNode {
  private AnsweringNode() {}

  /** The arguments: the directory, and the four ports. It ends with its standard input. */
  public static void main(String[] arguments) throws Exception {
    List<Integer> ports = Arrays.stream(arguments).skip(1).map(Integer::valueOf).toList();
    BenchNode node = new BenchNode(Path.of(arguments[0]), 2, ports);
    ServerSocket bare = node.listen();
    Thread.ofPlatform().daemon().start(() -> answerAll(bare));
    GroupCarrier carrier = node.carrier();
    carrier.open(
        new LogListener() {
          @Override
          public void onLog(NodeId from, LogMessage message) {
            if (message instanceof Append append) {
              carrier.send(from, answerTo(append));
            }
          }
        });
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // the measurement goes on
    }
    System.exit(0);
  }

  private static Applied answerTo(Append append) {
    return new Applied(append.bucket(), append.epoch(), append.since(), append.first());
  }

  private static void answerAll(ServerSocket bare) {
    while (true) {
      try (Socket socket = bare.accept()) {
        BareMessages messages = new BareMessages(socket);
        while (true) {
          if (messages.read() instanceof Append append) {
            messages.write(Octets.of(answerTo(append)));
          }
        }
      } catch (IOException e) {
        // the other side has ended
      }
    }
  }
}
