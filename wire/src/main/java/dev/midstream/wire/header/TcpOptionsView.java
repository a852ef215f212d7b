package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The options of a TCP segment, parsed at the first access. Of duplicate options the first counts.
 * An option of a known kind with a wrong length counts as absent, as it does for the receiver.
 */
public final class TcpOptionsView {
  static final int END = 0;
  static final int NO_OPERATION = 1;
  static final int SACK_BLOCK_BYTES = 8;

  private static final int MAXIMUM_SEGMENT = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;
  private static final int MD5 = 19;
  private static final int AUTHENTICATION = 29;
  private static final int MULTIPATH = 30;
  private static final int ENCRYPTION_NEGOTIATION = 69;
  private static final int ACCURATE_ECN_0 = 172;
  private static final int ACCURATE_ECN_1 = 174;
  private static final int MAX_SCALE = 14;
  private static final int ABSENT = -1;
  private static final int TIMESTAMPS_BYTES = 10;
  private static final int ALIGNED_TIMESTAMPS_BYTES = 2 + TIMESTAMPS_BYTES;
  private static final int ALIGNED_TIMESTAMPS_START =
      NO_OPERATION << 24 | NO_OPERATION << 16 | TIMESTAMPS << 8 | TIMESTAMPS_BYTES;

  private MemorySegment memory = MemorySegment.NULL;
  private long base;
  private int start;
  private int end;
  private boolean read;
  private boolean plain;

  private boolean damaged;
  private int timestamps;
  private int timestampValue;
  private int timestampEcho;
  private int sack;
  private int sackBlocks;
  private int maximumSegment;
  private int windowScale;
  private int multipath;
  private int multipathLength;
  private boolean sackPermitted;
  private boolean md5;
  private boolean authentication;
  private boolean encryptionNegotiation;
  private int accurateEcn;
  private int accurateEcnLength;

  /**
   * Points the view at the options in {@code [start, end)}, counted from {@code base} of {@code
   * memory}. The offsets that this view returns count from {@code base} too.
   */
  public TcpOptionsView at(MemorySegment memory, long base, int start, int end) {
    this.memory = memory;
    this.base = base;
    this.start = start;
    this.end = end;
    read = false;
    return this;
  }

  /** Whether a length is below 2 or exceeds the end; the options before it are still known. */
  public boolean isDamaged() {
    read();
    return damaged;
  }

  /** Whether there are no options other than padding and timestamps in their usual place. */
  public boolean hasOnlyTimestamps() {
    read();
    return plain;
  }

  public boolean hasTimestamps() {
    return timestampsOffset() >= 0;
  }

  /** TSval; valid only with {@link #hasTimestamps}. */
  public int timestampValue() {
    read();
    return timestampValue;
  }

  /** TSecr; valid only with {@link #hasTimestamps}. */
  public int timestampEcho() {
    read();
    return timestampEcho;
  }

  /** Updates the cached timestamps after an edit. */
  void timestamps(int value, int echo) {
    timestampValue = value;
    timestampEcho = echo;
  }

  /** Offset of TSval; -1 without timestamps. */
  public int timestampsOffset() {
    read();
    return timestamps < 0 ? ABSENT : timestamps + 2;
  }

  public boolean hasSackPermitted() {
    read();
    return sackPermitted;
  }

  /** The shift count, limited to 14 (RFC 7323 section 2.3); -1 if absent. */
  public int windowScale() {
    read();
    return windowScale;
  }

  /** The announced MSS, 0 to 65,535; -1 if absent. */
  public int maximumSegmentLength() {
    read();
    return maximumSegment;
  }

  /** The number of SACK blocks, 0 to 4. */
  public int sackBlocks() {
    read();
    return sackBlocks;
  }

  /** The left edge of block {@code index}. */
  public int sackLeft(int index) {
    return fourOctets(memory, base + sackBlockOffset(index));
  }

  /** The right edge of block {@code index}. */
  public int sackRight(int index) {
    return fourOctets(memory, base + sackBlockOffset(index) + 4);
  }

  /** Offset of the left edge of the first block; -1 if absent. */
  public int sackOffset() {
    read();
    return sack < 0 ? ABSENT : sack + 2;
  }

  /** Whether there is a TCP MD5 signature (RFC 2385). */
  public boolean hasMd5() {
    read();
    return md5;
  }

  /** Whether there is a TCP-AO option (RFC 5925). */
  public boolean hasAuthentication() {
    read();
    return authentication;
  }

  /** Whether TCP-ENO is offered (RFC 8547). */
  public boolean hasEncryptionNegotiation() {
    read();
    return encryptionNegotiation;
  }

