package dev.midstream.worlds.recorded;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.recorded.Peer.Flight;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A random conversation as recorded between two endpoints: with losses before and after the
 * recorder, retransmissions with other boundaries, reordering and duplicates. The recorded
 * acknowledgements are true of the streams as sent. If all packets are recorded, segments of one in
 * four are damaged before the recorder, and in one in four an endpoint sends octets beyond its FIN.
 */
public final class RecordedConversation {
  /** How a recording ends. */
  public enum Ending {
    /** Both endpoints close completely. */
    FIN,
    /** One endpoint resets. */
    RST,
    /** The recording stops. */
    OPEN
  }

  /** The quality of the recorder. */
  public enum Recorder {
    /** It records all packets. */
    PERFECT,
    /** It misses some packets. */
    LOSSY,
    /** It misses some packets, and conversations pause for longer than the gap timeout. */
    LOSSY_AND_SLOW
  }

  private static final int OVERTAKING = 4;
  private static final int RARE = 4;
  private static final long PAUSE_NANOS = 1_200_000_000L;

  private final RandomGenerator random;
  private final Peer client;
  private final Peer server;
  private final RecordedStream clientStream;
  private final RecordedStream serverStream;
  private final List<Flight> beforeRecorder = new ArrayList<>();
  private final List<Flight> afterRecorder = new ArrayList<>();
  private final List<RecordedPacket> packets = new ArrayList<>();
  private final int lossPercent;
  private final boolean damaging;
  private final Recorder recorder;
  private long nowNanos;
  private int keepAlives;

  private RecordedConversation(
      RandomGenerator random, Ends ends, byte[] toServer, byte[] toClient, Recorder recorder) {
    this.random = random;
    this.recorder = recorder;
    damaging = random.nextInt(RARE) == 0 && recorder == Recorder.PERFECT;
    Peer.Options options =
        new Peer.Options(
            random.nextInt(16, 60),
            random.nextBoolean(),
            random.nextBoolean(),
            recorder == Recorder.PERFECT);
    clientStream = new RecordedStream(toServer);
    serverStream = new RecordedStream(toClient);
    client = new Peer(random, options, ends, Direction.CLIENT_TO_SERVER, toServer, toClient.length);
    server = new Peer(random, options, ends, Direction.SERVER_TO_CLIENT, toClient, toServer.length);
    lossPercent = random.nextInt(3) * 10;
  }

  /** A random conversation. */
  static RecordedConversation of(
      RandomGenerator random,
      Ends ends,
      byte[] toServer,
      byte[] toClient,
      Ending ending,
      Recorder recorder) {
    RecordedConversation conversation =
        new RecordedConversation(random, ends, toServer, toClient, recorder);
    conversation.open();
    int steps = random.nextInt(20, 120);
    boolean straying = random.nextInt(RARE) == 0 && recorder == Recorder.PERFECT;
    int strayAt = straying && ending == Ending.FIN ? random.nextInt(steps) : -1;
    for (int i = 0; i < steps; i++) {
      conversation.step();
      if (i == strayAt) {
        conversation.stray();
      }
    }
    conversation.end(ending);
    return conversation;
  }

  /** The packets in recorded order. */
  public List<RecordedPacket> packets() {
    return packets;
  }

  /** The recorded part of a stream. */
  public RecordedStream stream(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientStream : serverStream;
  }

  /** The number of keep-alives recorded. */
  public int keepAlives() {
    return keepAlives;
  }

  private void open() {
    int early = random.nextInt(6) == 0 ? Math.min(10, clientStream.length()) : 0;
    Flight syn = client.syn(early);
    record(syn);
    if (random.nextInt(5) == 0) {
      record(syn);
    }
    if (random.nextBoolean()) {
      server.receive(syn);
    }
    Flight answer = server.syn(0);
    record(answer);
    if (random.nextInt(5) == 0) {
      record(answer);
    }
    client.receive(answer);
    if (early > 0) {
      record(client.acknowledgement());
    } else if (random.nextInt(4) > 0) {
      beforeRecorder.add(client.acknowledgement());
    }
  }

