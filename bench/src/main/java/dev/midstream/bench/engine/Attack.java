package dev.midstream.bench.engine;

/** What hostile ends send over one connection, and what ordinary ones do. */
enum Attack {
  /** Ordinary: full segments in order, each acknowledged. */
  IN_ORDER {
    @Override
    void run(AttackedConnection connection) {
      for (int at = 0; at < RANGES * SEGMENT_BYTES; at += SEGMENT_BYTES) {
        connection.send(at, at + SEGMENT_BYTES);
        connection.acknowledge(at + SEGMENT_BYTES);
      }
    }
  },
  /** Ordinary: a full segment after a gap, and the segment before it. */
  AFTER_GAP {
    @Override
    void run(AttackedConnection connection) {
      connection.send(SEGMENT_BYTES, 2 * SEGMENT_BYTES);
      connection.send(0, SEGMENT_BYTES);
      connection.acknowledge(2 * SEGMENT_BYTES);
    }
  },
  /** Ordinary: octets in order, one by one. */
  OCTETS_IN_ORDER {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(0, RANGES, 1, 1);
      connection.acknowledge(RANGES);
    }
  },
  /** A segment after a gap covers octets that came one by one, and comes again. */
  ONE_BY_ONE {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(SEGMENT_BYTES, 2 * SEGMENT_BYTES, 1, 1);
      connection.send(SEGMENT_BYTES, 2 * SEGMENT_BYTES);
      connection.send(SEGMENT_BYTES, 2 * SEGMENT_BYTES);
      connection.send(0, SEGMENT_BYTES);
      connection.acknowledge(2 * SEGMENT_BYTES);
    }
  },
  /** A segment in order covers every second octet, which came before. */
  EVERY_SECOND_IN_ORDER {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(1, SEGMENT_BYTES, 1, 2);
      connection.send(0, SEGMENT_BYTES);
      connection.acknowledge(SEGMENT_BYTES);
    }
  },
  /** The same after a gap, twice; then the gap is filled. */
  EVERY_SECOND_AFTER_GAP {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES, 1, 2);
      connection.send(SEGMENT_BYTES, 2 * SEGMENT_BYTES);
      connection.send(SEGMENT_BYTES, 2 * SEGMENT_BYTES);
      connection.send(0, SEGMENT_BYTES);
      connection.acknowledge(2 * SEGMENT_BYTES);
    }
  },
  /** The same with other octets than came before. */
  EVERY_SECOND_DIFFERS {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES, 1, 2);
      connection.sendOthers(SEGMENT_BYTES, 2 * SEGMENT_BYTES);
      connection.send(0, SEGMENT_BYTES);
      connection.acknowledge(2 * SEGMENT_BYTES);
    }
  },
  /** The same in order. */
  EVERY_SECOND_DIFFERS_IN_ORDER {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(1, SEGMENT_BYTES, 1, 2);
      connection.sendOthers(0, SEGMENT_BYTES);
      connection.acknowledge(SEGMENT_BYTES);
    }
  },
  /** An octet fills the gap before segments of two octets each. */
  PAIRS {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(1, SEGMENT_BYTES, 2, 2);
      connection.send(0, 1);
      connection.acknowledge(SEGMENT_BYTES);
    }
  },
  /** The same, the segments sent backwards. */
  PAIRS_BACKWARDS {
    @Override
    void run(AttackedConnection connection) {
      connection.sendBackwards(1, SEGMENT_BYTES, 2, 2);
      connection.send(0, 1);
      connection.acknowledge(SEGMENT_BYTES);
    }
  },
  /** Octets far from each other, and two segments before them. */
  FAR_OCTETS {
    @Override
    void run(AttackedConnection connection) {
      connection.sendPieces(2 * SEGMENT_BYTES, FAR_BYTES * RANGES, 1, FAR_BYTES);
      connection.send(0, SEGMENT_BYTES);
      connection.send(SEGMENT_BYTES, 2 * SEGMENT_BYTES);
      connection.acknowledge(2 * SEGMENT_BYTES);
    }
  },
  /** Octets are vouched for, then all are sent; the server reports as many ranges as it can. */
  VOUCHED_AND_REPORTED {
    @Override
    void run(AttackedConnection connection) {
      int end = VOUCHED_STEP * RANGES;
      connection.sendPieces(1, end, 1, VOUCHED_STEP);
      for (int at = 0; at < end; at += RANGES) {
        connection.send(at, at + RANGES);
      }
      for (int at = 1; at < end; at += BLOCKS * VOUCHED_STEP) {
        report(connection, at, VOUCHED_STEP);
      }
      report(connection, 1, end / BLOCKS);
      connection.acknowledge(0);
      connection.acknowledge(end / 2);
      connection.acknowledge(end);
    }

    private void report(AttackedConnection connection, int at, int step) {
      connection.report(0, at, at + 1, at + step, at + step + 1, at + 2 * step, at + 2 * step + 1);
    }
  },
  /** Without SACK, a super-segment of segments of one octet each comes after a gap. */
  DUPLICATES {
    @Override
    AttackedConnection open(AttackedConnection.Costs costs) {
      return AttackedConnection.openWithoutSack(costs);
    }

    @Override
    void run(AttackedConnection connection) {
      connection.sendTogether(SEGMENT_BYTES, 2 * SEGMENT_BYTES, 1);
      connection.send(0, SEGMENT_BYTES);
      connection.acknowledge(2 * SEGMENT_BYTES);
    }
  },
  /** An agent makes much of one octet, and then the server opens its window. */
  GROWN_BEFORE_WINDOW {
    @Override
    AttackedConnection open(AttackedConnection.Costs costs) {
      return AttackedConnection.openGrowing(costs);
    }

    @Override
    void run(AttackedConnection connection) {
      connection.sendFirst(0, 1);
      connection.acknowledge(0);
      connection.send(1, 1);
    }
  },
  /** An agent makes much of one octet, which comes again once all has left. */
  GROWN_AGAIN {
    @Override
    AttackedConnection open(AttackedConnection.Costs costs) {
      return AttackedConnection.openGrowing(costs);
    }

    @Override
    void run(AttackedConnection connection) {
      connection.acknowledge(0);
      connection.sendFirst(0, 1);
      connection.pause();
      connection.send(0, 1);
    }
  },
  /** An agent replaces every second octet of a segment, which comes again. */
  REPLACED_AGAIN {
    @Override
    AttackedConnection open(AttackedConnection.Costs costs) {
      return AttackedConnection.openReplacing(costs);
    }

    @Override
    void run(AttackedConnection connection) {
      connection.acknowledge(0);
      connection.sendFirst(0, SEGMENT_BYTES);
      connection.setEdits(SEGMENT_BYTES / 2);
      connection.pause();
      connection.send(0, SEGMENT_BYTES);
      connection.send(0, SEGMENT_BYTES);
      connection.acknowledge(SEGMENT_BYTES);
    }
  };

  private static final int SEGMENT_BYTES = 1_400;
  private static final int RANGES = 1_000;
  private static final int BLOCKS = 3;

  /** As dense as octets after a gap are kept. */
  private static final int VOUCHED_STEP = 64;

  private static final int FAR_BYTES = 8_000;

  /** Opens the connection that is attacked. */
  AttackedConnection open(AttackedConnection.Costs costs) {
    return AttackedConnection.open(costs);
  }

  /** Sends all packets. */
  abstract void run(AttackedConnection connection);
}
