package dev.midstream.gateway.acceptance;

import dev.midstream.agent.Direction;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a capture into conversations, in the order of their first packets. */
final class NaiveReader {
  private final List<Conversation> conversations = new ArrayList<>();
  private final Map<Endpoints, Conversation> latest = new HashMap<>();

  private NaiveReader() {}

  static List<Conversation> read(Path file) throws IOException {
    NaiveReader reader = new NaiveReader();
    try (CaptureReader capture = CaptureReader.open(file)) {
      Packet packet = new Packet();
      FrameView view = new FrameView();
      while (capture.next(packet)) {
        if (view.read(packet) == FrameKind.TCP) {
          reader.add(capture.packetCount(), view);
        }
      }
    }
    return reader.conversations;
  }

  private void add(long number, FrameView view) {
    Endpoints sender = Endpoints.of(view);
    Conversation conversation = latest.get(sender);
    if (conversation == null
        || (view.isSyn() && conversation.isOver(view, direction(conversation, sender)))) {
      conversation = open(view, sender);
    }
    conversation.add(number, view, direction(conversation, sender));
  }

  private Conversation open(FrameView view, Endpoints sender) {
    boolean answers = view.isSyn() && view.isAck();
    Conversation opened = new Conversation(answers ? sender.reversed() : sender);
    conversations.add(opened);
    latest.put(sender, opened);
    latest.put(sender.reversed(), opened);
    return opened;
  }

  private static Direction direction(@Nullable Conversation conversation, Endpoints sender) {
    return conversation != null && conversation.endpoints().equals(sender)
        ? Direction.CLIENT_TO_SERVER
        : Direction.SERVER_TO_CLIENT;
  }
}
