package dev.midstream.worlds.recorded;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;

/** The agent of an {@link EditTable}; it holds octets until they can be decided. */
final class TableAgent implements Agent<String> {
  private final EditTable table;

  TableAgent(EditTable table) {
    this.table = table;
  }

  @Override
  public String newConnection() {
    return "";
  }

  @Override
  public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
    boolean last = view.endOfStream() || view.flush();
    int at = 0;
    while (at < view.length()) {
      int decided = decide(view, at, last, out);
      if (decided == 0) {
        return state;
      }
      at += decided;
    }
    if (at == view.length() && view.endOfStream() && !table.trailer().isEmpty()) {
      out.replace(0, table.trailer());
    }
    return state;
  }

  @Override
  public StateCodec<String> codec() {
    return StateCodec.stateless("");
  }

  /** The number of octets decided; 0 to hold, more than the view to end the call. */
  private int decide(OctetView view, int at, boolean last, Decisions out) {
    int left = view.length() - at;
    switch (view.at(at)) {
      case EditTable.REST -> {
        out.skipRest();
        return left + 1;
      }
      case EditTable.SPAN -> {
        out.skip(1L + table.skipLength());
        return 1 + table.skipLength();
      }
      case EditTable.BLOCK -> {
        if (left >= table.blockLength()) {
          out.replace(table.blockLength(), reversed(view, at));
          return table.blockLength();
        }
        if (!last) {
          return wait(table.blockLength(), out);
        }
      }
      default -> {}
    }
    return decideLetter(view, at, last, out);
  }

  private int decideLetter(OctetView view, int at, boolean last, Decisions out) {
    int left = view.length() - at;
    for (EditTable.Edit edit : table.edits()) {
      int length = edit.find().length();
      int known = Math.min(left, length);
      if (!Octets.of(view.copy(at, known)).isPrefixOf(edit.find())) {
        continue;
      }
      if (known == length) {
        apply(edit, out);
        return length;
      }
      if (!last) {
        return wait(length, out);
      }
    }
    out.pass(1);
    return 1;
  }

  private static void apply(EditTable.Edit edit, Decisions out) {
    if (edit.inserts()) {
      out.replace(0, edit.octets());
      out.pass(edit.find().length());
    } else {
      out.replace(edit.find().length(), edit.octets());
    }
  }

  private int wait(int length, Decisions out) {
    if (table.asksForMore()) {
      out.need(length);
    }
    return 0;
  }

  private Octets reversed(OctetView view, int at) {
    return Octets.of(EditTable.reversed(view.copy(at, table.blockLength())));
  }
}