  /** Whether there is a Multipath TCP option (RFC 8684). */
  public boolean hasMultipath() {
    return multipathOffset() >= 0;
  }

  /** Offset of the first Multipath option, at its kind; -1 if absent. */
  public int multipathOffset() {
    read();
    return multipath;
  }

  /** Octets of the first Multipath option, including kind and length; 0 if absent. */
  public int multipathLength() {
    read();
    return multipathLength;
  }

  /** Whether there is an accurate ECN option (RFC 9768). */
  public boolean hasAccurateEcn() {
    return accurateEcnOffset() >= 0;
  }

  /** Offset of the first accurate ECN option, at its kind; -1 if absent. */
  public int accurateEcnOffset() {
    read();
    return accurateEcn;
  }

  /** Octets of the first accurate ECN option, including kind and length; 0 if absent. */
  public int accurateEcnLength() {
    read();
    return accurateEcnLength;
  }

  /** Discards what was parsed, because the options were edited. */
  void invalidate() {
    read = false;
  }

  int sackBlockOffset(int index) {
    return sackOffset() + Objects.checkIndex(index, sackBlocks) * SACK_BLOCK_BYTES;
  }

  private void read() {
    if (!read) {
      read = true;
      parse();
    }
  }

  /** Most segments have no options, or only timestamps in the layout of RFC 7323 appendix A. */
  private void parse() {
    if (!plain) {
      clear();
    }
    int length = end - start;
    if (length == ALIGNED_TIMESTAMPS_BYTES
        && fourOctets(memory, base + start) == ALIGNED_TIMESTAMPS_START) {
      readTimestamps(start + 2);
    } else if (length == 0) {
      timestamps = ABSENT;
    } else {
      timestamps = ABSENT;
      plain = false;
      readOptions();
    }
  }

  private void clear() {
    plain = true;
    damaged = false;
    sack = ABSENT;
    sackBlocks = 0;
    maximumSegment = ABSENT;
    windowScale = ABSENT;
    multipath = ABSENT;
    multipathLength = 0;
    sackPermitted = false;
    md5 = false;
    authentication = false;
    encryptionNegotiation = false;
    accurateEcn = ABSENT;
    accurateEcnLength = 0;
  }

  private void readOptions() {
    int at = start;
    while (at < end) {
      int kind = octet(memory, base + at);
      if (kind == END) {
        return;
      }
      if (kind == NO_OPERATION) {
        at++;
        continue;
      }
      int length = at + 1 < end ? octet(memory, base + at + 1) : 0;
      if (length < 2 || at + length > end) {
        damaged = true;
        return;
      }
      readOption(kind, at, length);
      at += length;
    }
  }

  private void readOption(int kind, int at, int length) {
    switch (kind) {
      case MAXIMUM_SEGMENT -> readMaximumSegment(at, length);
      case WINDOW_SCALE -> readWindowScale(at, length);
      case SACK_PERMITTED -> sackPermitted |= length == 2;
      case SACK -> readSack(at, length);
      case TIMESTAMPS -> {
        if (timestamps < 0 && length == TIMESTAMPS_BYTES) {
          readTimestamps(at);
        }
      }
      case MD5 -> md5 = true;
      case AUTHENTICATION -> authentication = true;
      case MULTIPATH -> readMultipath(at, length);
      case ENCRYPTION_NEGOTIATION -> encryptionNegotiation = true;
      case ACCURATE_ECN_0, ACCURATE_ECN_1 -> readAccurateEcn(at, length);
      default -> {}
    }
  }

  private void readTimestamps(int at) {
    timestamps = at;
    timestampValue = fourOctets(memory, base + at + 2);
    timestampEcho = fourOctets(memory, base + at + 6);
  }

  private void readMaximumSegment(int at, int length) {
    if (maximumSegment < 0 && length == 4) {
      maximumSegment = twoOctets(memory, base + at + 2);
    }
  }

  private void readWindowScale(int at, int length) {
    if (windowScale < 0 && length == 3) {
      windowScale = Math.min(octet(memory, base + at + 2), MAX_SCALE);
    }
  }

  private void readSack(int at, int length) {
    int blocks = (length - 2) / SACK_BLOCK_BYTES;
    if (sack < 0 && blocks > 0 && length == 2 + blocks * SACK_BLOCK_BYTES) {
      sack = at;
      sackBlocks = blocks;
    }
  }

  private void readAccurateEcn(int at, int length) {
    if (accurateEcn < 0) {
      accurateEcn = at;
      accurateEcnLength = length;
    }
  }

  private void readMultipath(int at, int length) {
    if (multipath < 0) {
      multipath = at;
      multipathLength = length;
    }
  }
}
