package dev.midstream.agents.ftp;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * The reply of several lines that has begun, if any.
 *
 * @param code its code; 0 for none
 * @param isHidden whether the rest of it is deleted, because another reply stands in its place
 */
record Reply(int code, boolean isHidden) {
  static final Reply NONE = new Reply(0, false);
  private static final int MAX_CODE = 599;

  boolean isBegun() {
    return code != 0;
  }

  void write(StateWriter out) {
    out.number(code).flag(isHidden);
  }

  static Reply read(StateReader in) {
    int code = in.number(MAX_CODE);
    boolean isHidden = in.flag();
    return code == 0 && !isHidden ? NONE : new Reply(code, isHidden);
  }
}
