package dev.midstream.bench.scan;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.smtp.SmtpProvider;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Agents of SMTP for measurements, and what they are shown. */
public final class SmtpAgents {
  static final String HELLO =
      "250-mx\r\n250-PIPELINING\r\n250-SIZE 60000000\r\n250-CHUNKING\r\n250 8BITMIME\r\n";

  private static final String LINE =
      "A line of a text of usual length, which has no dot at its start and ends as it must.\r\n";
  private static final List<AgentReason> REASONS = new SmtpProvider().reasons();

  private SmtpAgents() {}

  /** An agent each of whose connections is in the text of a message from its first octet on. */
  public static Agent<?> inText() {
    return new InText<>(connected(false));
  }

  /** Lines of a text, in all {@code length} octets; no end of a line is cut at its end. */
  public static String text(int length) {
    String lines = LINE.repeat(length / LINE.length() + 1).substring(0, length);
    return lines.endsWith("\r") ? lines.substring(0, length - 1) + "." : lines;
  }

  static MemorySegment memory(String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, octets.length), Long.BYTES);
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
    return memory.asSlice(0, octets.length);
  }

  /** A connection on which nothing was said; {@code edits} replaces a string that never occurs. */
  static Connected<?> connected(boolean edits) {
    return new Connected<>(agent(edits));
  }

  private static Agent<?> agent(boolean edits) {
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
    SettingsReader reader = new SettingsReader("", mapping(entries), new Problems());
    return Objects.requireNonNull(new SmtpProvider().create(reader));
  }

  private static SettingsNode scalar(String text) {
    return new SettingsNode.Scalar(text, "f:1");
  }

  private static SettingsNode mapping(Map<String, SettingsNode> entries) {
    return new SettingsNode.Mapping(new TreeMap<>(entries), "f:1");
  }

  private static Opening opening() {
    return Opening.of(end(1, 40_000), end(2, 25));
  }

  private static Endpoint end(int host, int port) {
    return new Endpoint(Octets.of((byte) 10, (byte) 0, (byte) 0, (byte) host), port);
  }

  /** An agent with the state of one connection. */
  static final class Connected<S> {
    private final MemoryView view = new MemoryView();
    private final DecisionBatch batch = new DecisionBatch();
    private final Agent<S> agent;
    private S state;

    Connected(Agent<S> agent) {
      this.agent = agent;
      state = agent.newConnection(opening());
    }

    /** Says what comes before the first message. */
    void greet() {
      say(Direction.SERVER_TO_CLIENT, "220 mx ready\r\n");
      say(Direction.CLIENT_TO_SERVER, "EHLO me\r\n");
      say(Direction.SERVER_TO_CLIENT, HELLO);
    }

    /** Begins a message, and says its header. */
    void beginText() {
      say(Direction.CLIENT_TO_SERVER, "MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n");
      say(Direction.SERVER_TO_CLIENT, "250 ok\r\n250 ok\r\n354 go\r\n");
      say(Direction.CLIENT_TO_SERVER, "Subject: x\r\n\r\n");
    }

    private void say(Direction direction, String text) {
      if (show(direction, memory(text)) != text.length()) {
        throw new IllegalStateException("undecided octets of " + text);
      }
    }

    /** Shows octets, of which the last line may stay undecided; returns how many are decided. */
    int show(Direction direction, MemorySegment octets) {
      int length = (int) octets.byteSize();
      view.show(octets, 0, length, 0);
      batch.open(length, false, REASONS);
      state = agent.onOctets(state, direction, view, batch);
      int decided = batch.decidedOctets();
      if (length - decided > LINE.length()) {
        throw new IllegalStateException("undecided octets, decided=" + decided);
      }
      return decided;
    }
  }

  /** Begins each connection with the state of another one. */
  private static final class InText<S> implements Agent<S> {
    private final Agent<S> agent;
    private final S state;

    InText(Connected<S> connected) {
      connected.greet();
      connected.beginText();
      agent = connected.agent;
      state = connected.state;
    }

    @Override
    public S newConnection() {
      return state;
    }

    @Override
    public S onOctets(S before, Direction direction, OctetView view, Decisions out) {
      return agent.onOctets(before, direction, view, out);
    }

    @Override
    public int maxHold() {
      return agent.maxHold();
    }

    @Override
    public boolean denies() {
      return agent.denies();
    }

    @Override
    public StateCodec<S> codec() {
      return agent.codec();
    }
  }
}
