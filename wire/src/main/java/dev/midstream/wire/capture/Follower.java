package dev.midstream.wire.capture;

import java.io.IOException;

/** Follows a reader through its file and copies octets before the reader discards them. */
interface Follower {
  /** For a reader without a follower. */
  Follower NONE =
      new Follower() {
        @Override
        public void leaveRecord() {}

        @Override
        public void omit(long start, long end) {}

        @Override
        public void releaseBefore(long offset) {}
      };

  /** The reader is about to leave the current record. */
  void leaveRecord() throws IOException;

  /** The octets of [start, end), of a block that is no packet, must not be copied. */
  void omit(long start, long end) throws IOException;

  /** Octets before {@code offset} of the file are about to leave memory. */
  void releaseBefore(long offset) throws IOException;
}
