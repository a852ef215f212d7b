package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.header.FrameView;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes of a connection: one for each direction, the last two competing SYNs that wait for
 * their answer, and the connection that a conflicting SYN-ACK would open. A picked-up connection
 * has none. Essential state.
 */
public final class Handshakes {
  private static final int CLIENT = 1;
  private static final int SERVER = 2;

  /**
   * A SYN with another initial sequence number for the ends of a known connection. It opens a new
   * connection if it is answered.
   *
   * @param handshake the contents of the SYN
   * @param direction the direction of the known connection in which it was sent
   */
  public record CompetingSyn(Handshake handshake, Direction direction) {

    void write(StateWriter out) {
      out.octet(direction == Direction.CLIENT_TO_SERVER ? CLIENT : SERVER);
      handshake.write(out);
    }

    static CompetingSyn read(StateReader in) {
      boolean isClient = in.octet() == CLIENT;
      return new CompetingSyn(
          Handshake.read(in), isClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT);
    }

    /** Whether {@code other} has the same direction and initial sequence number. */
    boolean isSameOpening(CompetingSyn other) {
      return direction == other.direction
          && handshake.initialSequence() == other.handshake.initialSequence();
    }

    /** Whether the SYN-ACK in {@code view} answers this SYN. */
    public boolean isAnswer(FrameView view, Direction sentIn) {
      return sentIn != direction && handshake.isAcknowledgedBy(view.acknowledgement(), 0);
    }
  }

  private @Nullable Handshake client;
  private @Nullable Handshake server;
  private @Nullable CompetingSyn competing;
  private @Nullable CompetingSyn competingBefore;
  private @Nullable Connection alternative;
  private int revision;
  private int openings;

  /** A number that is another one after each change. */
  int revision() {
    return revision;
  }

  /**
   * A number that is another one after each change but a SYN-ACK of a simultaneous open, which says
   * nothing new: both SYNs are known.
   */
  int openings() {
    return openings;
  }

  private void noteChange() {
    revision++;
    openings++;
  }

  /** The SYN or SYN-ACK of {@code direction}; null if it was not seen. */
  public @Nullable Handshake of(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? client : server;
  }

  /** The SYN or SYN-ACK of {@code direction}, which must have been seen. */
  public Handshake known(Direction direction) {
    return Objects.requireNonNull(of(direction), "handshake not seen");
  }

  /** The initial sequence number of {@code direction}; 0 if it was not seen. */
  public int sequence(Direction direction) {
    Handshake handshake = of(direction);
    return handshake == null ? 0 : handshake.initialSequence();
  }

  public void set(Direction direction, Handshake handshake) {
    Handshake before = of(direction);
    if (!handshake.equals(before)) {
      Handshake other = of(direction.opposite());
      boolean isKnown = other != null && before != null && handshake.isAnswerWith(before, other);
      revision++;
      openings += isKnown ? 0 : 1;
    }
    if (direction == Direction.CLIENT_TO_SERVER) {
      client = handshake;
    } else {
      server = handshake;
    }
  }

  /** Whether both SYNs were seen. */
  public boolean isWhole() {
    return client != null && server != null;
  }

  /** Whether both ends permit SACK (RFC 2018). */
  public boolean isSackAgreed() {
    return client != null && server != null && client.sackPermitted() && server.sackPermitted();
  }

  /** Whether both ends offered timestamps (RFC 7323). */
  public boolean isTimestampAgreed() {
    return client != null && server != null && client.timestamps() && server.timestamps();
  }

  /** Whether other openings of the same ends compete with this one, or did. */
  public boolean hasCompeting() {
    return competing != null;
  }

  /** The last competing SYN; usually null. */
  public @Nullable CompetingSyn competing() {
    return competing;
  }

  /**
   * The competing SYN that {@code view}, a SYN-ACK or a RST, acknowledges: the last one, or the one
   * before it, because an older SYN may come late; null if it answers none.
   */
  public @Nullable CompetingSyn competingAnswered(FrameView view, Direction sentIn) {
    if (competing != null && competing.isAnswer(view, sentIn)) {
      return competing;
    }
    boolean before = competingBefore != null && competingBefore.isAnswer(view, sentIn);
    return before ? competingBefore : null;
  }

  /**
   * Adds the competing SYN in {@code view}; it replaces the last one if it is a retransmission of
   * it.
   */
  public void addCompeting(FrameView view, Direction sentIn) {
    CompetingSyn syn = new CompetingSyn(Handshake.of(view), sentIn);
    if (competing != null && !competing.isSameOpening(syn)) {
      competingBefore = competing;
    }
    competing = syn;
    noteChange();
  }

  /** The competing SYNs, the older one first. */
  public List<CompetingSyn> allCompeting() {
    if (competing == null) {
      return List.of();
    }
    return competingBefore == null ? List.of(competing) : List.of(competingBefore, competing);
  }

  /** Adds a competing SYN that is newer than those known. */
  void addCompeting(CompetingSyn syn) {
    competingBefore = competing;
    competing = syn;
    noteChange();
  }

  /** Forgets the competing SYNs. */
  public void clearCompeting() {
    if (competing != null) {
      noteChange();
    }
    competing = null;
    competingBefore = null;
  }

  /**
   * The connection that replaces this one if the client acknowledges a conflicting SYN-ACK; usually
   * null.
   */
  public @Nullable Connection alternative() {
    return alternative;
  }

  public void setAlternative(@Nullable Connection other) {
    if (alternative != other) {
      noteChange();
    }
    alternative = other;
  }

  /** Writes the handshakes of both directions. */
  void write(StateWriter out) {
    out.flags(client != null, server != null);
    if (client != null) {
      client.write(out);
    }
    if (server != null) {
      server.write(out);
    }
  }

  void read(StateReader in) {
    int flags = in.count(3);
    client = (flags & 1) == 0 ? null : Handshake.read(in);
    server = (flags & 2) == 0 ? null : Handshake.read(in);
  }
}
