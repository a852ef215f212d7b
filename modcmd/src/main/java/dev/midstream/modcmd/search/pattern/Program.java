package dev.midstream.modcmd.search.pattern;

import dev.midstream.modcmd.search.pattern.Node.Choice;
import dev.midstream.modcmd.search.pattern.Node.One;
import dev.midstream.modcmd.search.pattern.Node.Repeat;
import dev.midstream.modcmd.search.pattern.Node.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A pattern as instructions, of which several may apply at the same time. */
final class Program {
  /** The index of the instruction that ends a match. */
  static final int MATCH = 0;

  /** An instruction that names the next one by its index. */
  sealed interface Instruction {}

  /** Reads one symbol of a set. */
  record Read(BitSet symbols, int next) implements Instruction {}

  /** Goes on at two places, preferring the first. */
  record Split(int preferred, int other) implements Instruction {}

  /** The pattern matches. */
  record Match() implements Instruction {}

  private final List<Instruction> instructions = new ArrayList<>();
  private final int start;

  /**
   * Compiles {@code node}.
   *
   * @param endsWord whether one symbol is read after the match that is no word octet
   */
  Program(Node node, boolean endsWord) throws PatternException {
    int end = add(new Match());
    if (endsWord) {
      BitSet other = OctetSets.not(OctetSets.words());
      other.set(OctetSets.END);
      end = add(new Read(other, end));
    }
    start = compile(node, end);
  }

  /** The index of the first instruction. */
  int start() {
    return start;
  }

  /** The number of instructions. */
  int size() {
    return instructions.size();
  }

  Instruction at(int index) {
    return instructions.get(index);
  }

  /** All sets of symbols that are read. */
  List<BitSet> sets() {
    return instructions.stream()
        .filter(Read.class::isInstance)
        .map(instruction -> ((Read) instruction).symbols())
        .distinct()
        .toList();
  }

  /** Adds the instructions of {@code node}, which go on at {@code next}; the index of the first. */
  private int compile(Node node, int next) throws PatternException {
    return switch (node) {
      case One one -> add(new Read(one.octets(), next));
      case Sequence sequence -> sequence(sequence, next);
      case Choice choice -> choice(choice, next);
      case Repeat repeat -> repeat(repeat, next);
    };
  }

  private int sequence(Sequence sequence, int next) throws PatternException {
    int first = next;
    for (Node part : sequence.parts().reversed()) {
      first = compile(part, first);
    }
    return first;
  }

  private int choice(Choice choice, int next) throws PatternException {
    int first = compile(choice.parts().getLast(), next);
    for (int i = choice.parts().size() - 2; i >= 0; i--) {
      first = add(new Split(compile(choice.parts().get(i), next), first));
    }
    return first;
  }

  /** x{1,3} as x(x(x)?)?, so that few instructions apply at the same time. */
  private int repeat(Repeat repeat, int next) throws PatternException {
    int first = next;
    for (int i = repeat.least(); i < repeat.most(); i++) {
      int once = compile(repeat.part(), first);
      first = add(repeat.isLazy() ? new Split(next, once) : new Split(once, next));
    }
    for (int i = 0; i < repeat.least(); i++) {
      first = compile(repeat.part(), first);
    }
    return first;
  }

  private int add(Instruction instruction) throws PatternException {
    if (instructions.size() == PatternLimits.INSTRUCTIONS) {
      throw new PatternException(
          "repetitions multiply to too much, instructions>"
              + PatternLimits.INSTRUCTIONS
              + "; use fewer or smaller ones");
    }
    instructions.add(instruction);
    return instructions.size() - 1;
  }
}