  private void step() {
    Peer peer = random.nextBoolean() ? client : server;
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> {
        if (peer.hasMore()) {
          beforeRecorder.add(peer.nextSegment());
        } else if (peer.maySendFin() && random.nextInt(4) == 0) {
          beforeRecorder.add(peer.fin());
        }
      }
      case 3 -> {
        if (peer.isOutstanding()) {
          beforeRecorder.add(peer.retransmission(random.nextBoolean()));
        }
      }
      case 4 -> beforeRecorder.add(peer.acknowledgement());
      case 5 -> {
        if (!peer.isOutstanding() && peer.sentEnd() > 0 && !peer.isFinished()) {
          Flight probe = peer.keepAlive();
          record(probe);
          keepAlives++;
          afterRecorder.add(probe);
        }
      }
      case 6, 7, 8 -> passRecorder(lossPercent);
      default -> arrive(lossPercent);
    }
  }

  private void stray() {
    Peer peer = random.nextBoolean() ? client : server;
    Octets frame = peer.stray();
    boolean damages = random.nextBoolean() && !looksUnfinished(frame);
    keep(peer.direction(), damages ? damaged(frame) : frame);
  }

  private void end(Ending ending) {
    switch (ending) {
      case OPEN -> {}
      case RST -> record((random.nextBoolean() ? client : server).reset());
      case FIN -> {
        while (!client.isFinished() || !server.isFinished()) {
          finish(client);
          finish(server);
        }
      }
    }
  }

  private void finish(Peer peer) {
    while (peer.hasMore()) {
      beforeRecorder.add(peer.nextSegment());
    }
    if (peer.maySendFin()) {
      beforeRecorder.add(peer.fin());
    }
    if (peer.isOutstanding()) {
      beforeRecorder.add(peer.retransmission(true));
    }
    beforeRecorder.add(peer.acknowledgement());
    while (!beforeRecorder.isEmpty()) {
      passRecorder(0);
    }
    while (!afterRecorder.isEmpty()) {
      arrive(0);
    }
  }

  /** One of the oldest packets passes the recorder, or is lost before it. */
  private void passRecorder(int lossPercent) {
    if (beforeRecorder.isEmpty()) {
      return;
    }
    Flight flight =
        beforeRecorder.remove(random.nextInt(Math.min(OVERTAKING, beforeRecorder.size())));
    if (random.nextInt(100) < lossPercent) {
      return;
    }
    boolean damages = damaging && flight.length() > 0 && random.nextInt(10) == 0;
    if (damages && !looksUnfinished(flight.frame())) {
      keep(flight.from().direction(), damaged(flight.frame()));
      return;
    }
    if (recorder == Recorder.PERFECT || random.nextInt(15) > 0) {
      record(flight);
    }
    afterRecorder.add(flight);
    if (random.nextInt(20) == 0) {
      beforeRecorder.add(flight);
    }
  }

  private void arrive(int lossPercent) {
    if (afterRecorder.isEmpty()) {
      return;
    }
    Flight flight =
        afterRecorder.remove(random.nextInt(Math.min(OVERTAKING, afterRecorder.size())));
    if (random.nextInt(100) >= lossPercent) {
      (flight.from() == client ? server : client).receive(flight);
    }
  }

  private void record(Flight flight) {
    Direction direction = flight.from().direction();
    stream(direction).pass(flight.start(), flight.length(), flight.fin());
    keep(direction, flight.frame());
  }

  private void keep(Direction direction, Octets frame) {
    boolean pauses = recorder == Recorder.LOSSY_AND_SLOW && random.nextInt(10) == 0;
    nowNanos += pauses ? PAUSE_NANOS : random.nextInt(2_000_000);
    packets.add(new RecordedPacket(direction, nowNanos, frame));
  }

  /**
   * Whether the right checksum of {@code frame} happens to be one that hardware has yet to
   * complete: such a segment is never taken for damaged.
   */
  private static boolean looksUnfinished(Octets frame) {
    byte[] octets = frame.toArray();
    FrameView view = new FrameView();
    view.read(new Packet().at(MemorySegment.ofArray(octets), 0, octets.length));
    return view.isTcpChecksumUnfinished();
  }

  /** A copy of {@code frame} with another last octet, and so with a wrong checksum. */
  private static Octets damaged(Octets frame) {
    byte[] octets = frame.toArray();
    octets[octets.length - 1] ^= 0x55;
    return Octets.of(octets);
  }
}
