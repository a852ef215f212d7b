package dev.midstream.wire.capture;

import java.io.IOException;

/** Follows a reader through its file, and takes what it wants before the reader forgets it. */
interface Follower {
  /** For a reader nobody follows. */
  Follower NONE =
      new Follower() {
        @Override
        public void leaveRecord() {}

        @Override
        public void releaseBefore(long offset) {}
      };

  /** The reader is about to look for the packet after the current one. */
  void leaveRecord() throws IOException;

  /** What lies before {@code offset} of the file leaves memory now. */
  void releaseBefore(long offset) throws IOException;
}
