package dev.midstream.bench.scan;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agents.smtp.SmtpProvider;
import dev.midstream.testkit.agent.ForwardingAgent;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Agents of SMTP for measurements, and what they are shown. */
public final class SmtpAgents {
  static final String HELLO =
      "250-mx\r\n250-PIPELINING\r\n250-SIZE 60000000\r\n250-CHUNKING\r\n250 8BITMIME\r\n";

  private static final String LINE =
      "A line of a text of usual length, which has no dot at its start and ends as it must.\r\n";

  private SmtpAgents() {}

  /** An agent each of whose connections is in the text of a message from its first octet on. */
  public static Agent<?> inText() {
    ConnectedAgent<?> connected = connected(false);
    greet(connected);
    beginText(connected);
    return new InText<>(connected);
  }

  /** Lines of a text, in all {@code length} octets; no end of a line is cut at its end. */
  public static String text(int length) {
    String lines = LINE.repeat(length / LINE.length() + 1).substring(0, length);
    return lines.endsWith("\r") ? lines.substring(0, length - 1) + "." : lines;
  }

  /** A connection on which nothing was said; {@code edits} replaces a string that never occurs. */
  static ConnectedAgent<?> connected(boolean edits) {
    return ConnectedAgent.open(new SmtpProvider(), settings(edits), opening());
  }

  /** Says what comes before the first message. */
  static void greet(ConnectedAgent<?> connected) {
    say(connected, Direction.SERVER_TO_CLIENT, "220 mx ready\r\n");
    say(connected, Direction.CLIENT_TO_SERVER, "EHLO me\r\n");
    say(connected, Direction.SERVER_TO_CLIENT, HELLO);
  }

  /** Begins a message, and says its header. */
  static void beginText(ConnectedAgent<?> connected) {
    say(connected, Direction.CLIENT_TO_SERVER, "MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n");
    say(connected, Direction.SERVER_TO_CLIENT, "250 ok\r\n250 ok\r\n354 go\r\n");
    say(connected, Direction.CLIENT_TO_SERVER, "Subject: x\r\n\r\n");
  }

  /** Shows octets, of which the last line may stay undecided; returns how many are decided. */
  static int show(ConnectedAgent<?> connected, Direction direction, MemorySegment octets) {
    return connected.decide(direction, octets, LINE.length());
  }

  private static void say(ConnectedAgent<?> connected, Direction direction, String text) {
    connected.decide(direction, ConnectedAgent.memory(text));
  }

  private static SettingsNode.Mapping settings(boolean edits) {
    Map<String, SettingsNode> senders = new TreeMap<>();
    senders.put("deny", new SettingsNode.Sequence(List.of(scalar("evil.org")), "f:1"));
    Map<String, SettingsNode> entries = new TreeMap<>();
    entries.put("senders", mapping(senders));
    if (edits) {
      Map<String, SettingsNode> pair = new TreeMap<>();
      pair.put("find", scalar("secret"));
      pair.put("replace", scalar("hidden"));
      entries.put("substitute", new SettingsNode.Sequence(List.of(mapping(pair)), "f:1"));
    }
    return mapping(entries);
  }

  private static SettingsNode scalar(String text) {
    return new SettingsNode.Scalar(text, "f:1");
  }

  private static SettingsNode.Mapping mapping(Map<String, SettingsNode> entries) {
    return new SettingsNode.Mapping(new TreeMap<>(entries), "f:1");
  }

  private static Opening opening() {
    return Opening.of(end(1, 40_000), end(2, 25));
  }

  private static Endpoint end(int host, int port) {
    return new Endpoint(Octets.of((byte) 10, (byte) 0, (byte) 0, (byte) host), port);
  }

  /** Begins each connection with the state of another one. */
  private static final class InText<S> extends ForwardingAgent<S> {
    private final S state;

    InText(ConnectedAgent<S> connected) {
      super(connected.agent());
      state = connected.state();
    }

    @Override
    public S newConnection() {
      return state;
    }

    @Override
    public S newConnection(Opening opening) {
      return state;
    }
  }
}
