package dev.midstream.modcmd.search.pattern;

import dev.midstream.modcmd.search.pattern.Program.Instruction;
import dev.midstream.modcmd.search.pattern.Program.Match;
import dev.midstream.modcmd.search.pattern.Program.Read;
import dev.midstream.modcmd.search.pattern.Program.Split;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the automaton of a program. Not thread-safe. */
final class AutomatonBuilder {
  /*
   * A state stands for the instructions that apply at the same time, the preferred ones first: only
   * those that read or match. Whatever follows a match in this order would be a less preferred
   * match and is left out. So the automaton finds the match that a backtracking engine finds first.
   * A match does not leave out what precedes it: these instructions go on, and if one of them
   * matches later, that match is preferred.
   */

  private final Program program;
  private final int maxStates;
  private final SymbolGroups groups;
  private final int[] samples;
  private final Map<IntBuffer, Integer> known = new HashMap<>();
  private final List<int[]> states = new ArrayList<>();
  private final List<char[]> rows = new ArrayList<>();

  /** The instructions of a new state, in order. */
  private final int[] found;

  private int count;

  /** The round in which each instruction was last visited. */
  private final int[] visited;

  private int round;
  private final int[] waiting;
  private int places;

  /** A builder for {@code program}, whose automaton may have {@code maxStates} states. */
  AutomatonBuilder(Program program, int maxStates) {
    this.program = program;
    this.maxStates = maxStates;
    groups = new SymbolGroups(program.sets());
    samples = groups.samples();
    found = new int[program.size()];
    visited = new int[program.size()];
    waiting = new int[program.size() + 1];
  }

  /** The automaton. */
  Automaton build() throws PatternException {
    begin();
    state();
    begin();
    follow(program.start());
    state();
    for (int state = 0; state < states.size(); state++) {
      rows.add(row(states.get(state)));
    }
    int width = groups.count();
    char[] table = new char[states.size() * width];
    byte[] marks = new byte[states.size()];
    for (int state = 0; state < states.size(); state++) {
      System.arraycopy(rows.get(state), 0, table, state * width, width);
      marks[state] = (byte) marks(states.get(state));
    }
    return new Automaton(groups.ofSymbols(), width, table, marks);
  }

  private char[] row(int[] instructions) throws PatternException {
    char[] row = new char[samples.length];
    for (int group = 0; group < row.length; group++) {
      begin();
      boolean goesOn = true;
      for (int i = 0; i < instructions.length && goesOn; i++) {
        if (program.at(instructions[i]) instanceof Read read
            && read.symbols().get(samples[group])) {
          goesOn = follow(read.next());
        }
      }
      row[group] = (char) state();
    }
    return row;
  }

  private void begin() {
    count = 0;
    round++;
  }

  /**
   * Adds the instructions that apply from {@code index} on, the preferred ones first.
   *
   * @return whether less preferred ones may be added: none of the added ones matches
   */
  private boolean follow(int index) {
    int left = 0;
    waiting[left++] = index;
    while (left > 0) {
      int next = waiting[--left];
      if (visited[next] == round) {
        continue;
      }
      visited[next] = round;
      switch (program.at(next)) {
        case Split split -> {
          waiting[left++] = split.other();
          waiting[left++] = split.preferred();
        }
        case Read _ -> found[count++] = next;
        case Match _ -> {
          found[count++] = next;
          return false;
        }
      }
    }
    return true;
  }

  /** The state of the found instructions. */
  private int state() throws PatternException {
    int[] instructions = Arrays.copyOf(found, count);
    Integer state = known.putIfAbsent(IntBuffer.wrap(instructions), states.size());
    if (state != null) {
      return state;
    }
    states.add(instructions);
    places += count;
    if (states.size() > maxStates || places > PatternLimits.PLACES) {
      throw new PatternException(
          "needs too large an automaton, limit="
              + maxStates
              + " states; use fewer or smaller repetitions");
    }
    return states.size() - 1;
  }

  private int marks(int[] instructions) {
    int marks = 0;
    for (int index : instructions) {
      Instruction instruction = program.at(index);
      marks |= instruction instanceof Match ? Automaton.MATCHES : Automaton.GOES_ON;
    }
    return marks;
  }
}
