package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The window that the engine before this one may have advertised to the sender of one direction.
 * Derived state.
 */
final class InheritedWindow {
  /** The largest value of the window field. */
  private static final long MAX_FIELD = 65_535;

  private final SendWindow window;
  private long largestWindowBytes;
  private long orgEdge;
  private long heardEnd;

  InheritedWindow(SendWindow window) {
    this.window = window;
  }

  void write(StateWriter out) {
    out.number(largestWindowBytes);
    out.number(orgEdge);
  }

  void read(StateReader in) {
    largestWindowBytes = in.position();
    orgEdge = in.position();
  }

  /** Whether {@link #writeHeard} has something to write. */
  boolean isHeard() {
    return heardEnd > 0;
  }

  void writeHeard(StateWriter out) {
    if (isHeard()) {
      out.number(heardEnd);
    }
  }

  void readHeard(StateReader in) {
    heardEnd = in.position();
  }

  /**
   * Begins with the right edge {@code orgPosition}.
   *
   * @param largestBytes the largest window that the receiver can show
   */
  void begin(long largestBytes, long orgPosition) {
    largestWindowBytes = largestBytes;
    setOrgEdge(orgPosition);
  }

  void setOrgEdge(long orgPosition) {
    orgEdge = orgPosition;
  }

  /** The largest window that the receiver can show. */
  long largestBytes() {
    return largestWindowBytes;
  }

  /** The right edge that may have been advertised. */
  long orgEdge() {
    return orgEdge;
  }

  /**
   * Notes that the receiver acknowledges {@code newPosition}.
   *
   * @param isFirst whether the engine before may have heard as much
   */
  void noteHeard(long newPosition, boolean isFirst) {
    if (isFirst && largestWindowBytes > 0) {
      heardEnd = Math.max(heardEnd, newPosition);
    }
  }

  /**
   * The right edge of the largest window of the receiver, rounded up to a unit of the field; 0 if
   * windows are not scaled. A window that is rounded up at each acknowledgement gets no smaller,
   * while that of the receiver closes.
   */
  long orgRoundedEdge() {
    long unitBytes = largestWindowBytes / MAX_FIELD;
    return unitBytes > 1
        ? heardEnd + Math.ceilDiv(window.largestWindowBytes(), unitBytes) * unitBytes
        : 0;
  }
}
